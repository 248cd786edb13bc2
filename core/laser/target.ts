// The port to the target, the model whose answer is kept: all that the core needs of it, in token ids and logits.
import type { Signal } from "../base/index.ts";
import type { PrefillChunk } from "./prefill.ts";

/** Index into the target's vocabulary, from 0. */
export type TokenId = number;

/**
 * The K largest raw logits after each evaluated token, flat.
 * Row i holds entries i·width … i·width + width − 1, logits descending; equal logits by ascending id.
 */
export interface TopRows {
  readonly rows: number;
  /** K: entries in each row. */
  readonly width: number;
  readonly ids: Int32Array;
  /** Raw logits, neither scaled by temperature nor normalised. */
  readonly logits: Float32Array;
  /** ln Σ exp over the raw logits of the whole vocabulary, one per row; null if the target returns only the K largest. */
  readonly logSumExp: Float64Array | null;
  /**
   * Raw logits of the requested `alsoTokens`: row i holds entries i·n … i·n + n − 1 for n such tokens, in their order.
   * null if the target returns only the K largest.
   */
  readonly alsoLogits: Float32Array | null;
  /**
   * Fills row i of the arrays, if the target left that for later; a second call does nothing. Valid until the next
   * evaluation is awaited, so rows that no verdict needs can be filled while the model computes. All rows are filled
   * if omitted.
   */
  readonly load?: (row: number) => void;
  /**
   * The token with the largest raw logit of row i, the lowest of equal ones, for less than `load` costs; `load` may
   * follow later. Called before the next evaluation begins. Only where rows hold `logSumExp` and are read by `load`.
   */
  readonly best?: (row: number) => TokenId;
  /**
   * All raw logits of row i, by token id, if the target can show them; valid as long as `load`'s. Requested if a
   * constraint refuses every token of the row.
   */
  readonly whole?: (row: number) => Float32Array;
  /**
   * Resolves when `load` costs least: rows are present, and if the next evaluation was asked for, it has begun. At once if
   * omitted.
   */
  readonly ready?: Promise<void>;
}

/** How tokens are evaluated, and what is returned. */
export interface EvaluateOptions {
  /**
   * Whether each token gets a row; none during prefill. reached: `best` or `load` is called for few of them and before
   * the next evaluation begins, so that a target need not copy the others.
   */
  readonly rows: "all" | "reached" | "none";
  /** K, the width of a row. */
  readonly topK: number;
  /**
   * For trees: the parent of token i is token parents[i], or the last kept token if −1; parents come first, and
   * at most `maxTreeLeaves` tokens have no child. A chain if omitted.
   */
  readonly parents?: Int32Array;
  /** Distinct tokens whose raw logit each row holds as well, if the target can: drafted and penalised ones. */
  readonly alsoTokens?: Int32Array;
  /** CPU threads for this evaluation; the target's own default if omitted. */
  readonly threads?: number;
  /**
   * Whether all tokens must go through all layers, those without a row too: the kernels of the last layer depend on how
   * many rows are computed.
   */
  readonly isReproducible?: boolean;
  /** How many of the last tokens are fillers, which need no place in the context; 0 if omitted. */
  readonly fillers?: number;
  readonly signal: Signal;
}

/** One sequence of tokens whose keys and values the model keeps. Calls must not overlap. */
export interface TargetModel {
  readonly vocabularySize: number;
  /** The most tokens that can be kept. */
  readonly contextTokens: number;
  /** The most leaves of a tree; 1 if `parents` and `path` are not supported. */
  readonly maxTreeLeaves: number;
  /**
   * How many kept tokens the next evaluation computes again, ahead of the new ones, so that the cells of the cache stay
   * in the order of a chain: the path kept of the last tree, or 0.
   */
  readonly repeatedTokens: number;
  isEndOfText(token: TokenId): boolean;
  /** How many fillers fit after `contextTokens` tokens; 0 if omitted. */
  readonly fillerTokens?: number;
  /**
   * Evaluates tokens after those kept, and keeps them too. Returns one row per token, or none.
   * @throws FaultError if the model fails or the tokens exceed the context
   */
  evaluate(tokens: Int32Array, options: EvaluateOptions): Promise<TopRows>;
  /**
   * ln Σ exp over the raw logits of the whole vocabulary at a row of the last evaluation, which makes probabilities
   * exact; null if the model doesn't provide it, or rows hold it already. Valid until tokens are evaluated or rolled back.
   */
  fullLogSumExp(row: number): Promise<number | null>;
  /**
   * Keeps the first `keptTokens` tokens of the sequence and drops the rest.
   * @param path after an evaluation with `parents`: indices of the evaluated tokens to keep after those, parents first
   */
  rollback(keptTokens: number, path?: Int32Array): Promise<void>;
  /**
   * Keeps the tokens of the first of these evaluations as far as exactly these were made at the start of the sequence, and
   * drops all others. Returns the number of tokens kept. A target without it keeps none.
   */
  keepPrefix?(wanted: readonly PrefillChunk[]): Promise<number>;
}

export const NO_ROWS: TopRows = {
  rows: 0,
  width: 0,
  ids: new Int32Array(0),
  logits: new Float32Array(0),
  logSumExp: null,
  alsoLogits: null,
};
