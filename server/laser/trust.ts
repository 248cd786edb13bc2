// How far the drafter's chances can be trusted now: a hidden Markov model over ways in which they may be off, which
// learns on line how one way follows another. So chances that prove wrong are discounted within a few tokens and
// trusted again as soon, and text that is easier or harder than its drafts tell is noticed. It must not know costs.
import { Calibration, tenthOf, TENTHS } from "./calibration.ts";
import type { Draft } from "./draft.ts";
import { FIRST_WEIGHTS, firstTransitions, read, READING_COUNT as SIZE } from "./readings.ts";

/** What is believed at first is worth this many steps a reading; more than MEMORY_STEPS are never held. */
const PRIOR_STEPS = 5;
const MEMORY_STEPS = 1000;
/** Tokens that count in the correction of each tenth of the chances. */
const CALIBRATION_TOKENS = 200;
/** A chance of 1 could never prove wrong, one of 0 never right. */
const LARGEST_CHANCE = 0.995;
const SMALLEST_CHANCE = 0.001;

/** How a step can fare: its first token was wrong, a later one, or none that is known. */
const MISSED_AT_ONCE = 0;
const MISSED_LATER = 1;
const HELD = 2;
const FARES = 3;

export class Trust {
  /** How probable each reading is in this step, before its outcome. */
  private readonly now = Float64Array.from(FIRST_WEIGHTS);
  /** The same in the step before, after its outcome. */
  private readonly before = Float64Array.from(FIRST_WEIGHTS);
  /** By how the step before fared, then row i: how often each reading followed reading i, in steps. */
  private readonly follows = Array.from({ length: FARES }, () => firstTransitions(PRIOR_STEPS));
  private readonly rowTotals = Array.from({ length: FARES }, () => new Float64Array(SIZE).fill(PRIOR_STEPS));
  /** How the step before fared. */
  private fare = HELD;
  /** How probable each reading makes what was observed, over all of them together. */
  private readonly likelihoods = new Float64Array(SIZE);
  /** Row i: how often the first token's chance lay in each tenth while reading i held; the last row: always. In steps. */
  private readonly tenths = new Float64Array((SIZE + 1) * TENTHS).fill(1, SIZE * TENTHS);
  private readonly tenthTotals = new Float64Array(SIZE + 1).fill(TENTHS, SIZE);
  /** By reading: how much more probable the chance seen in this step makes it. */
  private readonly sight = new Float64Array(SIZE).fill(1);
  /** Chances against what was kept, for the first token of a draft (known in every step) and for those behind it. */
  private readonly firsts = new Calibration(CALIBRATION_TOKENS);
  private readonly others = new Calibration(CALIBRATION_TOKENS);
  /** The chances of this step's draft, as the calibrations correct them. */
  private chances = new Float64Array(0);

  /** Fills in, for each n from 0 to the draft's length, how many of its first n tokens are expected to be kept. */
  expectKept(draft: Draft, kept: Float64Array): void {
    const { length } = draft;
    kept.fill(0, 0, length + 1);
    if (length === 0) return;
    this.correct(draft);
    this.weigh(draft);
    const { now, chances } = this;
    for (let reading = 0; reading < SIZE; reading++) {
      let reach = now[reading]!;
      for (let i = 0; i < length; i++) {
        reach *= read(reading, chances[i]!, i);
        kept[i + 1]! += reach;
      }
    }
    for (let i = 0; i < length; i++) kept[i + 1]! += kept[i]!;
  }

  /**
   * Learns how the draft that was last asked about fared: its first `matched` tokens were right, and the one behind
   * them was wrong or, where `missed` is false, is not known.
   */
  observe(draft: Draft, matched: number, missed: boolean): void {
    this.calibrate(draft, matched, missed);
    if (!this.judge(matched, missed)) return;
    this.learnWhatFollows();
    this.before.set(this.now);
    this.learnSights(tenthOf(draft.chances[0]!));
    this.fare = !missed ? HELD : matched === 0 ? MISSED_AT_ONCE : MISSED_LATER;
    this.foresee();
  }

  private correct(draft: Draft): void {
    if (this.chances.length < draft.length) this.chances = new Float64Array(draft.length);
    for (let i = 0; i < draft.length; i++) {
      const calibration = i === 0 ? this.firsts : this.others;
      const chance = Math.max(SMALLEST_CHANCE, Math.min(LARGEST_CHANCE, draft.chances[i]!));
      this.chances[i] = calibration.corrected(chance);
    }
  }

  private calibrate(draft: Draft, matched: number, missed: boolean): void {
    for (let i = 0; i < matched; i++) (i === 0 ? this.firsts : this.others).observe(draft.chances[i]!, true);
    if (missed) (matched === 0 ? this.firsts : this.others).observe(draft.chances[matched]!, false);
  }

  /** What the drafter says of its first token tells something of the reading that holds. */
  private weigh(draft: Draft): void {
    const { now, sight, tenths, tenthTotals } = this;
    const tenth = tenthOf(draft.chances[0]!);
    const always = tenths[SIZE * TENTHS + tenth]! / tenthTotals[SIZE]!;
    let total = 0;
    for (let j = 0; j < SIZE; j++) {
      // A reading that hardly held is believed to see what all do.
      sight[j] =
        (tenths[j * TENTHS + tenth]! + PRIOR_STEPS * always) / (tenthTotals[j]! + PRIOR_STEPS) / always;
      total += now[j]! * sight[j]!;
    }
    for (let j = 0; j < SIZE; j++) {
      sight[j]! /= total;
      now[j]! *= sight[j]!;
    }
  }

  /** Weighs the readings by what was observed. False: so improbable that doubles can't tell, nothing to learn from. */
  private judge(matched: number, missed: boolean): boolean {
    const { now, chances, likelihoods } = this;
    let total = 0;
    for (let j = 0; j < SIZE; j++) {
      let likelihood = 1;
      for (let i = 0; i < matched; i++) likelihood *= read(j, chances[i]!, i);
      if (missed) likelihood *= 1 - read(j, chances[matched]!, matched);
      likelihoods[j] = likelihood;
      total += now[j]! * likelihood;
    }
    if (!(total > 0)) return false;
    for (let j = 0; j < SIZE; j++) {
      likelihoods[j]! /= total;
      now[j]! *= likelihoods[j]!;
    }
    return true;
  }

  /** Row i gains P(reading i in the step before and reading j in this one | all seen). */
  private learnWhatFollows(): void {
    const { before, likelihoods, sight } = this;
    const follows = this.follows[this.fare]!;
    const rowTotals = this.rowTotals[this.fare]!;
    for (let i = 0; i < SIZE; i++) {
      const row = i * SIZE;
      const share = before[i]! / rowTotals[i]!;
      let rowTotal = 0;
      for (let j = 0; j < SIZE; j++) {
        follows[row + j]! *= 1 + share * likelihoods[j]! * sight[j]!;
        rowTotal += follows[row + j]!;
      }
      rowTotals[i] = fade(follows, row, SIZE, rowTotal);
    }
  }

  private learnSights(tenth: number): void {
    const { now, tenths, tenthTotals } = this;
    for (let j = 0; j <= SIZE; j++) {
      const gained = j < SIZE ? now[j]! : 1;
      tenths[j * TENTHS + tenth]! += gained;
      tenthTotals[j] = fade(tenths, j * TENTHS, TENTHS, tenthTotals[j]! + gained);
    }
  }

  private foresee(): void {
    const { now, before } = this;
    const follows = this.follows[this.fare]!;
    const rowTotals = this.rowTotals[this.fare]!;
    now.fill(0);
    for (let i = 0; i < SIZE; i++) {
      const share = before[i]! / rowTotals[i]!;
      for (let j = 0; j < SIZE; j++) now[j]! += share * follows[i * SIZE + j]!;
    }
  }
}

/** Cuts counts back to MEMORY_STEPS in all; returns their total. */
function fade(counts: Float64Array, from: number, length: number, total: number): number {
  if (total <= MEMORY_STEPS) return total;
  for (let k = from; k < from + length; k++) counts[k]! *= MEMORY_STEPS / total;
  return MEMORY_STEPS;
}
