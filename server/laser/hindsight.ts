// What is kept of the drafts that were sent, held against what was expected of them. The planner sends where
// expectations are high, among them those that are too high, so what is sent disappoints on average even where chances
// are right on average. Counts only; it must not know drafts or costs.

/** What is believed at first, in expected tokens: that sent drafts hold what they promise. */
const PRIOR_TOKENS = 80;
/** Older drafts fade: no more expected tokens than these count. */
const MEMORY_TOKENS = 300;

/**
 * Shared between the requests of a session, since one answer sends too few drafts to tell. In replayed answers at the
 * costs of two cores, penalised ones take 1.0 % less time with it, those of a looping model 0.1 % less; a quarter of the prior brings another
 * 0.4 % there, and costs up to 7 % where expectations are right and luck is bad.
 */
export class Hindsight {
  private expected = 0;
  private kept = 0;

  /** By how much expectations are to be multiplied, at most 1: more hope would be tried on drafts not yet known. */
  get factor(): number {
    return Math.min(1, (this.kept + PRIOR_TOKENS) / (this.expected + PRIOR_TOKENS));
  }

  /** Notes a draft that was sent: of how many tokens it was expected to be kept, before correction, and how many were. */
  observe(expectedKept: number, kept: number): void {
    this.expected += expectedKept;
    this.kept += kept;
    if (this.expected <= MEMORY_TOKENS) return;
    const fade = MEMORY_TOKENS / this.expected;
    this.expected *= fade;
    this.kept *= fade;
  }
}
