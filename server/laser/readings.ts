// The ways in which a drafter's chances may be off, and how probable each is before a run has shown anything. Data of
// the hidden Markov model in trust.ts; it must not know what was observed.
import { timesOdds } from "./calibration.ts";

/** A way to read a draft's chances. */
interface Reading {
  /** The chance behind all is this one, whatever the drafter says; null: the drafter's, its odds times `factor`. */
  readonly level: number | null;
  readonly factor: number;
}

/** Readings that follow each other. */
interface Family {
  /** How probable before anything was seen. */
  readonly weight: number;
  /** How often a reading of one step is that of the next; else any of the family follows. */
  readonly stays: number;
  /** How often a reading of any family follows. */
  readonly leaves: number;
  readonly readings: readonly (Reading & { readonly weight: number })[];
}

const factor = (times: number, weight = 1) => ({ level: null, factor: times, weight });
const levels = (weightAboveHalf: number) =>
  [0.003, 0.03, 0.1, 0.25, 0.45, 0.65, 0.8, 0.9, 0.95, 0.985].map((chance) => ({
    level: chance,
    factor: 1,
    weight: chance > 0.5 ? weightAboveHalf : 1,
  }));

/**
 * Hope costs more than doubt (a long draft is sent for it), so readings above the drafter's weigh little at first:
 * on replayed answers that brings 1 to 2 % more speed than equal weights. The figures were chosen by such replays and
 * by the worlds of test/unit/laser/plannerWorlds.test.ts.
 */
const FAMILIES: readonly Family[] = [
  { weight: 0.71, stays: 1, leaves: 0.15, readings: [factor(1)] },
  {
    weight: 0.24,
    stays: 0.99,
    leaves: 0.01,
    readings: [
      ...[factor(1 / 2000), factor(1 / 100), factor(1 / 10), factor(1 / 3), factor(1, 8)],
      ...[factor(3, 0.1), factor(10, 0.1), factor(50, 0.1)],
    ],
  },
  // Text that stays easy or hard for many steps, and text that is easy in one and hard in the next.
  { weight: 0.03, stays: 0.99, leaves: 0.01, readings: levels(0.3) },
  { weight: 0.02, stays: 0.05, leaves: 0.01, readings: levels(1) },
];
const READINGS: readonly Reading[] = FAMILIES.flatMap(({ readings }) => readings);
export const READING_COUNT = READINGS.length;
/** How probable each reading is at first. */
export const FIRST_WEIGHTS: readonly number[] = FAMILIES.flatMap(({ weight, readings }) => {
  const sum = readings.reduce((total, reading) => total + reading.weight, 0);
  return readings.map((reading) => (weight * reading.weight) / sum);
});

/** The chance that reading `index` takes a drafter's to mean, at a place of its chain. */
export function read(index: number, chance: number, place: number): number {
  const { level, factor } = READINGS[index]!;
  if (level === null) return timesOdds(chance, factor);
  return place === 0 ? level : Math.min(level, chance);
}

/** Row i: how often each reading is believed to follow reading i, before any did. Rows sum to `steps`. */
export function firstTransitions(steps: number): Float64Array {
  const follows = new Float64Array(READING_COUNT * READING_COUNT);
  let start = 0;
  for (const { weight, stays, leaves, readings } of FAMILIES) {
    const end = start + readings.length;
    for (let i = start; i < end; i++)
      for (let j = 0; j < READING_COUNT; j++) {
        const isKin = j >= start && j < end;
        const inFamily = (i === j ? stays : 0) + (isKin ? ((1 - stays) * FIRST_WEIGHTS[j]!) / weight : 0);
        follows[i * READING_COUNT + j] = steps * ((1 - leaves) * inFamily + leaves * FIRST_WEIGHTS[j]!);
      }
    start = end;
  }
  return follows;
}
