// How much faster than plain decoding, measured in the same run on rows that were written both ways.
import { ratioOfSums, type Interval, type RatioPart } from "../bench/index.ts";
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

/** The same without its interval, which takes thousands of draws. */
export function pointRatio(samples: readonly PlainSample[]): { ratio: number | null; samples: number } {
  const parts = partsOf(samples);
  const sum = (key: keyof RatioPart): number => parts.reduce((total, part) => total + part[key], 0);
  return { ratio: parts.length === 0 ? null : sum("numerator") / sum("denominator"), samples: parts.length };
}

/** Of one sampled row: what its answer would have taken plainly, and what it took. */
function partsOf(samples: readonly PlainSample[]): RatioPart[] {
  return samples
    .filter(({ plain, drafted }) => plain.tokens > 0 && drafted.tokens > 0 && drafted.ms > 0)
    .map(({ plain, drafted }) => ({
      numerator: (plain.ms / plain.tokens) * drafted.tokens,
      denominator: drafted.ms,
    }));
}
