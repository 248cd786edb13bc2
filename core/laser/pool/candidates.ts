// Occurrences of the end of the context in a text, each followed by a candidate for the next drafted token. Scratch
// arrays, reused at every step.
import { NO_GROUP } from "./entries.ts";

/**
 * The most candidates of a lookup. Twice as many gain 0.00 tokens per step in replay of greedy answers and 0.004 of
 * penalised ones, and make the slowest lookups (p99) 50 % slower.
 */
export const MAX_CANDIDATES = 32;

/** The first `size` elements of the arrays are in use; longest match first, newest first among equals. */
export class Candidates {
  size = 0;
  /** Offset of the last matched token, in the text that was searched. */
  readonly offsets = new Int32Array(MAX_CANDIDATES);
  /** Tokens of context (drafted ones included) that match up to there, 1 … 16. */
  readonly matchTokens = new Uint8Array(MAX_CANDIDATES);
  /** The token at the next offset. */
  readonly nextTokens = new Int32Array(MAX_CANDIDATES);
  /** Id of the pool entry that the offset belongs to, so that each entry counts once; −1 outside pools. */
  readonly entries = new Int32Array(MAX_CANDIDATES);
  /** Group of each entry; NO_GROUP outside pools. */
  readonly groups = new Int32Array(MAX_CANDIDATES).fill(NO_GROUP);
  /** Subject of each entry. */
  readonly subjects = new Int32Array(MAX_CANDIDATES);
  /** The bounds of the last lookup; a refill uses the same ones. */
  maxCandidates = MAX_CANDIDATES;
  minMatchTokens = 2;
  /** True to look up only the longest match length. */
  longestOnly = false;

  /** Entries of this subject are left out; null: none. */
  excludedSubject: number | null = null;
  /** If a match length has more occurrences than fit, those of this group are taken first. */
  preferredGroup = NO_GROUP;
  /** How many occurrences are looked at for each one taken, to find one of the preferred group. */
  groupProbes = 1;

  /** @param refillBelow `follow` looks up again when fewer than this many candidates remain; 0: never */
  constructor(public refillBelow = 1) {}

  clear(): void {
    this.size = 0;
  }

  /** Takes over what another lookup found and its bounds, of its candidates those that continue with `token`. */
  copyContinuing(from: Candidates, token: number): void {
    this.maxCandidates = from.maxCandidates;
    this.minMatchTokens = from.minMatchTokens;
    this.longestOnly = from.longestOnly;
    this.refillBelow = from.refillBelow;
    this.excludedSubject = from.excludedSubject;
    this.preferredGroup = from.preferredGroup;
    this.groupProbes = from.groupProbes;
    let size = 0;
    for (let i = 0; i < from.size; i++) {
      if (from.nextTokens[i] !== token) continue;
      this.offsets[size] = from.offsets[i]!;
      this.matchTokens[size] = from.matchTokens[i]!;
      this.nextTokens[size] = token;
      this.groups[size] = from.groups[i]!;
      this.subjects[size] = from.subjects[i]!;
      this.entries[size++] = from.entries[i]!;
    }
    this.size = size;
  }

  /** Sorts the offsets from index `first` on, all of one match length: newest first. */
  sortNewestFirst(first: number): void {
    const { offsets } = this;
    for (let i = first + 1; i < this.size; i++) {
      const offset = offsets[i]!;
      let at = i;
      for (; at > first && offsets[at - 1]! < offset; at--) offsets[at] = offsets[at - 1]!;
      offsets[at] = offset;
    }
  }
}
