// How much faster than plain decoding, measured in the same run on rows that were written both ways.
import { ratioOfSums, type Interval, type RatioPart } from "../bench/index.ts";
import { several } from "../../core/base/index.ts";
import { isPlainSample } from "./draws.ts";
import type { PlainSample } from "./output/journal.ts";

export interface PlainRatio {
  /** Null without a sample. low and high are NaN for a single one. */
  readonly ratio: Interval | null;
  readonly samples: number;
  /** Of those, how many plain answers have the same text. */
  readonly sameTexts: number;
}

/** What the ratio means, for readers. */
export const RATIO_DEFINITION =
  "Sampled rows are written twice, one way right after the other, in a random order drawn from their id. The ratio is " +
  "Σ (plain ms per token × tokens of the answer) ÷ Σ ms of the answer, over sampled rows and without reading prompts; " +
  "95 % interval by drawing rows with replacement.";

export function plainRatio(samples: readonly PlainSample[]): PlainRatio {
  const parts = partsOf(samples);
  return {
    ratio: parts.length === 0 ? null : ratioOfSums(parts),
    samples: parts.length,
    sameTexts: samples.filter(({ isSameText }) => isSameText).length,
  };
}

/** The ratio without its interval, which takes thousands of draws; null without a sample. */
export function pointRatio(samples: readonly PlainSample[]): number | null {
  const parts = partsOf(samples);
  const sum = (key: keyof RatioPart): number => parts.reduce((total, part) => total + part[key], 0);
  return parts.length === 0 ? null : sum("numerator") / sum("denominator");
}

/** Rows that were to be written both ways, by what became of them. */
export interface PlainRows {
  /** In the ratio. */
  readonly used: number;
  readonly failed: number;
  /** With an answer, but without a plain one, or without a token or a time to compare. */
  readonly withoutPlain: number;
}

/** Of the rows written so far, those that `isPlainSample` draws. */
export interface DrawnRows {
  readonly plainEvery: number;
  readonly answers: number;
  readonly failures: number;
}

/** An earlier session may have drawn other rows: their samples count as well. */
export function plainRowsOf(samples: readonly PlainSample[], drawn: DrawnRows): PlainRows {
  const isDrawn = ({ id }: PlainSample): boolean => isPlainSample(id, drawn.plainEvery);
  const used = samples.filter(isUsable);
  const rows = drawn.answers + samples.filter((sample) => !isDrawn(sample)).length;
  return { used: used.length, failed: drawn.failures, withoutPlain: rows - used.length };
}

/** E.g. "7 rows", "7 of 10 rows". */
export function usedWords({ used, failed, withoutPlain }: PlainRows): string {
  const all = used + failed + withoutPlain;
  return all === used ? several(used, "row") : `${used} of ${several(all, "row")}`;
}

/** Why rows are left out, e.g. "2 failed, 1 without a plain answer"; "" if none are. */
export function leftOutWords({ failed, withoutPlain }: PlainRows): string {
  return [
    ...(failed === 0 ? [] : [`${failed} failed`]),
    ...(withoutPlain === 0 ? [] : [`${withoutPlain} without a plain answer`]),
  ].join(", ");
}

const isUsable = ({ plain, drafted }: PlainSample): boolean =>
  plain.tokens > 0 && drafted.tokens > 0 && drafted.ms > 0;

/** Of one sampled row: what its answer would have taken plainly, and what it took. */
function partsOf(samples: readonly PlainSample[]): RatioPart[] {
  return samples.filter(isUsable).map(({ plain, drafted }) => ({
    numerator: (plain.ms / plain.tokens) * drafted.tokens,
    denominator: drafted.ms,
  }));
}
