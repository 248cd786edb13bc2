// The parameters of the reference index, with their names in the published code.
import type { TokenId } from "../../../core/laser/target.ts";

/** Limits are counted per root token. */
export interface ReferenceParameters {
  /** The most tokens of a draft tree, including the root (decoding_length). */
  readonly treeTokens: number;
  /** The most tokens of a branch, excluding the root (branch_length). Stored windows are one token longer. */
  readonly branchTokens: number;
  /** A trie with more nodes than this is swept when the index is squeezed (max_node). */
  readonly maxNodes: number;
  /** The same for nodes created by answers (max_output_node). */
  readonly maxOutputNodes: number;
  /** How many of the most frequent pool nodes are always part of a tree that has to be cut (min_output_size). */
  readonly minOutputNodes: number;
  /** w in score = (1 − w) · count in the prompt + w · count in the pool (output_weight). */
  readonly outputWeight: number;
  /** Tokens that are neither looked up alone nor roots of streamed windows (stop_words). */
  readonly stopTokens: readonly TokenId[];
  /** A text is cut before the first of these (eos_ids). */
  readonly endTokens: readonly TokenId[];
}

/**
 * The settings of the published benchmark scripts: 64/12 trees, limits of 2,048 and 16 · 64 nodes per root, weight
 * 1e−4. Stop and end tokens depend on the tokenizer: none here.
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

/** The index is squeezed once this many tries were touched since the last time. A constant of the published code. */
export const SQUEEZE_AFTER_TREES = 1024;
