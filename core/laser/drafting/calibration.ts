// Reliability of stated probabilities: in ten bins, how many tokens were expected to be accepted and how many were.

/** Ten bins of equal width: 0 … 0.1, 0.1 … 0.2, and so on; 1 belongs to the last. */
export const BINS = 10;
/** Prior weight of each bin, in observations. */
const PRIOR_WEIGHT = 8;

/** What was observed in one bin. Counts decay where the memory is bounded. */
export interface CalibrationBin {
  /** The bin's probabilities: from … to, the end not included. */
  readonly from: number;
  readonly to: number;
  /** Tokens whose stated probability fell into the bin. */
  readonly tokens: number;
  /** How many of them were expected to be accepted: the sum of their stated probabilities. */
  readonly expectedAccepted: number;
  readonly accepted: number;
}

/** Compares stated with observed acceptance, and corrects further probabilities by it. */
export class Calibration {
  private readonly tokens = new Float64Array(BINS);
  private readonly expected = new Float64Array(BINS);
  private readonly accepted = new Float64Array(BINS);
  /** By bin: the odds ratio that brings stated probabilities in line with what was observed. */
  private readonly oddsFactors = new Float64Array(BINS).fill(1);

  /** @param memoryTokens the most tokens that a bin counts; older ones decay */
  constructor(private readonly memoryTokens = Infinity) {}

  /** @param probability 0 … 1, as stated before the outcome was known */
  observe(probability: number, accepted: boolean): void {
    const at = binOf(probability);
    if (this.tokens[at]! >= this.memoryTokens) {
      const decay = 1 - 1 / this.memoryTokens;
      this.tokens[at]! *= decay;
      this.expected[at]! *= decay;
      this.accepted[at]! *= decay;
    }
    this.tokens[at]! += 1;
    this.expected[at]! += probability;
    if (accepted) this.accepted[at]! += 1;
    this.oddsFactors[at] = this.oddsFactorOf(at);
  }

  /** The probability, corrected by the odds factor of its bin. */
  calibrate(probability: number): number {
    return scaleOdds(probability, this.oddsFactors[binOf(probability)]!);
  }

  /** All bins, ascending, empty ones included. */
  rows(): readonly CalibrationBin[] {
    return Array.from(this.tokens, (tokens, at) => ({
      from: at / BINS,
      to: (at + 1) / BINS,
      tokens,
      expectedAccepted: this.expected[at]!,
      accepted: this.accepted[at]!,
    }));
  }

  private oddsFactorOf(at: number): number {
    const priorAccepted = (PRIOR_WEIGHT * (at + 0.5)) / BINS;
    const priorRejected = PRIOR_WEIGHT - priorAccepted;
    const tokens = this.tokens[at]!;
    const observed = (this.accepted[at]! + priorAccepted) / (tokens - this.accepted[at]! + priorRejected);
    const stated = (this.expected[at]! + priorAccepted) / (tokens - this.expected[at]! + priorRejected);
    return observed / stated;
  }
}

/** The bin of a probability, 0 … BINS − 1. */
export function binOf(probability: number): number {
  return Math.max(0, Math.min(BINS - 1, Math.floor(probability * BINS)));
}

/** The probability whose odds are `factor` times those of `probability`. */
export function scaleOdds(probability: number, factor: number): number {
  return (probability * factor) / (1 - probability + probability * factor);
}
