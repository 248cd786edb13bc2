// The most probable tokens at one position, sorted by logit: the input of every verdict.
import type { TokenId } from "../target.ts";

/**
 * The K most probable tokens at one position, as verification judges them. Arrays are sorted by logit descending, then
 * by id ascending.
 */
export interface Distribution {
  /** K: entries in use. */
  readonly size: number;
  readonly ids: ArrayLike<number>;
  /** Logits after penalties, temperature 1, before top-k, top-p and min-p. */
  readonly logits: ArrayLike<number>;
  /** ln Σ exp over these entries: P(v) = exp(logit − logSumExp) at most. */
  readonly logSumExp: number;
  /** The same with all other tokens as probable as they can be: P(v) = exp(logit − this) at least. */
  readonly logSumExpHigh: number;
  /** No token outside these entries has a higher logit; −Infinity if they are the whole vocabulary. */
  readonly outsideLogit: number;
  /** Tokens whose logit after penalties is known besides the entries, some of them entries as well; none if omitted. */
  readonly alsoIds?: ArrayLike<number>;
  readonly alsoLogits?: ArrayLike<number>;
  /** The target's choice: what plain decoding would commit here. */
  readonly targetToken: TokenId;
  /** Whether it is an end-of-text token. */
  readonly targetEndsText: boolean;
}

export const NO_TOKENS = new Int32Array(0);

/** A distribution whose buffers are used again for the next row. */
export class ProcessedRow implements Distribution {
  size = 0;
  readonly ids: Int32Array;
  readonly logits: Float64Array;
  logSumExp = 0;
  logSumExpHigh = 0;
  outsideLogit = -Infinity;
  alsoIds: Int32Array = NO_TOKENS;
  alsoLogits = new Float64Array(0);
  targetToken: TokenId = -1;
  targetEndsText = false;
  /** False if penalties pushed the best entry below the K-th raw logit: a token outside the K may be better. */
  isTopCertain = true;

  constructor(width: number) {
    this.ids = new Int32Array(width);
    this.logits = new Float64Array(width);
  }
}

/** Drops the other entries; their order stays. */
export function keepAllowed(row: ProcessedRow, allows: (token: TokenId) => boolean): void {
  let kept = 0;
  for (let i = 0; i < row.size; i++) {
    if (!allows(row.ids[i]!)) continue;
    row.ids[kept] = row.ids[i]!;
    row.logits[kept++] = row.logits[i]!;
  }
  row.size = kept;
}

/** Insertion sort by logit descending, then id ascending: the rows are nearly sorted. */
export function sortDescending(ids: Int32Array, logits: Float64Array, size: number): void {
  for (let i = 1; i < size; i++) {
    const id = ids[i]!;
    const logit = logits[i]!;
    let j = i - 1;
    while (j >= 0 && (logits[j]! < logit || (logits[j] === logit && ids[j]! > id))) {
      ids[j + 1] = ids[j]!;
      logits[j + 1] = logits[j]!;
      j--;
    }
    ids[j + 1] = id;
    logits[j + 1] = logit;
  }
}

/** ln Σ exp over the first `size` logits, of which the first is the largest. */
export function logSumExp(logits: ArrayLike<number>, size: number): number {
  const top = logits[0]!;
  let sum = 0;
  for (let i = 0; i < size; i++) sum += Math.exp(logits[i]! - top);
  return top + Math.log(sum);
}
