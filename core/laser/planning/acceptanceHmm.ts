// A hidden Markov model of how far the drafter's acceptance probabilities are off, filtered at every step; its
// transition counts are learned on line. Probabilities that prove wrong are discounted within a few tokens and trusted
// again equally fast, and text that is easier or harder than its drafts suggest is noticed.
import {
  INITIAL_PROBABILITIES,
  initialTransitionCounts,
  probabilityIn,
  STATE_COUNT,
} from "./acceptanceStates.ts";
import { binOf, BINS, Calibration } from "../drafting/calibration.ts";
import type { Draft } from "../draft.ts";

/** Prior weight of each state's transitions, in steps; never more than MEMORY_STEPS are held in all. */
const PRIOR_STEPS = 5;
const MEMORY_STEPS = 1000;
/** Tokens that count in the calibration of each bin. */
const CALIBRATION_TOKENS = 200;
/** A probability of 1 could never prove wrong, one of 0 never right. */
const MAX_PROBABILITY = 0.995;
const MIN_PROBABILITY = 0.001;

/** Outcomes of a step: its first drafted token was wrong, a later one was, or none is known to be. */
const FIRST_REJECTED = 0;
const LATER_REJECTED = 1;
const NONE_REJECTED = 2;
const OUTCOMES = 3;

/** What the model reads of a chain. */
export type StatedProbabilities = Pick<Draft, "length" | "acceptanceProbabilities">;

/** Per step: `expectAccepted` with the offered draft, then `observe` with its outcome. */
export class AcceptanceHmm {
  /** The belief: how probable each state is in this step, before its outcome. */
  private readonly belief = Float64Array.from(INITIAL_PROBABILITIES);
  /** The same for the step before, after its outcome. */
  private readonly lastBelief = Float64Array.from(INITIAL_PROBABILITIES);
  /** By outcome of the step before, then row-major: how often each state followed each state, in steps. */
  private readonly transitionCounts = Array.from({ length: OUTCOMES }, () =>
    initialTransitionCounts(PRIOR_STEPS),
  );
  private readonly rowTotals = Array.from({ length: OUTCOMES }, () =>
    new Float64Array(STATE_COUNT).fill(PRIOR_STEPS),
  );
  private lastOutcome = NONE_REJECTED;
  /** Likelihood of the outcome in each state, divided by its mean over the belief. */
  private readonly likelihoods = new Float64Array(STATE_COUNT);
  /**
   * Row i: steps in which the first token's stated probability fell into each bin in state i; last row: in any state.
   */
  private readonly binCounts = new Float64Array((STATE_COUNT + 1) * BINS).fill(1, STATE_COUNT * BINS);
  private readonly binTotals = new Float64Array(STATE_COUNT + 1).fill(BINS, STATE_COUNT);
  /** By state: how much more probable the stated probability of this step makes it. */
  private readonly observationWeight = new Float64Array(STATE_COUNT).fill(1);
  /** Calibration of a draft's first token, whose outcome every step shows, and of the tokens after it. */
  private readonly firstCalibration = new Calibration(CALIBRATION_TOKENS);
  private readonly laterCalibration = new Calibration(CALIBRATION_TOKENS);
  /** The calibrated acceptance probabilities of this step's draft. */
  private calibrated = new Float64Array(0);

  /** Writes, for each n from 0 to the draft's length, how many of its first n tokens are expected to be accepted. */
  expectAccepted(draft: StatedProbabilities, expected: Float64Array): void {
    const { length } = draft;
    expected.fill(0, 0, length + 1);
    if (length === 0) return;
    this.calibrateDraft(draft);
    this.weighObservation(draft);
    const { belief, calibrated } = this;
    for (let state = 0; state < STATE_COUNT; state++) {
      let reach = belief[state]!;
      for (let i = 0; i < length; i++) {
        reach *= probabilityIn(state, calibrated[i]!, i);
        expected[i + 1]! += reach;
      }
    }
    for (let i = 0; i < length; i++) expected[i + 1]! += expected[i]!;
  }

  /**
   * Learns the outcome of the draft last passed to `expectAccepted`: its first `matched` tokens were right, and the
   * next one was wrong or, where `rejected` is false, is unknown.
   */
  observe(draft: StatedProbabilities, matched: number, rejected: boolean): void {
    this.observeCalibration(draft, matched, rejected);
    if (!this.update(matched, rejected)) return;
    this.learnTransitions();
    this.lastBelief.set(this.belief);
    this.learnObservations(binOf(draft.acceptanceProbabilities[0]!));
    this.lastOutcome = !rejected ? NONE_REJECTED : matched === 0 ? FIRST_REJECTED : LATER_REJECTED;
    this.predict();
  }

  private calibrateDraft(draft: StatedProbabilities): void {
    if (this.calibrated.length < draft.length) this.calibrated = new Float64Array(draft.length);
    for (let i = 0; i < draft.length; i++) {
      const calibration = i === 0 ? this.firstCalibration : this.laterCalibration;
      const stated = draft.acceptanceProbabilities[i]!;
      this.calibrated[i] = calibration.calibrate(
        Math.max(MIN_PROBABILITY, Math.min(MAX_PROBABILITY, stated)),
      );
    }
  }

  private observeCalibration(draft: StatedProbabilities, matched: number, rejected: boolean): void {
    const { firstCalibration, laterCalibration } = this;
    const stated = draft.acceptanceProbabilities;
    for (let i = 0; i < matched; i++)
      (i === 0 ? firstCalibration : laterCalibration).observe(stated[i]!, true);
    if (rejected) (matched === 0 ? firstCalibration : laterCalibration).observe(stated[matched]!, false);
  }

  /** The first token's stated probability is evidence for the current state. */
  private weighObservation(draft: StatedProbabilities): void {
    const { belief, observationWeight, binCounts, binTotals } = this;
    const bin = binOf(draft.acceptanceProbabilities[0]!);
    const overall = binCounts[STATE_COUNT * BINS + bin]! / binTotals[STATE_COUNT]!;
    let total = 0;
    for (let j = 0; j < STATE_COUNT; j++) {
      // A state with hardly any observations is assumed to have the average distribution.
      observationWeight[j] =
        (binCounts[j * BINS + bin]! + PRIOR_STEPS * overall) / (binTotals[j]! + PRIOR_STEPS) / overall;
      total += belief[j]! * observationWeight[j]!;
    }
    for (let j = 0; j < STATE_COUNT; j++) {
      observationWeight[j]! /= total;
      belief[j]! *= observationWeight[j]!;
    }
  }

  /**
   * Updates the belief by the outcome. False if the outcome is too improbable for doubles: nothing to learn from.
   */
  private update(matched: number, rejected: boolean): boolean {
    const { belief, calibrated, likelihoods } = this;
    let total = 0;
    for (let j = 0; j < STATE_COUNT; j++) {
      let likelihood = 1;
      for (let i = 0; i < matched; i++) likelihood *= probabilityIn(j, calibrated[i]!, i);
      if (rejected) likelihood *= 1 - probabilityIn(j, calibrated[matched]!, matched);
      likelihoods[j] = likelihood;
      total += belief[j]! * likelihood;
    }
    if (!(total > 0)) return false;
    for (let j = 0; j < STATE_COUNT; j++) {
      likelihoods[j]! /= total;
      belief[j]! *= likelihoods[j]!;
    }
    return true;
  }

  /** Row i gains P(state i in the step before and state j in this one | all observations). */
  private learnTransitions(): void {
    const { lastBelief, likelihoods, observationWeight } = this;
    const counts = this.transitionCounts[this.lastOutcome]!;
    const rowTotals = this.rowTotals[this.lastOutcome]!;
    for (let i = 0; i < STATE_COUNT; i++) {
      const row = i * STATE_COUNT;
      const share = lastBelief[i]! / rowTotals[i]!;
      let rowTotal = 0;
      for (let j = 0; j < STATE_COUNT; j++) {
        counts[row + j]! *= 1 + share * likelihoods[j]! * observationWeight[j]!;
        rowTotal += counts[row + j]!;
      }
      rowTotals[i] = capTotal(counts, row, STATE_COUNT, rowTotal);
    }
  }

  private learnObservations(bin: number): void {
    const { belief, binCounts, binTotals } = this;
    for (let j = 0; j <= STATE_COUNT; j++) {
      const gained = j < STATE_COUNT ? belief[j]! : 1;
      binCounts[j * BINS + bin]! += gained;
      binTotals[j] = capTotal(binCounts, j * BINS, BINS, binTotals[j]! + gained);
    }
  }

  /** The belief for the next step: the last one through the transitions. */
  private predict(): void {
    const { belief, lastBelief } = this;
    const counts = this.transitionCounts[this.lastOutcome]!;
    const rowTotals = this.rowTotals[this.lastOutcome]!;
    belief.fill(0);
    for (let i = 0; i < STATE_COUNT; i++) {
      const share = lastBelief[i]! / rowTotals[i]!;
      for (let j = 0; j < STATE_COUNT; j++) belief[j]! += share * counts[i * STATE_COUNT + j]!;
    }
  }
}

/** Scales counts down to a total of at most MEMORY_STEPS; returns their total. */
function capTotal(counts: Float64Array, from: number, length: number, total: number): number {
  if (total <= MEMORY_STEPS) return total;
  for (let k = from; k < from + length; k++) counts[k]! *= MEMORY_STEPS / total;
  return MEMORY_STEPS;
}
