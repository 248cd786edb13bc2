// From raw logits to the target's processed distribution and its choice at one position.
// Pure arithmetic on flat arrays, the same for plain and drafted decoding.
import type { Sampling } from "../rules.ts";
import type { TokenId, TopRows } from "../target.ts";
import { chooseToken } from "./chooseToken.ts";
import { keepAllowed, logSumExp, NO_TOKENS, ProcessedRow, sortDescending } from "./distribution.ts";

/** The tokens that penalties consider: sequence[from … to), drafted tokens before the position included. */
export interface History {
  readonly sequence: Int32Array;
  readonly from: number;
  readonly to: number;
}

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
