// From raw logits to the target's processed distribution and its own choice at one position.
// Pure arithmetic on flat arrays, the same for plain and drafted decoding. It must not know of drafts or rules.
import type { Sampling } from "./rules.ts";
import type { TokenId, TopRows } from "./target.ts";
import { gumbel } from "./hash.ts";

/** A processed position: what verification judges on. Arrays are sorted by logit descending, then id ascending. */
export interface Distribution {
  readonly size: number;
  readonly ids: ArrayLike<number>;
  /** Logits after penalties, temperature 1, before top-k, top-p and min-p. */
  readonly logits: ArrayLike<number>;
  /** ln Σ exp over the entries held: the normaliser of the upper probability. */
  readonly logSumExp: number;
  /** The same with all other vocabulary entries as probable as they can be: that of the lower probability. */
  readonly logSumExpHigh: number;
  /** No entry outside those held has a higher logit; −Infinity where the whole vocabulary is held. */
  readonly outsideLogit: number;
  /** The target's own choice. */
  readonly own: TokenId;
  readonly ownEndsText: boolean;
}

/** The tokens a penalty looks at: sequence[from … to). The branch's own drafted tokens are part of it. */
export interface History {
  readonly sequence: Int32Array;
  readonly from: number;
  readonly to: number;
}

class ProcessedRow implements Distribution {
  size = 0;
  readonly ids: Int32Array;
  readonly logits: Float64Array;
  logSumExp = 0;
  logSumExpHigh = 0;
  outsideLogit = -Infinity;
  own: TokenId = -1;
  ownEndsText = false;
  /** False when penalties pushed the best entry under the K-th raw logit: a token outside may be better. */
  certain = true;

  constructor(width: number) {
    this.ids = new Int32Array(width);
    this.logits = new Float64Array(width);
  }
}
export type { ProcessedRow };

/**
 * Processes rows of one run. Buffers are reused: a returned row is valid until the next call.
 * Penalty windows are marked in one array of vocabulary size, so the cost of a row is O(K + window).
 */
export class Processor {
  private row: ProcessedRow;
  private readonly seenAt: Int32Array;
  private mark = 0;
  /** Of the row in hand: ln Σ exp over its raw logits, its K-th raw logit, and seen tokens that are not among the K. */
  private rawLogSumExp = 0;
  private tailLogit = 0;
  private seenOutside = 0;

  constructor(
    private readonly vocabularySize: number,
    private readonly sampling: Sampling,
    private readonly isEndOfText: (token: TokenId) => boolean,
  ) {
    this.row = new ProcessedRow(0);
    this.seenAt = new Int32Array(sampling.repetitionPenalty === 1 ? 0 : vocabularySize);
  }

  /**
   * @param rows what the target returned; @param index which row
   * @param history the committed answer and the drafted tokens before this position
   * @param position place in the sequence of the token to be chosen; the draw at temperature > 0 belongs to it
   * @param width K: how many of the row's entries count; all when left out
   */
  process(
    rows: TopRows,
    index: number,
    history: History,
    position: number,
    width: number = rows.width,
  ): ProcessedRow {
    if (this.row.ids.length < width) this.row = new ProcessedRow(width);
    const row = this.row;
    const base = index * rows.width;
    row.size = width;
    for (let i = 0; i < width; i++) {
      row.ids[i] = rows.ids[base + i]!;
      row.logits[i] = rows.logits[base + i]!;
    }
    const tailLogit = row.logits[width - 1]!;
    this.tailLogit = tailLogit;
    this.rawLogSumExp = logSumExp(row.logits, width);
    row.logSumExp = this.penalise(row, history) ? logSumExp(row.logits, width) : this.rawLogSumExp;
    const others = Math.max(0, this.vocabularySize - width);
    row.logSumExpHigh = row.logSumExp + Math.log1p(others * Math.exp(tailLogit - row.logSumExp));
    row.outsideLogit = others === 0 ? -Infinity : tailLogit;
    row.certain = row.logits[0]! >= row.outsideLogit;
    row.own = ownChoice(row, this.sampling, position);
    row.ownEndsText = this.isEndOfText(row.own);
    return row;
  }

  /**
   * Narrows the interval of the row in hand, now that ln Σ exp over the whole vocabulary's raw logits is known. What
   * lies outside the K entries is then known but for seen tokens among it, which a penalty may have lowered.
   */
  narrow(fullLogSumExp: number): void {
    const { row } = this;
    const held = Math.exp(this.rawLogSumExp - row.logSumExp);
    const outside = Math.max(0, Math.exp(fullLogSumExp - row.logSumExp) - held);
    const lowered = this.seenOutside * Math.exp(this.tailLogit - row.logSumExp);
    const before = row.logSumExp;
    row.logSumExpHigh = Math.min(row.logSumExpHigh, before + Math.log1p(outside));
    row.logSumExp = before + Math.log1p(Math.max(0, outside - lowered));
  }

  /** Applies the repetition penalty; says whether an entry changed. */
  private penalise(row: ProcessedRow, history: History): boolean {
    this.seenOutside = 0;
    const penalty = this.sampling.repetitionPenalty;
    if (penalty === 1) return false;
    const mark = ++this.mark;
    const first = Math.max(history.from, history.to - this.sampling.repetitionTokens);
    for (let i = first; i < history.to; i++) {
      const token = history.sequence[i]!;
      if (this.seenAt[token] !== mark) this.seenOutside++;
      this.seenAt[token] = mark;
    }
    let touched = false;
    for (let i = 0; i < row.size; i++) {
      if (this.seenAt[row.ids[i]!] !== mark) continue;
      const logit = row.logits[i]!;
      row.logits[i] = logit > 0 ? logit / penalty : logit * penalty;
      this.seenOutside--;
      touched = true;
    }
    if (touched) sortDescending(row.ids, row.logits, row.size);
    return touched;
  }
}

/** Insertion sort by logit descending, id ascending: the rows come nearly sorted. */
function sortDescending(ids: Int32Array, logits: Float64Array, size: number): void {
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

function logSumExp(logits: ArrayLike<number>, size: number): number {
  const top = logits[0]!;
  let sum = 0;
  for (let i = 0; i < size; i++) sum += Math.exp(logits[i]! - top);
  return top + Math.log(sum);
}

/**
 * The target's own choice. At temperature 0 the first entry. Above it, the largest l(v)/T + Gumbel noise that
 * depends on seed, position and token only: the draw is the same whatever was drafted, and swapping two
 * near-equal logits moves nothing else. Top-k, top-p and min-p cut at temperature 1, before the draw.
 */
function ownChoice(row: ProcessedRow, sampling: Sampling, position: number): TokenId {
  if (sampling.temperature === 0) return row.ids[0]!;
  const size = survivors(row, sampling);
  let best = row.ids[0]!;
  let bestScore = -Infinity;
  for (let i = 0; i < size; i++) {
    const token = row.ids[i]!;
    const score = row.logits[i]! / sampling.temperature + gumbel(sampling.seed, position, token);
    if (score > bestScore || (score === bestScore && token < best)) {
      best = token;
      bestScore = score;
    }
  }
  return best;
}

/** How many of the first entries top-k, top-p and min-p leave; at least 1. */
function survivors(row: ProcessedRow, sampling: Sampling): number {
  let size = row.size;
  if (sampling.topK > 0) size = Math.min(size, sampling.topK);
  if (sampling.topP < 1) {
    const total = Math.exp(row.logSumExp - row.logits[0]!);
    let mass = 0;
    let kept = 0;
    while (kept < size && mass < sampling.topP * total)
      mass += Math.exp(row.logits[kept++]! - row.logits[0]!);
    size = kept;
  }
  if (sampling.minP > 0) {
    const floor = row.logits[0]! + Math.log(sampling.minP);
    while (size > 1 && row.logits[size - 1]! < floor) size--;
  }
  return Math.max(1, size);
}
