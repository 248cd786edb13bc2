// Measures T(n, threads) of a loaded model: what evaluating n tokens costs, by thread count and context length.
// Interleaved rounds and means with capped outliers, never minima or medians: with several threads, a fraction of the
// evaluations is slow (a new thread may share a core for a while), and runs pay for that fraction too.
import type { CostPoint, CostTable, TargetModel } from "../../core/laser/index.ts";

/** Kernels work on blocks of 4 rows, so these counts are the ones worth sending. */
const MEASURED_TOKENS = [1, 2, 4, 8, 12, 16] as const;
const SHORT_CONTEXT = 32;
const LONG_CONTEXT = 480;
const ROUNDS = 12;
/** A duration counts at most this many times the median. */
const OUTLIER_RATIO = 4;

export interface MeasureOptions {
  /** The thread counts to measure. */
  readonly threadChoices: readonly number[];
  /** K: how many of the largest logits are read per token. */
  readonly rowWidth: number;
  /** A clock in milliseconds, from any fixed moment. */
  readonly now: () => number;
  readonly signal: { readonly aborted: boolean };
  /** Called after each round with the fraction done, 0 … 1. */
  readonly onProgress?: (share: number) => void;
}

/** The two context lengths at which a target is measured; both leave room for the most tokens measured. */
export function measuredContexts(target: TargetModel): readonly [number, number] {
  const most = Math.max(0, target.contextTokens - Math.max(...MEASURED_TOKENS));
  return [Math.min(SHORT_CONTEXT, most), Math.min(LONG_CONTEXT, most)];
}

/**
 * Fills the context with filler tokens, times each token count, and leaves the target empty. Null if stopped.
 * @throws whatever the target throws
 */
export async function measureCosts(target: TargetModel, options: MeasureOptions): Promise<CostTable | null> {
  const lengths = measuredContexts(target);
  const samples = new Map<string, number[]>();
  const filler = new Int32Array(Math.max(...lengths)).map(
    (_, i) => i % Math.min(1000, target.vocabularySize),
  );
  await target.rollback(0);
  let done = 0;
  for (const contextTokens of lengths) {
    const kept = contextTokens === lengths[0] ? 0 : lengths[0];
    await target.evaluate(filler.subarray(kept, contextTokens), {
      rows: "none",
      topK: 0,
      signal: options.signal,
    });
    for (let round = 0; round <= ROUNDS; round++) {
      for (const tokens of MEASURED_TOKENS)
        for (const threads of options.threadChoices) {
          if (options.signal.aborted) return null;
          // After one plain token, as for drafts and most plain tokens of a run: on a GPU, a count that differs from
          // the last one costs the building of a new graph (H200 with Vulkan: one token 2.6 ms, after 16 tokens 5.6).
          await timed(target, filler.subarray(0, 1), contextTokens, 1, options);
          const ms = await timed(target, filler.subarray(0, tokens), contextTokens, threads, options);
          if (round === 0) continue; // Warm-up.
          const key = `${tokens} ${threads} ${contextTokens}`;
          samples.set(key, [...(samples.get(key) ?? []), ms]);
        }
      options.onProgress?.(++done / (lengths.length * (ROUNDS + 1)));
    }
  }
  await target.rollback(0);
  const mean = (tokens: number, threads: number, context: number) =>
    cappedMean(samples.get(`${tokens} ${threads} ${context}`) ?? []);
  const [short, long] = lengths;
  const points = options.threadChoices.flatMap((threads) =>
    MEASURED_TOKENS.map((tokens): CostPoint => {
      const shortMs = mean(tokens, threads, short);
      const slope = long > short ? Math.max(0, (mean(tokens, threads, long) - shortMs) / (long - short)) : 0;
      return { tokens, threads, baseMs: shortMs - slope * short, msPerContextToken: slope };
    }),
  );
  return { points };
}

/** The duration of an evaluation in ms; the target then keeps what it kept before. */
async function timed(
  target: TargetModel,
  tokens: Int32Array,
  contextTokens: number,
  threads: number,
  { rowWidth, now, signal }: MeasureOptions,
): Promise<number> {
  const startedAt = now();
  await target.evaluate(tokens, { rows: "all", topK: rowWidth, threads, signal });
  const ms = now() - startedAt;
  await target.rollback(contextTokens);
  return ms;
}

function cappedMean(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const most = OUTLIER_RATIO * sorted[sorted.length >> 1]!;
  return sorted.reduce((sum, value) => sum + Math.min(most, value), 0) / sorted.length;
}
