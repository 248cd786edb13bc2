// The hidden states of the model in acceptanceHmm.ts: the ways in which stated acceptance probabilities may be off,
// with their initial and transition probabilities.
import { scaleOdds } from "../drafting/calibration.ts";

/** How stated acceptance probabilities map to the true ones. */
interface State {
  /** The true probability, whatever the drafter states; null: the stated one with its odds times `oddsFactor`. */
  readonly level: number | null;
  readonly oddsFactor: number;
}

/** States between which the model moves most. */
interface Family {
  /** Initial probability of all its states together. */
  readonly weight: number;
  /** Probability of staying in the same state, as long as the family is not left. */
  readonly selfTransition: number;
  /** Probability of a jump to a state of any family. */
  readonly exit: number;
  readonly states: readonly (State & { readonly weight: number })[];
}

const scaled = (oddsFactor: number, weight = 1) => ({ level: null, oddsFactor, weight });
const levels = (weightAboveHalf: number) =>
  [0.003, 0.03, 0.1, 0.25, 0.45, 0.65, 0.8, 0.9, 0.95, 0.985].map((level) => ({
    level,
    oddsFactor: 1,
    weight: level > 0.5 ? weightAboveHalf : 1,
  }));

/**
 * Optimism costs more than doubt, because it sends long drafts. States above the drafter's own probabilities therefore
 * start with little weight: on replayed answers that gains 1 to 2 % in speed over equal weights. The figures were
 * chosen by such replays and by the worlds of test/unit/core/laser/plannerWorlds.test.ts.
 */
const FAMILIES: readonly Family[] = [
  { weight: 0.71, selfTransition: 1, exit: 0.15, states: [scaled(1)] },
  {
    weight: 0.24,
    selfTransition: 0.99,
    exit: 0.01,
    states: [
      ...[scaled(1 / 2000), scaled(1 / 100), scaled(1 / 10), scaled(1 / 3), scaled(1, 8)],
      ...[scaled(3, 0.1), scaled(10, 0.1), scaled(50, 0.1)],
    ],
  },
  // Text that stays easy or hard for many steps, and text that is easy in one step and hard in the next.
  { weight: 0.03, selfTransition: 0.99, exit: 0.01, states: levels(0.3) },
  { weight: 0.02, selfTransition: 0.05, exit: 0.01, states: levels(1) },
];
const STATES: readonly State[] = FAMILIES.flatMap(({ states }) => states);
export const STATE_COUNT = STATES.length;
export const INITIAL_PROBABILITIES: readonly number[] = FAMILIES.flatMap(({ weight, states }) => {
  const sum = states.reduce((total, state) => total + state.weight, 0);
  return states.map((state) => (weight * state.weight) / sum);
});

/** The true acceptance probability at `draftIndex` if state `index` holds and the drafter states `stated`. */
export function probabilityIn(index: number, stated: number, draftIndex: number): number {
  const { level, oddsFactor } = STATES[index]!;
  if (level === null) return scaleOdds(stated, oddsFactor);
  return draftIndex === 0 ? level : Math.min(level, stated);
}

/** The prior of the transition counts, row-major: row i holds the transitions from state i and sums to `steps`. */
export function initialTransitionCounts(steps: number): Float64Array {
  const counts = new Float64Array(STATE_COUNT * STATE_COUNT);
  let start = 0;
  for (const { weight, selfTransition, exit, states } of FAMILIES) {
    const end = start + states.length;
    for (let i = start; i < end; i++)
      for (let j = 0; j < STATE_COUNT; j++) {
        const isKin = j >= start && j < end;
        const inFamily =
          (i === j ? selfTransition : 0) +
          (isKin ? ((1 - selfTransition) * INITIAL_PROBABILITIES[j]!) / weight : 0);
        counts[i * STATE_COUNT + j] = steps * ((1 - exit) * inFamily + exit * INITIAL_PROBABILITIES[j]!);
      }
    start = end;
  }
  return counts;
}
