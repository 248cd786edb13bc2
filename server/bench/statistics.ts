// Figures over answers with their uncertainty: ratios of sums, paired differences, quantiles. Pure and
// seeded: the same input gives the same intervals everywhere.
import { hash3 } from "../../core/laser/index.ts";

/** A figure and its 95 % interval; `low` and `high` are NaN if there are fewer than two answers to draw from. */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** One answer's contribution to numerator and denominator. */
export interface RatioPart {
  readonly numerator: number;
  readonly denominator: number;
}

/** The contributions of the same answer under two treatments. */
export interface PairedPart {
  readonly a: RatioPart;
  readonly b: RatioPart;
}

export interface BootstrapOptions {
  readonly seed?: number;
  /** The number of bootstrap draws; default: 2,000. */
  readonly samples?: number;
}

const SAMPLES = 2000;
const LOW_SHARE = 0.025;
const HIGH_SHARE = 0.975;

/**
 * Σ numerator ÷ Σ denominator; NaN if the denominators sum to 0. The interval is a percentile bootstrap over clusters
 * (Efron 1979): whole answers are drawn with replacement, because the steps of one answer resemble each other. With 20
 * to 30 answers such an interval is slightly too narrow.
 */
export function ratioOfSums(clusters: readonly RatioPart[], options: BootstrapOptions = {}): Interval {
  return bootstrap(clusters.length, options, (drawn) => ratio(clusters, drawn));
}

/**
 * The median of the clusters' own ratios, with an interval as above: a cluster that was disturbed, e.g. by a stalled
 * machine, counts only once, however large it is.
 */
export function medianRatio(clusters: readonly RatioPart[], options: BootstrapOptions = {}): Interval {
  const ratios = clusters.map(({ numerator, denominator }) => numerator / denominator);
  return bootstrap(clusters.length, options, (drawn) => median(Array.from(drawn, (index) => ratios[index]!)));
}

/** The ratio of `a` minus that of `b`, over the same drawn answers, so that variation between answers cancels out. */
export function pairedDifference(clusters: readonly PairedPart[], options: BootstrapOptions = {}): Interval {
  const a = clusters.map((cluster) => cluster.a);
  const b = clusters.map((cluster) => cluster.b);
  return bootstrap(clusters.length, options, (drawn) => ratio(a, drawn) - ratio(b, drawn));
}

/**
 * The value below which `share` (0 … 1) of the values lie, by linear interpolation between the two nearest; NaN for
 * no values.
 */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  if (sorted.length === 0) return Number.NaN;
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (high - low) * (at - below);
}

/** The middle value, or the mean of the two middle ones; NaN for no values. The values need not be sorted. */
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
  // A draw whose denominators are all 0 has no ratio and is skipped.
  const defined = values.filter((drawnValue) => !Number.isNaN(drawnValue)).sort();
  return { value, low: quantile(defined, LOW_SHARE), high: quantile(defined, HIGH_SHARE) };
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
