// Verification of a draft tree: which branch is kept. The published rule is the relaxed rule without guards. Pure;
// tokens are judged by laser/verify.ts.
import type { Distribution } from "../../../core/laser/verification/process.ts";
import {
  INITIAL_JUDGE_STATE,
  isKept,
  type Guards,
  type JudgeState,
  type Rule,
  type Verdict,
} from "../../../core/laser/rules.ts";
import type { NextKind } from "../../../core/laser/step.ts";
import type { TokenId } from "../../../core/laser/target.ts";
import { stateAfter, judge, unreached } from "../../../core/laser/verification/verify.ts";
import type { DraftTree } from "./draftTree.ts";

/** The published code has none: it may continue where the target would end. */
export const NO_GUARDS: Guards = { endOfText: false, maxConsecutiveRelaxed: null, maxNatsGivenUp: null };

/** Verdicts of all drafted tokens, and what is kept. */
export interface TreeOutcome {
  /** Verdict i belongs to slot i + 1; "unreached" below a rejected token. */
  readonly verdicts: readonly Verdict[];
  /** The slots of the kept branch, without the root; empty if no drafted token is kept. */
  readonly path: readonly number[];
  /** The target's choice after the kept branch. */
  readonly next: { readonly kind: NextKind; readonly token: TokenId };
  /** The state of the guards for the next step. */
  readonly state: JudgeState;
}

/**
 * A drafted token is kept iff all its ancestors are and it is allowed after its parent: among the k most probable with
 * P > p, or the target's choice (the arg-max at temperature 0), the only one left if no token exceeds p. The
 * longest kept branch wins; of equals the first in depth-first order, however probable the others are.
 * @param rowAt the distribution after a slot; called once per slot, in slot order, and read before the next call
 */
export function verifyTree(
  tree: DraftTree,
  rowAt: (slot: number) => Distribution,
  rule: Rule,
  guards: Guards = NO_GUARDS,
  state: JudgeState = INITIAL_JUDGE_STATE,
): TreeOutcome {
  const { size, tokens, parents } = tree;
  const verdicts = new Array<Verdict>(size - 1);
  /** By slot: its depth if it and all its ancestors are kept, else −1. */
  const depths = new Int32Array(size).fill(-1);
  const states: JudgeState[] = [state];
  let best = 0;
  let next = -1;
  let nextState = state;
  depths[0] = 0;
  for (let slot = 0; slot < size; slot++) {
    const row = rowAt(slot);
    const reached = depths[slot]! >= 0;
    const before = states[slot] ?? state;
    // Slots are in depth-first order: the first of the deepest belongs to the first of the longest branches.
    if (reached && (slot === 0 || depths[slot]! > depths[best]!)) {
      best = slot;
      next = row.targetToken;
      nextState = stateAfter(before, null, row);
    }
    for (let child = slot + 1; child < size; child++) {
      if (parents[child] !== slot) continue;
      const verdict = reached
        ? judge(tokens[child]!, row, rule, guards, before)
        : unreached(tokens[child]!, row, rule);
      verdicts[child - 1] = verdict;
      if (!isKept(verdict.kind)) continue;
      depths[child] = depths[slot]! + 1;
      states[child] = stateAfter(before, verdict, row);
    }
  }
  const path: number[] = [];
  for (let slot = best; slot > 0; slot = parents[slot]!) path.unshift(slot);
  return { verdicts, path, next: { kind: nextKind(tree, best), token: next }, state: nextState };
}

function nextKind({ size, parents }: DraftTree, last: number): NextKind {
  if (size === 1) return "plain";
  for (let slot = last + 1; slot < size; slot++) if (parents[slot] === last) return "correction";
  return "bonus";
}
