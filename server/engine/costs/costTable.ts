// Measures T(n, threads) of a loaded model: what evaluating n tokens costs, by thread count and context length.
// Interleaved rounds and means with capped outliers, never minima or medians: with several threads, a fraction of the
// evaluations is slow (a new thread may share a core for a while), and runs pay for that fraction too.
import {
  SETTLING_EVALUATIONS,
  type CostPoint,
  type CostTable,
  type TargetModel,
} from "../../../core/laser/index.ts";
import type { DeviceFacts } from "../engine.ts";

/** Kernels work on blocks of 4 rows, so these counts are the ones worth sending. */
const CHAIN_COUNTS = [1, 2, 4, 8, 12, 16] as const;
/** Where wide evaluations are cheap, few shapes: a GPU keeps the graph of the last one. */
const TREE_COUNTS = [1, 2, 4, 8, 16, 32, 64] as const;
const SHORT_CONTEXT = 32;
const LONG_CONTEXT = 480;
/** The context is filled in such parts, so that a stop need not wait long. */
const FILL_TOKENS = 32;
const ROUNDS = 12;
/** A duration counts at most this many times the median. */
const OUTLIER_RATIO = 4;

/** How to measure T(n, threads). */
export interface MeasureOptions {
  /** The thread counts to measure. */
  readonly threadChoices: readonly number[];
  /** Whether a change of count costs time, as on a GPU: it is then measured apart from T. */
  readonly hasShapes: boolean;
  /** K: how many of the largest logits are read per token. */
  readonly rowWidth: number;
  /**
   * Whether runs read every row, as for a trace, or only those reached: 64 rows of 128,256 logits take 1.7 ms to copy beside
   * an evaluation of 5. All if omitted.
   */
  readonly rows?: "all" | "reached";
  /** The token counts to measure; those that are worth sending if omitted. */
  readonly counts?: readonly number[];
  /** About how long to measure, in ms; at least one round. 12 rounds if omitted. */
  readonly budgetMs?: number;
  /** A clock in milliseconds, from any fixed moment. */
  readonly now: () => number;
  readonly signal: { readonly aborted: boolean };
  /** Called after each round with the fraction done, 0 … 1. */
  readonly onProgress?: (share: number) => void;
}

/** Whether a change of count costs time on a device, which keeps the graph of the last one. */
export function keepsGraphs({ backend }: Pick<DeviceFacts, "backend">): boolean {
  return backend !== "cpu";
}

/** Token counts whose cost is worth knowing on a target. */
export function countsOf(target: Pick<TargetModel, "maxTreeLeaves">, hasShapes: boolean): readonly number[] {
  return hasShapes && target.maxTreeLeaves > 1 ? TREE_COUNTS : CHAIN_COUNTS;
}

/** The two context lengths at which a target is measured; both leave room for the largest count measured. */
export function measuredContexts(target: TargetModel, hasShapes: boolean): readonly [number, number] {
  const most = Math.max(0, target.contextTokens - Math.max(...countsOf(target, hasShapes)));
  return [Math.min(SHORT_CONTEXT, most), Math.min(LONG_CONTEXT, most)];
}

/**
 * Durations of one count, thread count and context length: settled, and the extra time of the evaluations since the change
 * to this
 * count took more than that, together.
 */
interface Samples {
  readonly settled: number[];
  readonly change: number[];
}

/**
 * Fills the context with filler tokens, times each token count, and leaves the target empty. Null if stopped.
 * @throws whatever the target throws
 */
export async function measureCosts(target: TargetModel, options: MeasureOptions): Promise<CostTable | null> {
  const { threadChoices, hasShapes, now, signal } = options;
  const counts = options.counts ?? countsOf(target, hasShapes);
  const lengths = measuredContexts(target, hasShapes);
  const samples = new Map<string, Samples>();
  const filler = new Int32Array(Math.max(...lengths, ...counts)).map(
    (_, i) => i % Math.min(1000, target.vocabularySize),
  );
  await target.rollback(0);
  for (const [at, contextTokens] of lengths.entries()) {
    const kept = at === 0 ? 0 : lengths[0];
    for (let from = kept; from < contextTokens; from += FILL_TOKENS) {
      if (signal.aborted) return null;
      const part = filler.subarray(from, Math.min(contextTokens, from + FILL_TOKENS));
      await target.evaluate(part, { rows: "none", topK: 0, signal });
    }
    let rounds = ROUNDS;
    for (let round = 0; round <= rounds; round++) {
      const startedAt = now();
      for (const tokens of counts)
        for (const threads of threadChoices) {
          if (signal.aborted) return null;
          const times = await timedCount(target, filler.subarray(0, tokens), contextTokens, threads, options);
          const key = `${tokens} ${threads} ${contextTokens}`;
          // The first round warms up; its durations are replaced by the second's.
          if (round <= 1) samples.set(key, { settled: [], change: [] });
          samples.get(key)!.settled.push(times.settled);
          samples.get(key)!.change.push(times.change);
        }
      if (round === 0) rounds = roundsWithin(options.budgetMs, lengths.length * (now() - startedAt));
      options.onProgress?.((at + (round + 1) / (rounds + 1)) / lengths.length);
    }
  }
  await target.rollback(0);
  return { points: pointsOf(samples, counts, lengths, options) };
}

/** How many rounds fit besides the first, of which one at each context length takes `roundMs` together. */
function roundsWithin(budgetMs: number | undefined, roundMs: number): number {
  if (budgetMs === undefined) return ROUNDS;
  return Math.max(1, Math.min(ROUNDS, Math.floor(budgetMs / roundMs) - 1));
}

function pointsOf(
  samples: ReadonlyMap<string, Samples>,
  counts: readonly number[],
  [short, long]: readonly [number, number],
  { threadChoices, hasShapes }: MeasureOptions,
): CostPoint[] {
  return threadChoices.flatMap((threads) =>
    counts.map((tokens): CostPoint => {
      const at = (context: number): Samples => samples.get(`${tokens} ${threads} ${context}`)!;
      const ms = (context: number) => cappedMean(at(context).settled);
      const slope = long > short ? Math.max(0, (ms(long) - ms(short)) / (long - short)) : 0;
      const point = { tokens, threads, baseMs: ms(short) - slope * short, msPerContextToken: slope };
      if (!hasShapes) return point;
      return { ...point, switchMs: Math.max(0, cappedMean(at(long).change)) };
    }),
  );
}

/**
 * Times an evaluation after one token alone, as for drafts and most plain tokens of a run; if shapes matter, after
 * equal ones, as in a run that keeps to its shape.
 */
async function timedCount(
  target: TargetModel,
  tokens: Int32Array,
  contextTokens: number,
  threads: number,
  options: MeasureOptions,
): Promise<{ readonly settled: number; readonly change: number }> {
  const time = (input: Int32Array, count: number) => timed(target, input, contextTokens, count, options);
  if (!options.hasShapes) {
    await time(tokens.subarray(0, 1), 1);
    return { settled: await time(tokens, threads), change: 0 };
  }
  // The count measured before was another one, except in the very first evaluation, which warms up.
  let changing = 0;
  for (let i = 0; i < SETTLING_EVALUATIONS; i++) changing += await time(tokens, threads);
  const settled = await time(tokens, threads);
  return { settled, change: changing - SETTLING_EVALUATIONS * settled };
}

/** The duration of an evaluation in ms; the target then keeps what it kept before. */
async function timed(
  target: TargetModel,
  tokens: Int32Array,
  contextTokens: number,
  threads: number,
  { rows = "all", rowWidth, now, signal }: MeasureOptions,
): Promise<number> {
  const startedAt = now();
  await target.evaluate(tokens, { rows, topK: rowWidth, threads, signal });
  const ms = now() - startedAt;
  await target.rollback(contextTokens);
  return ms;
}

function cappedMean(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const most = OUTLIER_RATIO * sorted[sorted.length >> 1]!;
  return sorted.reduce((sum, value) => sum + Math.min(most, value), 0) / sorted.length;
}
