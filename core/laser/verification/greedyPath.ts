// Greedy decoding under the strict rule: the largest logit of each row decides, which is known sooner than the rest of
// the row. Rows can then be recorded while the next evaluation runs.
import type { Draft } from "../draft.ts";
import type { Judgement } from "./judgeTree.ts";
import type { JudgeState, Rule, Sampling } from "../rules.ts";
import type { TokenId } from "../target.ts";

/** Whether the target's choice is the token with the largest raw logit, and no other token is kept. */
export function isGreedy(rule: Rule, { temperature, repetitionPenalty }: Sampling): boolean {
  return rule.kind === "strict" && temperature === 0 && repetitionPenalty === 1;
}

/**
 * The outcome that a TreeJudge would come to.
 * @param best the token with the largest logit after evaluated token i (0 = the root); asked only for the kept path
 */
export function judgeGreedily(
  { length, tokens, parents }: Draft,
  state: JudgeState,
  nextUnsent: TokenId | null,
  best: (index: number) => TokenId,
): Judgement {
  const path: number[] = [];
  let last = -1;
  let token = best(0);
  for (let i = 0; i < length; i++) {
    if (parents[i] !== last || tokens[i] !== token) continue;
    path.push(i);
    last = i;
    token = best(i + 1);
  }
  const isReached = (i: number): boolean => i < 0 || path.includes(i);
  return {
    path: Int32Array.from(path),
    next: { kind: length === 0 ? "plain" : parents.includes(last) ? "correction" : "bonus", token },
    isKept: Array.from(parents, (parent, i) => (isReached(parent) ? path.includes(i) : null)),
    nextUnsentAccepted: last === length - 1 && token === nextUnsent,
    state,
  };
}
