// Measures T(n, threads) of a loaded model: what evaluating n tokens costs, by thread count and context length.
// Interleaved rounds, and means with outliers cut back, never minima or medians: with several threads a share of
// the evaluations is slow (a fresh thread may share a processor for a while), and runs pay for that share too.
import type { CostPoint, CostTable, TargetModel } from "../laser/index.ts";

/** Kernels work on blocks of 4 rows, so these counts are the ones worth sending. */
const MEASURED_TOKENS = [1, 2, 4, 8, 12, 16] as const;
const SHORT_CONTEXT = 32;
const LONG_CONTEXT = 480;
const ROUNDS = 12;
/** A duration counts at most this many times the median. */
const OUTLIER_RATIO = 4;

export interface MeasureOptions {
  readonly threadChoices: readonly number[];
  readonly rowWidth: number;
  readonly now: () => number;
  readonly signal: { readonly aborted: boolean };
  /** Share of the work done, 0 … 1. */
  readonly onProgress?: (share: number) => void;
}

/** The context lengths at which a target is measured: both leave room for the longest draft. */
export function measuredContexts(target: TargetModel): readonly [number, number] {
  const most = Math.max(0, target.contextTokens - Math.max(...MEASURED_TOKENS));
  return [Math.min(SHORT_CONTEXT, most), Math.min(LONG_CONTEXT, most)];
}

/** Fills the context with filler tokens, times each count, and leaves the target empty. Null when stopped. */
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
          // Behind one plain token, as drafts and most plain tokens come in a run: on a GPU, another count than the one
          // before costs the building of a new graph (H200 through Vulkan: a token alone 2.6 ms, behind 16 5.6 ms).
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
    boundedMean(samples.get(`${tokens} ${threads} ${context}`) ?? []);
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

/** How long an evaluation takes; the target then holds what it held before. */
async function timed(
  target: TargetModel,
  tokens: Int32Array,
  contextTokens: number,
  threads: number,
  { rowWidth, now, signal }: MeasureOptions,
): Promise<number> {
  const begun = now();
  await target.evaluate(tokens, { rows: "all", topK: rowWidth, threads, signal });
  const ms = now() - begun;
  await target.rollback(contextTokens);
  return ms;
}

function boundedMean(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const most = OUTLIER_RATIO * sorted[sorted.length >> 1]!;
  return sorted.reduce((sum, value) => sum + Math.min(most, value), 0) / sorted.length;
}
