// Learns how often drafted tokens are kept, by source, vote share, match length and count, from what was committed.
import type { Chain } from "./chain.ts";
import type { Draft } from "../draft.ts";

/**
 * The prior is the mixture's vote share itself: a logistic regression in its log-odds gives slope 0.97 and offset
 * −0.02. Log-loss per drafted token on replayed answers of three equally weighted sets (greedy, penalised, the demo
 * pool's split into words; 68,682 tokens): the vote share alone 0.368, corrected on line by the classes below 0.356,
 * the mean alone 0.661.
 */
const MIN_PROBABILITY = 0.01;
const MAX_PROBABILITY = 0.99;

const SOURCES = 3;
/** Upper ends of the classes: vote shares below 0.05, 0.15, …; matches of up to 1, 2, … tokens; counts up to 1, 3, … */
const SHARE_ENDS = [0.05, 0.15, 0.3, 0.45, 0.6, 0.75, 0.88, Infinity] as const;
const MATCH_ENDS = [1, 2, 3, 5, 8, 15, Infinity] as const;
const COUNT_ENDS = [1, 3, 9, Infinity] as const;

const CLASSES = SOURCES * SHARE_ENDS.length * MATCH_ENDS.length * COUNT_ENDS.length;
/** Prior weight of each class, in observations. */
const PRIOR_WEIGHT = 20;
/**
 * Older observations decay: a class never holds more than this many besides the prior, so a change of text is noticed.
 */
const MEMORY = 180;

/** Estimates acceptance probabilities. Shared between requests, so that the next one starts with what was learned. */
export class AcceptanceModel {
  private readonly kept = new Float64Array(CLASSES);
  private readonly seen = new Float64Array(CLASSES);

  /**
   * Writes the acceptance probability at `draftIndex`: that its token is kept, given that all tokens before it were.
   */
  estimate(chain: Chain, draftIndex: number): void {
    const at = classOf(chain, draftIndex);
    const prior = Math.min(MAX_PROBABILITY, Math.max(MIN_PROBABILITY, chain.voteShares[draftIndex]!));
    chain.acceptanceProbabilities[draftIndex] =
      (PRIOR_WEIGHT * prior + this.kept[at]!) / (PRIOR_WEIGHT + this.seen[at]!);
  }

  /** Learns whether token `draftIndex` of a draft was kept; all tokens before it were. */
  observe(draft: Draft, draftIndex: number, kept: boolean): void {
    const at = classOf(draft, draftIndex);
    if (this.seen[at]! >= MEMORY) {
      this.kept[at]! *= 1 - 1 / MEMORY;
      this.seen[at]! *= 1 - 1 / MEMORY;
    }
    this.seen[at]! += 1;
    if (kept) this.kept[at]! += 1;
  }
}

type Features = Pick<Draft, "sources" | "matchTokens" | "voteShares" | "counts">;

function classOf({ sources, matchTokens, voteShares, counts }: Features, draftIndex: number): number {
  let share = 0;
  while (voteShares[draftIndex]! >= SHARE_ENDS[share]!) share++;
  let match = 0;
  while (matchTokens[draftIndex]! > MATCH_ENDS[match]!) match++;
  let count = 0;
  while (counts[draftIndex]! > COUNT_ENDS[count]!) count++;
  return (
    ((sources[draftIndex]! * SHARE_ENDS.length + share) * MATCH_ENDS.length + match) * COUNT_ENDS.length +
    count
  );
}
