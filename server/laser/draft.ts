// The draft of one step: a chain of guessed tokens with the provenance of each, and the alternatives around it.
// Flat arrays with one entry a drafted token, so that a step allocates a few arrays and nothing per candidate.
// This file must not know how a draft was found or how it will be judged.

/** Where a drafted token was read: this request's prompt, its own output, or the pool of earlier answers. */
export const DRAFT_SOURCES = ["prompt", "output", "pool"] as const;

/** How many pool entries are named for a drafted token. */
export const ENTRIES_PER_TOKEN = 3;

/** Tokens that were possible at a place of the chain and not sent: the tree around it, for the inspector. */
export interface Alternatives {
  /** The place of the chain (0 = behind the root) for which this token was the other choice. */
  readonly places: Int32Array;
  readonly tokens: Int32Array;
  readonly counts: Int32Array;
  /** Share of the votes at that place, 0 … 1; where only one length is matched: count / all continuations. */
  readonly shares: Float64Array;
}

export interface Draft {
  readonly length: number;
  /** d1 … dN. */
  readonly tokens: Int32Array;
  /** Index into DRAFT_SOURCES. */
  readonly sources: Uint8Array;
  /** Context tokens (drafted ones included) that matched where this token was read. */
  readonly matchTokens: Int32Array;
  /** How often the match was followed by this token. */
  readonly counts: Int32Array;
  /** As those of the alternatives, 0 … 1. */
  readonly shares: Float64Array;
  /** The learned chance that this token is kept, given that all before it were, 0 … 1. */
  readonly chances: Float64Array;
  /** Pool entries it was read from: ENTRIES_PER_TOKEN indices a token, −1 where there are fewer. */
  readonly entries: Int32Array;
  readonly alternatives: Alternatives;
}

/** Room for `size` alternatives, zeroed. */
export function emptyAlternatives(size: number): Alternatives {
  const buffer = new ArrayBuffer(size * 20); // One allocation, the widest elements first: an array each costs more than filling them.
  return {
    shares: new Float64Array(buffer, 0, size),
    places: new Int32Array(buffer, size * 8, size),
    tokens: new Int32Array(buffer, size * 12, size),
    counts: new Int32Array(buffer, size * 16, size),
  };
}

/** A draft of `length` zeroed places, to be filled by a drafter. */
export function emptyDraftArrays(length: number, alternatives: Alternatives = emptyAlternatives(0)): Draft {
  const n = length;
  const buffer = new ArrayBuffer(n * (2 * 8 + (3 + ENTRIES_PER_TOKEN) * 4 + 1));
  return {
    length,
    shares: new Float64Array(buffer, 0, n),
    chances: new Float64Array(buffer, n * 8, n),
    tokens: new Int32Array(buffer, n * 16, n),
    matchTokens: new Int32Array(buffer, n * 20, n),
    counts: new Int32Array(buffer, n * 24, n),
    entries: new Int32Array(buffer, n * 28, n * ENTRIES_PER_TOKEN).fill(-1),
    sources: new Uint8Array(buffer, n * (28 + ENTRIES_PER_TOKEN * 4), n),
    alternatives,
  };
}

export const EMPTY_DRAFT: Draft = emptyDraftArrays(0);

/** The first `length` tokens of a draft; what was cut joins nothing (it is neither sent nor an alternative). */
export function cutDraft(draft: Draft, length: number): Draft {
  if (length >= draft.length) return draft;
  return {
    length,
    tokens: draft.tokens.subarray(0, length),
    sources: draft.sources.subarray(0, length),
    matchTokens: draft.matchTokens.subarray(0, length),
    counts: draft.counts.subarray(0, length),
    shares: draft.shares.subarray(0, length),
    chances: draft.chances.subarray(0, length),
    entries: draft.entries.subarray(0, length * ENTRIES_PER_TOKEN),
    alternatives: draft.alternatives,
  };
}
