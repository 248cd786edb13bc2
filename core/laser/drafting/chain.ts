// A chain of drafted tokens under construction: flat scratch arrays, refilled at every step.
import {
  copyToken,
  DRAFT_SOURCES,
  emptyAlternatives,
  emptyDraftArrays,
  ENTRIES_PER_TOKEN,
  type Draft,
} from "../draft.ts";

/** The most tokens that a drafter offers in a step. */
export const MAX_CHAIN_TOKENS = 47;
/** The most tokens of a draft tree. */
export const MAX_TREE_TOKENS = 63;
/** Alternatives recorded for each token of a chain. */
export const ALTERNATIVES_PER_TOKEN = 3;

export const SOURCE_PROMPT = DRAFT_SOURCES.indexOf("prompt");
export const SOURCE_OUTPUT = DRAFT_SOURCES.indexOf("output");
export const SOURCE_POOL = DRAFT_SOURCES.indexOf("pool");

/** The first `length` tokens and the first `alternativeCount` alternatives are in use; see Draft for the columns. */
export class Chain {
  length = 0;
  alternativeCount = 0;
  readonly tokens = new Int32Array(MAX_CHAIN_TOKENS);
  readonly sources = new Uint8Array(MAX_CHAIN_TOKENS);
  readonly matchTokens = new Int32Array(MAX_CHAIN_TOKENS);
  readonly counts = new Int32Array(MAX_CHAIN_TOKENS);
  readonly voteShares = new Float64Array(MAX_CHAIN_TOKENS);
  readonly acceptanceProbabilities = new Float64Array(MAX_CHAIN_TOKENS);
  readonly entries = new Int32Array(MAX_CHAIN_TOKENS * ENTRIES_PER_TOKEN);
  readonly alternativeDraftIndices = new Int32Array(MAX_CHAIN_TOKENS * ALTERNATIVES_PER_TOKEN);
  readonly alternativeTokens = new Int32Array(MAX_CHAIN_TOKENS * ALTERNATIVES_PER_TOKEN);
  readonly alternativeCounts = new Int32Array(MAX_CHAIN_TOKENS * ALTERNATIVES_PER_TOKEN);
  readonly alternativeVoteShares = new Float64Array(MAX_CHAIN_TOKENS * ALTERNATIVES_PER_TOKEN);

  clear(): void {
    this.length = 0;
    this.alternativeCount = 0;
  }

  /** Adds a token that was possible at `draftIndex` and not chosen. */
  addAlternative(draftIndex: number, token: number, count: number, voteShare: number): void {
    const at = this.alternativeCount;
    if (at >= this.alternativeDraftIndices.length) return;
    this.alternativeDraftIndices[at] = draftIndex;
    this.alternativeTokens[at] = token;
    this.alternativeCounts[at] = count;
    this.alternativeVoteShares[at] = voteShare;
    this.alternativeCount = at + 1;
  }

  /** A copy that stays valid after the next step. */
  toDraft(): Draft {
    const alternatives = emptyAlternatives(this.alternativeCount);
    for (let i = 0; i < this.alternativeCount; i++) {
      alternatives.draftIndices[i] = this.alternativeDraftIndices[i]!;
      alternatives.tokens[i] = this.alternativeTokens[i]!;
      alternatives.counts[i] = this.alternativeCounts[i]!;
      alternatives.voteShares[i] = this.alternativeVoteShares[i]!;
    }
    const draft = emptyDraftArrays(this.length, alternatives);
    for (let i = 0; i < this.length; i++) copyToken(draft, i, this, i);
    for (let i = 0; i < this.length * ENTRIES_PER_TOKEN; i++) draft.entries[i] = this.entries[i]!;
    return draft;
  }
}
