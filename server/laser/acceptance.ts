// Learns how often drafted tokens are kept, by source, share, match length and count, from what was committed.
// Counts only; it must not know how a chain was found or what it costs.
import type { Chain } from "./chain.ts";
import type { Draft } from "./draft.ts";

/**
 * What is believed before anything was seen is the mixture's share itself: a logistic regression in its log-odds comes
 * out at slope 0.97 and offset −0.02. Log-loss a drafted token, replayed answers of three sets that weigh the same
 * (greedy, penalised, the demo pool's split into words; 68,682 tokens): the share alone 0.368, with what the classes
 * below learn on line 0.356, the mean alone 0.661.
 */
const LEAST_CHANCE = 0.01;
const LARGEST_CHANCE = 0.99;

const SOURCES = 3;
/** Where classes end: shares below 0.05, below 0.15, …; matches of up to 1, 2, … tokens; seen once, up to 3 times, … */
const SHARE_ENDS = [0.05, 0.15, 0.3, 0.45, 0.6, 0.75, 0.88, Infinity] as const;
const MATCH_ENDS = [1, 2, 3, 5, 8, 15, Infinity] as const;
const COUNT_ENDS = [1, 3, 9, Infinity] as const;

const CLASSES = SOURCES * SHARE_ENDS.length * MATCH_ENDS.length * COUNT_ENDS.length;
/** How many observations the prior is worth. */
const PRIOR_WEIGHT = 20;
/** Older observations fade: a class never holds more than this many beside the prior, so a change of text is noticed. */
const MEMORY = 180;

export class AcceptanceModel {
  private readonly kept = new Float64Array(CLASSES);
  private readonly seen = new Float64Array(CLASSES);

  /** Fills in the chance at a place of a chain: that its token is kept, given that the tokens before it were. */
  rate(chain: Chain, place: number): void {
    const at = classOf(chain, place);
    const prior = Math.min(LARGEST_CHANCE, Math.max(LEAST_CHANCE, chain.shares[place]!));
    chain.chances[place] = (PRIOR_WEIGHT * prior + this.kept[at]!) / (PRIOR_WEIGHT + this.seen[at]!);
  }

  /** Notes whether token `place` of a draft was kept, all before it having been. */
  observe(draft: Draft, place: number, kept: boolean): void {
    const at = classOf(draft, place);
    if (this.seen[at]! >= MEMORY) {
      this.kept[at]! *= 1 - 1 / MEMORY;
      this.seen[at]! *= 1 - 1 / MEMORY;
    }
    this.seen[at]! += 1;
    if (kept) this.kept[at]! += 1;
  }
}

type Rated = Pick<Draft, "sources" | "matchTokens" | "shares" | "counts">;

function classOf({ sources, matchTokens, shares, counts }: Rated, place: number): number {
  let share = 0;
  while (shares[place]! >= SHARE_ENDS[share]!) share++;
  let match = 0;
  while (matchTokens[place]! > MATCH_ENDS[match]!) match++;
  let count = 0;
  while (counts[place]! > COUNT_ENDS[count]!) count++;
  return (
    ((sources[place]! * SHARE_ENDS.length + share) * MATCH_ENDS.length + match) * COUNT_ENDS.length + count
  );
}
