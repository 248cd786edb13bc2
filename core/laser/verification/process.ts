// From raw logits to the target's processed distribution and its choice at one position.
// Pure arithmetic on flat arrays, the same for plain and drafted decoding.
import type { Sampling } from "../rules.ts";
import type { TokenId, TopRows } from "../target.ts";
import { gumbel } from "../hash.ts";

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

/** The tokens that penalties consider: sequence[from … to), drafted tokens before the position included. */
export interface History {
  readonly sequence: Int32Array;
  readonly from: number;
  readonly to: number;
}

const NO_TOKENS = new Int32Array(0);

class ProcessedRow implements Distribution {
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
export type { ProcessedRow };

/**
 * Processes the rows of one run. Buffers are reused: a returned row is valid until the next call.
 * Penalised tokens are marked in one array of vocabulary size, so a row costs O(K + window).
 */
export class Processor {
  private row: ProcessedRow;
  /** Whether the tokens after the current row are restricted. */
  private isConstrained = false;
  private readonly penaltyMarks: Int32Array;
  private mark = 0;
  /** Of the current row: ln Σ exp over its raw logits, its K-th raw logit, and the penalised tokens outside the K. */
  private rawLogSumExp = 0;
  private tailLogit = 0;
  private penalisedOutside = 0;

  constructor(
    private readonly vocabularySize: number,
    private readonly sampling: Sampling,
    private readonly isEndOfText: (token: TokenId) => boolean,
  ) {
    this.row = new ProcessedRow(0);
    this.penaltyMarks = new Int32Array(sampling.repetitionPenalty === 1 ? 0 : vocabularySize);
  }

  /** The tokens whose logits the next rows need besides the K largest: `drafted` and, under a penalty, recent ones. */
  alsoTokens(history: History, drafted: Int32Array): Int32Array {
    const { repetitionPenalty, repetitionTokens } = this.sampling;
    const first =
      repetitionPenalty === 1 ? history.to : Math.max(history.from, history.to - repetitionTokens);
    const tokens = new Set(history.sequence.subarray(first, history.to));
    for (const token of drafted) tokens.add(token);
    return Int32Array.from(tokens);
  }

  /**
   * @param rows what the target returned; @param index which row
   * @param history the committed answer and the drafted tokens before this position
   * @param position in the sequence, of the token to be chosen; it seeds the draw at temperature > 0
   * @param width K: how many of the row's entries are used; all by default
   * @param alsoTokens those that the rows were requested with
   * @param allows the tokens to choose among; the others are left out of the row, though not of its probabilities
   */
  process(
    rows: TopRows,
    index: number,
    history: History,
    position: number,
    width: number = rows.width,
    alsoTokens: Int32Array = NO_TOKENS,
    allows: ((token: TokenId) => boolean) | null = null,
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
    if (rows.logSumExp !== null && rows.alsoLogits !== null)
      this.makeExact(rows.logSumExp[index]!, rows.alsoLogits, index, alsoTokens);
    else row.alsoIds = NO_TOKENS;
    row.outsideLogit = others === 0 ? -Infinity : tailLogit;
    this.isConstrained = allows !== null;
    if (allows !== null) keepAllowed(row, allows);
    this.choose(position);
    return row;
  }

  /**
   * Puts the most probable allowed tokens of the whole vocabulary into the current row, which has too few of them.
   * @param raw the logits by token id; the others as given to `process`
   */
  widen(
    raw: Float32Array,
    position: number,
    width: number,
    allows: (token: TokenId) => boolean,
  ): ProcessedRow {
    const { row, penaltyMarks, mark } = this;
    const penalty = this.sampling.repetitionPenalty;
    row.size = 0;
    for (let token = 0; token < raw.length; token++) {
      const isPenalised = penalty !== 1 && penaltyMarks[token] === mark;
      const logit = isPenalised ? penalised(raw[token]!, penalty) : raw[token]!;
      const isFull = row.size === width;
      // Of equal logits, the lower id has already been taken.
      if (isFull && logit <= row.logits[row.size - 1]!) continue;
      if (!allows(token)) continue;
      let at = isFull ? row.size - 1 : row.size++;
      for (; at > 0 && row.logits[at - 1]! < logit; at--) {
        row.ids[at] = row.ids[at - 1]!;
        row.logits[at] = row.logits[at - 1]!;
      }
      row.ids[at] = token;
      row.logits[at] = logit;
    }
    row.outsideLogit = row.size < width ? -Infinity : row.logits[row.size - 1]!;
    this.choose(position);
    return row;
  }

  private choose(position: number): void {
    const { row } = this;
    row.isTopCertain = row.size > 0 && row.logits[0]! >= row.outsideLogit;
    row.targetToken = row.size === 0 ? -1 : chooseToken(row, this.sampling, position, this.isConstrained);
    row.targetEndsText = row.size > 0 && this.isEndOfText(row.targetToken);
  }

  /**
   * Tightens the probability interval of the current row by ln Σ exp over the raw logits of the whole vocabulary. The
   * mass outside the K entries is then known, except for penalised tokens there, whose logits may be lower than raw.
   */
  tightenInterval(fullLogSumExp: number): void {
    const { row } = this;
    const held = Math.exp(this.rawLogSumExp - row.logSumExp);
    const outside = Math.max(0, Math.exp(fullLogSumExp - row.logSumExp) - held);
    const lowered = this.penalisedOutside * Math.exp(this.tailLogit - row.logSumExp);
    const before = row.logSumExp;
    row.logSumExpHigh = Math.min(row.logSumExpHigh, before + Math.log1p(outside));
    row.logSumExp = before + Math.log1p(Math.max(0, outside - lowered));
  }

  /** Replaces the interval by the exact sum: that over raw logits, with the penalised ones exchanged. */
  private makeExact(fullLogSumExp: number, raw: Float32Array, index: number, tokens: Int32Array): void {
    const { row } = this;
    const penalty = this.sampling.repetitionPenalty;
    if (row.alsoLogits.length < tokens.length) row.alsoLogits = new Float64Array(2 * tokens.length);
    row.alsoIds = tokens;
    let change = 0; // In units of exp(fullLogSumExp).
    for (let i = 0; i < tokens.length; i++) {
      const logit = raw[index * tokens.length + i]!;
      const isPenalised = penalty !== 1 && this.penaltyMarks[tokens[i]!] === this.mark;
      const after = isPenalised ? penalised(logit, penalty) : logit;
      row.alsoLogits[i] = after;
      if (isPenalised) change += Math.exp(after - fullLogSumExp) - Math.exp(logit - fullLogSumExp);
    }
    // If nearly all the mass is penalised away, rounding leaves nothing of the sum: that of the entries is the minimum.
    const exact = change > -1 ? fullLogSumExp + Math.log1p(change) : -Infinity;
    row.logSumExp = Math.max(row.logSumExp, exact);
    row.logSumExpHigh = row.logSumExp;
  }

  /** Applies the repetition penalty; returns whether an entry changed. */
  private penalise(row: ProcessedRow, history: History): boolean {
    this.penalisedOutside = 0;
    const penalty = this.sampling.repetitionPenalty;
    if (penalty === 1) return false;
    const mark = ++this.mark;
    const first = Math.max(history.from, history.to - this.sampling.repetitionTokens);
    for (let i = first; i < history.to; i++) {
      const token = history.sequence[i]!;
      if (this.penaltyMarks[token] !== mark) this.penalisedOutside++;
      this.penaltyMarks[token] = mark;
    }
    let touched = false;
    for (let i = 0; i < row.size; i++) {
      if (this.penaltyMarks[row.ids[i]!] !== mark) continue;
      const logit = row.logits[i]!;
      row.logits[i] = penalised(logit, penalty);
      this.penalisedOutside--;
      touched = true;
    }
    if (touched) sortDescending(row.ids, row.logits, row.size);
    return touched;
  }
}

function penalised(logit: number, penalty: number): number {
  return logit > 0 ? logit / penalty : logit * penalty;
}

/** Drops the other entries; their order stays. */
function keepAllowed(row: ProcessedRow, allows: (token: TokenId) => boolean): void {
  let kept = 0;
  for (let i = 0; i < row.size; i++) {
    if (!allows(row.ids[i]!)) continue;
    row.ids[kept] = row.ids[i]!;
    row.logits[kept++] = row.logits[i]!;
  }
  row.size = kept;
}

/** Insertion sort by logit descending, then id ascending: the rows are nearly sorted. */
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
 * The target's choice. At temperature 0 the first entry; above it a Gumbel-max draw, the largest l(v)/T + noise. The
 * noise depends only on seed, position and token: the draw is the same whatever was drafted, and swapping two
 * near-equal logits changes nothing else. Top-k, top-p and min-p truncate at temperature 1, before the draw.
 */
function chooseToken(
  row: ProcessedRow,
  sampling: Sampling,
  position: number,
  isConstrained: boolean,
): TokenId {
  if (sampling.temperature === 0) return row.ids[0]!;
  // The allowed tokens form a distribution: top-p counts only their mass.
  const sum = isConstrained ? logSumExp(row.logits, row.size) : row.logSumExp;
  const size = truncatedSize(row, sampling, sum);
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

/** How many entries remain after top-k, top-p and min-p; at least 1. */
function truncatedSize(row: ProcessedRow, sampling: Sampling, sum: number): number {
  let size = row.size;
  if (sampling.topK > 0) size = Math.min(size, sampling.topK);
  if (sampling.topP < 1) {
    const total = Math.exp(sum - row.logits[0]!);
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
