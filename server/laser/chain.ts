// A chain of drafted tokens under construction: flat scratch arrays that an index fills and reuses at every step.
// It must not know which index fills it.
import {
  DRAFT_SOURCES,
  emptyAlternatives,
  emptyDraftArrays,
  ENTRIES_PER_TOKEN,
  type Draft,
} from "./draft.ts";

/** The longest chain an index offers. */
export const MAX_CHAIN_TOKENS = 47;
/** Other continuations remembered at each place of a chain. */
export const ALTERNATIVES_PER_PLACE = 3;

export const SOURCE_PROMPT = DRAFT_SOURCES.indexOf("prompt");
export const SOURCE_OUTPUT = DRAFT_SOURCES.indexOf("output");
export const SOURCE_POOL = DRAFT_SOURCES.indexOf("pool");

/** Scratch space of one index. `length` places are in use; alternatives are `alternativeCount` in number. */
export class Chain {
  length = 0;
  alternativeCount = 0;
  readonly tokens = new Int32Array(MAX_CHAIN_TOKENS);
  readonly sources = new Uint8Array(MAX_CHAIN_TOKENS);
  readonly matchTokens = new Int32Array(MAX_CHAIN_TOKENS);
  readonly counts = new Int32Array(MAX_CHAIN_TOKENS);
  readonly shares = new Float64Array(MAX_CHAIN_TOKENS);
  readonly chances = new Float64Array(MAX_CHAIN_TOKENS);
  readonly entries = new Int32Array(MAX_CHAIN_TOKENS * ENTRIES_PER_TOKEN);
  readonly alternativePlaces = new Int32Array(MAX_CHAIN_TOKENS * ALTERNATIVES_PER_PLACE);
  readonly alternativeTokens = new Int32Array(MAX_CHAIN_TOKENS * ALTERNATIVES_PER_PLACE);
  readonly alternativeCounts = new Int32Array(MAX_CHAIN_TOKENS * ALTERNATIVES_PER_PLACE);
  readonly alternativeShares = new Float64Array(MAX_CHAIN_TOKENS * ALTERNATIVES_PER_PLACE);

  clear(): void {
    this.length = 0;
    this.alternativeCount = 0;
  }

  /** Notes a continuation of `place` that is not sent. */
  addAlternative(place: number, token: number, count: number, share: number): void {
    const at = this.alternativeCount;
    if (at >= this.alternativePlaces.length) return;
    this.alternativePlaces[at] = place;
    this.alternativeTokens[at] = token;
    this.alternativeCounts[at] = count;
    this.alternativeShares[at] = share;
    this.alternativeCount = at + 1;
  }

  /** A copy that outlives the next step. */
  toDraft(): Draft {
    const alternatives = emptyAlternatives(this.alternativeCount);
    for (let i = 0; i < this.alternativeCount; i++) {
      alternatives.places[i] = this.alternativePlaces[i]!;
      alternatives.tokens[i] = this.alternativeTokens[i]!;
      alternatives.counts[i] = this.alternativeCounts[i]!;
      alternatives.shares[i] = this.alternativeShares[i]!;
    }
    const draft = emptyDraftArrays(this.length, alternatives);
    for (let i = 0; i < this.length; i++) {
      draft.tokens[i] = this.tokens[i]!;
      draft.sources[i] = this.sources[i]!;
      draft.matchTokens[i] = this.matchTokens[i]!;
      draft.counts[i] = this.counts[i]!;
      draft.shares[i] = this.shares[i]!;
      draft.chances[i] = this.chances[i]!;
    }
    for (let i = 0; i < this.length * ENTRIES_PER_TOKEN; i++) draft.entries[i] = this.entries[i]!;
    return draft;
  }
}
