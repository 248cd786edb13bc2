// Figures over answers with what is known of their error: ratios of sums, paired differences, quantiles. Pure
// and seeded: the same input gives the same intervals everywhere.
import { hash3 } from "../laser/index.ts";

/** A figure and its 95 % interval; `low` and `high` are NaN where fewer than two answers leave nothing to draw from. */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** What one answer adds to both sides of a ratio. */
export interface RatioPart {
  readonly numerator: number;
  readonly denominator: number;
}

/** The parts that the same answer adds under two treatments. */
export interface PairedPart {
  readonly a: RatioPart;
  readonly b: RatioPart;
}

export interface BootstrapOptions {
  readonly seed?: number;
  /** How many times answers are drawn; 2,000 when left out. */
  readonly samples?: number;
}

const SAMPLES = 2000;
const LOW_SHARE = 0.025;
const HIGH_SHARE = 0.975;

/**
 * Σ numerator ÷ Σ denominator; NaN where the denominators sum to 0. The interval is a percentile bootstrap over
 * clusters (Efron 1979): as many whole answers as there are, drawn with replacement, because the steps of one answer
 * resemble each other. With 20 to 30 answers such an interval is somewhat too narrow.
 */
export function ratioOfSums(clusters: readonly RatioPart[], options: BootstrapOptions = {}): Interval {
  return bootstrap(clusters.length, options, (drawn) => ratio(clusters, drawn));
}

/**
 * The median of the clusters' own ratios, with an interval as above: where some were disturbed, e.g. by a machine that stood
 * still, they count as one each, however large they are.
 */
export function medianRatio(clusters: readonly RatioPart[], options: BootstrapOptions = {}): Interval {
  const ratios = clusters.map(({ numerator, denominator }) => numerator / denominator);
  return bootstrap(clusters.length, options, (drawn) => median(Array.from(drawn, (index) => ratios[index]!)));
}

/** The ratio of `a` less the ratio of `b`, both over the same drawn answers: what answers have in common falls away. */
export function pairedDifference(clusters: readonly PairedPart[], options: BootstrapOptions = {}): Interval {
  const a = clusters.map((cluster) => cluster.a);
  const b = clusters.map((cluster) => cluster.b);
  return bootstrap(clusters.length, options, (drawn) => ratio(a, drawn) - ratio(b, drawn));
}

/**
 * The value below which `share` (0 … 1) of the values lie, read between the two nearest of them by linear
 * interpolation; NaN for no values.
 */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  if (sorted.length === 0) return Number.NaN;
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (high - low) * (at - below);
}

/** The middle value, or the mean of the two middle ones; NaN for no values. The values need no order. */
export function median(values: ArrayLike<number>): number {
  return quantile(Float64Array.from(values).sort(), 0.5);
}

function bootstrap(
  count: number,
  { seed = 0, samples = SAMPLES }: BootstrapOptions,
  statistic: (drawn: Int32Array) => number,
): Interval {
  const drawn = Int32Array.from({ length: count }, (_, i) => i);
  const value = statistic(drawn);
  if (count < 2) return { value, low: Number.NaN, high: Number.NaN };
  const values = new Float64Array(samples);
  for (let sample = 0; sample < samples; sample++) {
    for (let i = 0; i < count; i++) drawn[i] = Math.floor((hash3(seed, sample, i) / 4294967296) * count);
    values[sample] = statistic(drawn);
  }
  // A draw whose denominators are all 0 has no ratio and says nothing.
  const told = values.filter((drawnValue) => !Number.isNaN(drawnValue)).sort();
  return { value, low: quantile(told, LOW_SHARE), high: quantile(told, HIGH_SHARE) };
}

function ratio(clusters: readonly RatioPart[], drawn: Int32Array): number {
  let numerator = 0;
  let denominator = 0;
  for (const index of drawn) {
    numerator += clusters[index]!.numerator;
    denominator += clusters[index]!.denominator;
  }
  return denominator === 0 ? Number.NaN : numerator / denominator;
}
