// How probable a given text is under the target: each of its tokens is given, none is chosen (teacher forcing).
import type { Signal } from "../base/index.ts";
import type { TargetModel, TokenId, TopRows } from "./target.ts";

/** Tokens evaluated at once: more rows cost memory and gain nothing on a CPU. */
const CHUNK_TOKENS = 32;
/** If a target reports only the largest logits, a text that relaxed verification let through is among these. */
const ROW_WIDTH = 64;

/**
 * ln p of each token after the prompt and the tokens before it, in nats, over the whole vocabulary and without sampling or
 * penalties; null if the target can't report the logit of any token or the sum over all. What the target keeps of the
 * prompt stays, for the next text.
 * @param keptTokens how many of the prompt's tokens the target keeps already
 * @throws FaultError if the model fails or the tokens exceed the context
 */
export async function scoreTokens(
  target: TargetModel,
  prompt: Int32Array,
  tokens: readonly TokenId[],
  { keptTokens = 0, signal }: { readonly keptTokens?: number; readonly signal: Signal },
): Promise<Float64Array | null> {
  const last = prompt.length - 1;
  if (last < 0) throw new Error("the first token has nothing before it that could predict it");
  await target.rollback(Math.min(keptTokens, last));
  for (let at = Math.min(keptTokens, last); at < last; at += CHUNK_TOKENS)
    await target.evaluate(prompt.slice(at, Math.min(last, at + CHUNK_TOKENS)), {
      rows: "none",
      topK: 0,
      signal,
    });
  // Each token predicts the next: the last of the prompt comes first, the last of the text is not needed.
  const inputs = [prompt[last]!, ...tokens.slice(0, -1)];
  const scores = new Float64Array(tokens.length);
  for (let begin = 0; begin < tokens.length; begin += CHUNK_TOKENS) {
    const given = tokens.slice(begin, begin + CHUNK_TOKENS);
    const alsoTokens = Int32Array.from(new Set(given));
    const rows = await target.evaluate(Int32Array.from(inputs.slice(begin, begin + CHUNK_TOKENS)), {
      rows: "all",
      topK: ROW_WIDTH,
      alsoTokens,
      signal,
    });
    await rows.ready;
    for (const [row, token] of given.entries()) {
      rows.load?.(row);
      const sum = rows.logSumExp?.[row] ?? (await target.fullLogSumExp(row));
      const logit = logitOf(rows, row, token, alsoTokens);
      if (sum === null || logit === null) return null;
      scores[begin + row] = logit - sum;
    }
  }
  await target.rollback(last);
  return scores;
}

/** null if the target reports only the largest ones, and this is not one of them. */
function logitOf(
  { ids, logits, width, alsoLogits }: TopRows,
  row: number,
  token: TokenId,
  alsoTokens: Int32Array,
): number | null {
  if (alsoLogits !== null) return alsoLogits[row * alsoTokens.length + alsoTokens.indexOf(token)]!;
  const at = ids.subarray(row * width, (row + 1) * width).indexOf(token);
  return at < 0 ? null : logits[row * width + at]!;
}
