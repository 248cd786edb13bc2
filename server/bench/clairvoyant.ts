// A planner that knows the future, to measure the real one against. It sees the drafter's offer after every
// token of an answer and knows how many of its tokens would be kept; it sends as many as make the whole
// answer cheapest and pays only T(n, threads) of the cost table, at the cheapest number of threads: no
// lookups, no judging. With the same drafter, rule and table no planner takes less time.
import {
  draftLimit,
  requestDraft,
  type DraftBounds,
  type Drafter,
  type TokenId,
} from "../../core/laser/index.ts";

/** Expected ms of evaluating `tokens` at once after `contextTokens` kept ones. */
export type StepCost = (tokens: number, contextTokens: number) => number;

export interface OfferLimits extends DraftBounds {
  readonly maxTokens: number;
}

/**
 * Runs a fresh drafter along an answer, token by token, without a model. The common prefix of an offer and the rest of
 * the answer counts as kept. For strict output this is what verification would do. For relaxed output it is what was
 * judged on this text; a token that the rule would have kept instead of the answer's is unknown and not counted.
 * @returns entry j: how many of the tokens offered after j committed ones the answer continues with
 */
export function keptAlong(
  drafter: Drafter,
  prompt: Int32Array,
  answer: readonly TokenId[],
  { maxTokens, ...bounds }: OfferLimits,
): Int32Array {
  const kept = new Int32Array(answer.length);
  drafter.begin(prompt);
  for (let committed = 0; committed < answer.length; committed++) {
    const limit = draftLimit(maxTokens - committed, prompt.length + committed - 1, bounds);
    const most = Math.min(limit, answer.length - committed - 1);
    const offered = requestDraft(drafter, limit, bounds.target);
    let length = 0;
    while (length < Math.min(offered.length, most) && offered.tokens[length] === answer[committed + length])
      length++;
    kept[committed] = length;
    drafter.commit([answer[committed]!]);
  }
  return kept;
}

/**
 * The minimum time to decode an answer: after j tokens, m ≤ kept[j] drafted ones may be sent, which commits m + 1
 * tokens for T(m + 1). Solved backwards over the answer, so it also sees where a shorter draft now allows a longer one
 * later. The root after j committed tokens has promptTokens + j − 1 tokens before it.
 */
export function clairvoyantMs(
  kept: ArrayLike<number>,
  promptTokens: number,
  cost: StepCost,
): { readonly ms: number; readonly steps: number } {
  const ms = new Float64Array(kept.length + 1);
  const steps = new Int32Array(kept.length + 1);
  for (let committed = kept.length - 1; committed >= 0; committed--) {
    ms[committed] = Infinity;
    for (let sent = 0; sent <= kept[committed]!; sent++) {
      const next = committed + sent + 1;
      const total = cost(sent + 1, promptTokens + committed - 1) + ms[next]!;
      if (total >= ms[committed]!) continue;
      ms[committed] = total;
      steps[committed] = steps[next]! + 1;
    }
  }
  return { ms: ms[0]!, steps: steps[0]! };
}

/** The time of plain decoding of the same number of tokens, by the same table. */
export function plainMs(answerTokens: number, promptTokens: number, cost: StepCost): number {
  let ms = 0;
  for (let committed = 0; committed < answerTokens; committed++) ms += cost(1, promptTokens + committed - 1);
  return ms;
}
