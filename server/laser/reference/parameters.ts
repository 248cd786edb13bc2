// The parameters of the reference index: what the published trie is told when it is made. Values only.
// It must not know how the trie is built or walked.
import type { TokenId } from "../target.ts";

export interface ReferenceParameters {
  /** The most tokens of a draft tree, the root included (decoding_length). */
  readonly treeTokens: number;
  /** The most tokens of a branch, the root not included (branch_length). Stored windows are one token longer. */
  readonly branchTokens: number;
  /** A root's tree with more nodes than this is swept when the index is squeezed (max_node). */
  readonly maxNodes: number;
  /** The same for nodes counted as an answer's (max_output_node). */
  readonly maxOutputNodes: number;
  /** How many of the most frequent pool nodes are sure of a place in a tree that is cut (min_output_size). */
  readonly minOutputNodes: number;
  /** w in score = (1 − w) · count in the prompt + w · count in the pool (output_weight). */
  readonly outputWeight: number;
  /** Tokens that say too little to be looked up alone or to be roots of streamed windows (stop_words). */
  readonly stopTokens: readonly TokenId[];
  /** A text is cut before the first of these (eos_ids). */
  readonly endTokens: readonly TokenId[];
}

/**
 * What the published benchmark scripts run with: 64/12 trees, limits of 2,048 and 16 · 64 nodes a root, weight 1e−4.
 * Stop and end tokens belong to a tokenizer: none here.
 */
export const PUBLISHED_PARAMETERS: ReferenceParameters = {
  treeTokens: 64,
  branchTokens: 12,
  maxNodes: 2048,
  maxOutputNodes: 1024,
  minOutputNodes: 32,
  outputWeight: 1e-4,
  stopTokens: [],
  endTokens: [],
};

/** The index is squeezed once this many roots were touched since the last time. A constant of the published code. */
export const SQUEEZE_AFTER_TREES = 1024;
