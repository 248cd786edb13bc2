// Expected against observed: by tenths of the chance that was named, how many tokens were expected to be kept and how
// many were. Counts only; it must not know where a chance came from.

/** Tenths of the chance: 0 … 0.1, 0.1 … 0.2, and so on; 1 belongs to the last. */
export const TENTHS = 10;
/** How many observations a tenth's own word is worth. */
const PRIOR_WEIGHT = 8;

/** What was seen of the chances in one tenth. Counts fade where the memory is bounded. */
export interface CalibrationTenth {
  readonly from: number;
  readonly to: number;
  /** Tokens whose chance lay here, how many of them were expected to be kept (the sum of chances), how many were. */
  readonly tokens: number;
  readonly expectedKept: number;
  readonly kept: number;
}

export class Calibration {
  private readonly tokens = new Float64Array(TENTHS);
  private readonly expected = new Float64Array(TENTHS);
  private readonly kept = new Float64Array(TENTHS);
  /** What the odds of a tenth's chances are to be multiplied by, to be true of what was observed. */
  private readonly factors = new Float64Array(TENTHS).fill(1);

  /** @param memoryTokens a tenth never counts more than so many: older ones fade */
  constructor(private readonly memoryTokens = Infinity) {}

  /** @param chance 0 … 1, as it was named before it was known whether the token is kept */
  observe(chance: number, kept: boolean): void {
    const at = tenthOf(chance);
    if (this.tokens[at]! >= this.memoryTokens) {
      const fade = 1 - 1 / this.memoryTokens;
      this.tokens[at]! *= fade;
      this.expected[at]! *= fade;
      this.kept[at]! *= fade;
    }
    this.tokens[at]! += 1;
    this.expected[at]! += chance;
    if (kept) this.kept[at]! += 1;
    this.factors[at] = this.factorOf(at);
  }

  /** The chance as what was observed corrects it: its odds times the factor of its tenth. */
  corrected(chance: number): number {
    return timesOdds(chance, this.factors[tenthOf(chance)]!);
  }

  /** All tenths, ascending, those without tokens too. */
  rows(): readonly CalibrationTenth[] {
    return Array.from(this.tokens, (tokens, at) => ({
      from: at / TENTHS,
      to: (at + 1) / TENTHS,
      tokens,
      expectedKept: this.expected[at]!,
      kept: this.kept[at]!,
    }));
  }

  private factorOf(at: number): number {
    const priorKept = (PRIOR_WEIGHT * (at + 0.5)) / TENTHS;
    const priorMissed = PRIOR_WEIGHT - priorKept;
    const tokens = this.tokens[at]!;
    const observed = (this.kept[at]! + priorKept) / (tokens - this.kept[at]! + priorMissed);
    const named = (this.expected[at]! + priorKept) / (tokens - this.expected[at]! + priorMissed);
    return observed / named;
  }
}

export function tenthOf(chance: number): number {
  return Math.max(0, Math.min(TENTHS - 1, Math.floor(chance * TENTHS)));
}

/** The chance whose odds are `factor` times those of `chance`. */
export function timesOdds(chance: number, factor: number): number {
  return (chance * factor) / (1 - chance + chance * factor);
}
