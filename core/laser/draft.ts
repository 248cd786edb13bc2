// The draft of one step: a chain or tree of guessed tokens with the provenance of each, and the alternatives to them.
// Flat arrays with one element per drafted token, so that a step allocates a few arrays and nothing per candidate.

/** Where a drafted token was found: in the request's prompt, in its own output, or in the pool of earlier answers. */
export const DRAFT_SOURCES = ["prompt", "output", "pool"] as const;

/** How many pool entries are recorded for a drafted token. */
export const ENTRIES_PER_TOKEN = 3;

/** Tokens that were possible in the chain and not chosen: the tree around it, for the inspector. One element each. */
export interface Alternatives {
  /** The index within the draft (0 = directly after the root) of the token that was chosen instead. */
  readonly draftIndices: Int32Array;
  readonly tokens: Int32Array;
  readonly counts: Int32Array;
  /** Share of the votes at that index, 0 … 1; if a single match length votes, count ÷ all continuations. */
  readonly voteShares: Float64Array;
}

/** Arrays hold one element per drafted token, except where noted. */
export interface Draft {
  /** Drafted tokens; may be 0. */
  readonly length: number;
  /** Token ids, in order: each after its parent. */
  readonly tokens: Int32Array;
  /** Index of the drafted token that each follows, −1 for the root; i − 1 throughout a chain. */
  readonly parents: Int32Array;
  /** Index into DRAFT_SOURCES. */
  readonly sources: Uint8Array;
  /** Tokens before this one (drafted ones included) that matched where it was found. */
  readonly matchTokens: Int32Array;
  /** How many continuations of the match were this token. */
  readonly counts: Int32Array;
  /** Shares of the votes, 0 … 1; as for the alternatives. */
  readonly voteShares: Float64Array;
  /** Learned probability that the token is kept, given that all tokens before it were, 0 … 1. */
  readonly acceptanceProbabilities: Float64Array;
  /** Ids of pool entries it was found in: ENTRIES_PER_TOKEN per token, −1 if there are fewer. */
  readonly entries: Int32Array;
  readonly alternatives: Alternatives;
}

/** Room for `size` alternatives, zeroed. */
export function emptyAlternatives(size: number): Alternatives {
  // One allocation, the widest elements first: separate buffers would cost more than filling them.
  const buffer = new ArrayBuffer(size * 20);
  return {
    voteShares: new Float64Array(buffer, 0, size),
    draftIndices: new Int32Array(buffer, size * 8, size),
    tokens: new Int32Array(buffer, size * 12, size),
    counts: new Int32Array(buffer, size * 16, size),
  };
}

/** A zeroed chain of `length` tokens, to be filled by a drafter. */
export function emptyDraftArrays(length: number, alternatives: Alternatives = emptyAlternatives(0)): Draft {
  const n = length;
  const buffer = new ArrayBuffer(n * (2 * 8 + (4 + ENTRIES_PER_TOKEN) * 4 + 1));
  const parents = new Int32Array(buffer, n * (28 + ENTRIES_PER_TOKEN * 4), n);
  for (let i = 0; i < n; i++) parents[i] = i - 1;
  return {
    length,
    parents,
    voteShares: new Float64Array(buffer, 0, n),
    acceptanceProbabilities: new Float64Array(buffer, n * 8, n),
    tokens: new Int32Array(buffer, n * 16, n),
    matchTokens: new Int32Array(buffer, n * 20, n),
    counts: new Int32Array(buffer, n * 24, n),
    entries: new Int32Array(buffer, n * 28, n * ENTRIES_PER_TOKEN).fill(-1),
    sources: new Uint8Array(buffer, n * (32 + ENTRIES_PER_TOKEN * 4), n),
    alternatives,
  };
}

export const EMPTY_DRAFT: Draft = emptyDraftArrays(0);

/** Whether every token follows the one before it. */
export function isChain({ parents }: Pick<Draft, "parents">): boolean {
  return parents.every((parent, i) => parent === i - 1);
}

/** The columns of one drafted token that are its own, wherever it is in the draft. */
export type TokenColumns = Readonly<
  Record<
    "tokens" | "sources" | "matchTokens" | "counts" | "voteShares" | "acceptanceProbabilities",
    ArrayLike<number>
  >
>;

/** Copies one token with its provenance; parents and entries are the caller's. */
export function copyToken(to: Draft, at: number, from: TokenColumns, index: number): void {
  to.tokens[at] = from.tokens[index]!;
  to.sources[at] = from.sources[index]!;
  to.matchTokens[at] = from.matchTokens[index]!;
  to.counts[at] = from.counts[index]!;
  to.voteShares[at] = from.voteShares[index]!;
  to.acceptanceProbabilities[at] = from.acceptanceProbabilities[index]!;
}

/** The draft without the nodes that `isWanted` refuses, and without those that follow them. */
export function keepNodes(draft: Draft, isWanted: (index: number) => boolean): Draft {
  const kept: number[] = [];
  const newIndex = new Int32Array(draft.length).fill(-1);
  for (let i = 0; i < draft.length; i++) {
    const parent = draft.parents[i]!;
    if ((parent >= 0 && newIndex[parent]! < 0) || !isWanted(i)) continue;
    newIndex[i] = kept.length;
    kept.push(i);
  }
  if (kept.length === draft.length) return draft;
  const copy = emptyDraftArrays(kept.length, draft.alternatives);
  kept.forEach((from, to) => {
    const parent = draft.parents[from]!;
    copyToken(copy, to, draft, from);
    copy.parents[to] = parent < 0 ? -1 : newIndex[parent]!;
    for (let j = 0; j < ENTRIES_PER_TOKEN; j++)
      copy.entries[to * ENTRIES_PER_TOKEN + j] = draft.entries[from * ENTRIES_PER_TOKEN + j]!;
  });
  return copy;
}

/** The first `length` tokens of a draft, sharing its memory; all alternatives stay. The cut tokens are dropped. */
export function cutDraft(draft: Draft, length: number): Draft {
  if (length >= draft.length) return draft;
  return {
    length,
    tokens: draft.tokens.subarray(0, length),
    parents: draft.parents.subarray(0, length),
    sources: draft.sources.subarray(0, length),
    matchTokens: draft.matchTokens.subarray(0, length),
    counts: draft.counts.subarray(0, length),
    voteShares: draft.voteShares.subarray(0, length),
    acceptanceProbabilities: draft.acceptanceProbabilities.subarray(0, length),
    entries: draft.entries.subarray(0, length * ENTRIES_PER_TOKEN),
    alternatives: draft.alternatives,
  };
}
