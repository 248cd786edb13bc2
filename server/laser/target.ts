// The port to the model whose answer we keep: all that the core needs of it.
// It speaks token ids and logits; it must not know of drafts, rules or text.

export type TokenId = number;

/** The part of an AbortSignal that the core reads, so that the core needs no platform types. */
export interface Signal {
  readonly aborted: boolean;
}

/**
 * The K largest raw logits behind some of the evaluated tokens, flat.
 * Row i holds entries i·width … i·width + width − 1, logits descending; equal logits by ascending id.
 */
export interface TopRows {
  readonly rows: number;
  /** K: entries in each row. */
  readonly width: number;
  readonly ids: Int32Array;
  /** Raw logits, neither scaled by temperature nor normalised. */
  readonly logits: Float32Array;
}

export interface EvaluateOptions {
  /** Which tokens get a row: every one, the last, or none (prefill). */
  readonly rows: "all" | "last" | "none";
  /** K, the width of a row. */
  readonly topK: number;
  /** For trees: token i hangs from parents[i], −1 from what is kept. Only where canVerifyTrees. */
  readonly parents?: Int32Array;
  /** Processor threads for this evaluation; the model's own choice when left out. */
  readonly threads?: number;
  readonly signal: Signal;
}

export interface TargetModel {
  readonly vocabularySize: number;
  /** The most tokens that can be kept at once. */
  readonly contextTokens: number;
  readonly canVerifyTrees: boolean;
  isEndOfText(token: TokenId): boolean;
  /**
   * True where a token at `position`, evaluated alone by `threads` threads, gets the same bits as among others.
   * Strict output repeats exactly only if it never depends on which tokens were evaluated together.
   */
  isExactAlone(position: number, threads: number): boolean;
  /**
   * Evaluates tokens behind what is kept, and keeps them.
   * @throws FaultError when the model fails; the signal's abort shows as a result of zero rows only for prefill.
   */
  evaluate(tokens: Int32Array, options: EvaluateOptions): Promise<TopRows>;
  /**
   * ln Σ exp over the whole vocabulary's raw logits at a row of the last evaluation, by which a probability can be told
   * exactly; null where the model can't tell. Valid until tokens are evaluated or rolled back.
   */
  fullLogSumExp(row: number): Promise<number | null>;
  /**
   * Keeps the first `keptTokens` tokens of the sequence, counted from its start, and forgets the rest.
   * @param path behind an evaluation with `parents`: which of its tokens to keep behind those, parents first
   */
  rollback(keptTokens: number, path?: Int32Array): Promise<void>;
}

export const NO_ROWS: TopRows = { rows: 0, width: 0, ids: new Int32Array(0), logits: new Float32Array(0) };
