// A planner that knows the future, to measure the real one against. It sees the drafter's offer behind every token of
// an answer and knows how many tokens of it would be kept; it sends as many as make the whole answer cheapest and pays
// T(n, threads) of the cost table, at the cheapest number of threads, and nothing else: no look-up, no judging.
// With the same drafter, rule and table no planner takes less time. It must not know how the answer came about.
import { draftLimit, requestDraft, type DraftBounds, type Drafter, type TokenId } from "../laser/index.ts";

/** Expected ms of evaluating `tokens` at once behind `contextTokens` kept ones. */
export type StepCost = (tokens: number, contextTokens: number) => number;

export interface OfferLimits extends DraftBounds {
  readonly maxTokens: number;
}

/**
 * Leads a fresh drafter along an answer, token by token, without a model. What an offer shares with the rest of the
 * answer counts as kept. For strict output that is what verification would do. Along relaxed output it is what was
 * judged on this text; a token that the rule would have kept in place of the answer's is not known, and not counted.
 * @returns entry j: how many tokens offered behind j committed ones the answer goes on with
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
 * The least time in which an answer can be decoded: behind j tokens, m ≤ kept[j] drafted ones may be sent, which
 * commits m + 1 tokens for T(m + 1). Solved backwards over the answer, so it also sees where a shorter draft now lets
 * a longer one come. The root behind j committed tokens has promptTokens + j − 1 tokens before it.
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
      const behind = committed + sent + 1;
      const total = cost(sent + 1, promptTokens + committed - 1) + ms[behind]!;
      if (total >= ms[committed]!) continue;
      ms[committed] = total;
      steps[committed] = steps[behind]! + 1;
    }
  }
  return { ms: ms[0]!, steps: steps[0]! };
}

/** What plain decoding of as many tokens takes by the same table. */
export function plainMs(answerTokens: number, promptTokens: number, cost: StepCost): number {
  let ms = 0;
  for (let committed = 0; committed < answerTokens; committed++) ms += cost(1, promptTokens + committed - 1);
  return ms;
}
