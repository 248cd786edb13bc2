// A TargetModel without a model: its rows are a pure function of the tokens it keeps. It keeps a real sequence, so a
// wrong rollback gives wrong rows. It can be set to crash, hang or be slow.
import {
  hash3,
  NO_ROWS,
  ReadPrefix,
  type EvaluateOptions,
  type PrefillChunk,
  type TargetModel,
  type TokenId,
  type TopRows,
} from "../../../core/laser/index.ts";
import { EngineError } from "../errors.ts";

/** Deliberate misbehaviour, at the n-th evaluation (from 0). */
export interface ScriptedFaults {
  /** Throws a fault. */
  readonly crashAt?: number;
  /** Kills the process with SIGKILL, like a native crash. */
  readonly killAt?: number;
  /** Never returns. */
  readonly hangAt?: number;
  /** Delays every evaluation by this many ms. */
  readonly delayMs?: number;
}

/**
 * The script: the most probable continuations of a sequence, with their logits. The target fills the rest of a row with
 * unlikely tokens. `sequence` is only valid during the call.
 */
export type Script = (
  sequence: readonly TokenId[],
) => readonly { readonly token: TokenId; readonly logit: number }[];

/** The logit of a token not in the script: this, less FILLER_SLOPE for each entry of the row before it. */
const FILLER_LOGIT = -4;
const FILLER_SLOPE = 1 / 64;

/** Bit-identical however tokens are batched. */
export class ScriptedTarget implements TargetModel {
  readonly repeatedTokens = 0;
  /** The kept tokens; tests compare them with those of plain decoding. */
  readonly kept: TokenId[] = [];
  private readonly prefix = new ReadPrefix();
  private evaluations = 0;
  /** ln Σ exp over the whole vocabulary, for each row of the last evaluation. */
  private logSumExps: number[] = [];
  /** The last evaluated tokens, from which a path may be kept. */
  private evaluated: Int32Array = new Int32Array(0);

  constructor(
    readonly vocabularySize: number,
    readonly contextTokens: number,
    private readonly endOfText: TokenId,
    private readonly script: Script,
    private readonly faults: ScriptedFaults = {},
    readonly maxTreeLeaves = 1,
  ) {}

  isEndOfText(token: TokenId): boolean {
    return token === this.endOfText;
  }

  async evaluate(tokens: Int32Array, options: EvaluateOptions): Promise<TopRows> {
    const { rows, topK, parents } = options;
    if (parents !== undefined && this.maxTreeLeaves === 1)
      throw new RangeError("this target can't verify trees");
    await this.misbehave(this.evaluations++);
    if (this.kept.length + tokens.length > this.contextTokens)
      throw new EngineError({
        tag: "contextOverflow",
        keptTokens: this.kept.length,
        newTokens: tokens.length,
        contextTokens: this.contextTokens,
      });
    this.evaluated = tokens.slice();
    this.logSumExps = [];
    if (rows === "none") {
      this.prefix.evaluated(tokens, this.kept.length, options);
      this.kept.push(...tokens);
      return NO_ROWS;
    }
    const count = tokens.length;
    const width = Math.min(topK, this.vocabularySize);
    const result = {
      rows: count,
      width,
      ids: new Int32Array(count * width),
      logits: new Float32Array(count * width),
      logSumExp: null,
      alsoLogits: null,
    };
    const before = parents === undefined ? null : [...this.kept];
    tokens.forEach((token, i) => {
      this.kept.push(token);
      const sequence = before === null ? this.kept : [...before, ...pathTo(i, tokens, parents!)];
      this.fillRow(result, i, sequence);
    });
    return result;
  }

  fullLogSumExp(row: number): Promise<number | null> {
    return Promise.resolve(this.logSumExps[row] ?? null);
  }

  keepPrefix(wanted: readonly PrefillChunk[]): Promise<number> {
    return this.prefix.keep(wanted, (keptTokens) => this.rollback(keptTokens));
  }

  rollback(keptTokens: number, path: Int32Array = new Int32Array(0)): Promise<void> {
    this.prefix.cut(keptTokens);
    this.kept.length = Math.min(keptTokens, this.kept.length);
    for (const index of path) this.kept.push(this.evaluated[index]!);
    return Promise.resolve();
  }

  private fillRow(rows: TopRows, row: number, sequence: readonly TokenId[]): void {
    const base = row * rows.width;
    const named = [...this.script(sequence)].sort((a, b) => b.logit - a.logit || a.token - b.token);
    this.logSumExps[row] = this.logSumExp(named);
    const used = new Set<TokenId>();
    let at = 0;
    for (const { token, logit } of named.slice(0, rows.width)) {
      rows.ids[base + at] = token;
      rows.logits[base + at++] = logit;
      used.add(token);
    }
    let filler = hash3(sequence.length, sequence.at(-1) ?? 0, 7) % this.vocabularySize;
    while (at < rows.width) {
      if (!used.has(filler)) {
        rows.ids[base + at] = filler;
        rows.logits[base + at] = FILLER_LOGIT - at * FILLER_SLOPE;
        at++;
      }
      filler = (filler + 1) % this.vocabularySize;
    }
  }

  /** The fillers are a geometric series. */
  private logSumExp(named: readonly { readonly logit: number }[]): number {
    const ratio = Math.exp(-FILLER_SLOPE);
    const fillers = (ratio ** named.length - ratio ** this.vocabularySize) / (1 - ratio);
    return Math.log(
      named.reduce((sum, { logit }) => sum + Math.exp(logit), Math.exp(FILLER_LOGIT) * fillers),
    );
  }

  private async misbehave(evaluation: number): Promise<void> {
    const { crashAt, killAt, hangAt, delayMs } = this.faults;
    if (delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, delayMs));
    if (evaluation === crashAt) throw new EngineError({ tag: "scriptedCrash", evaluation });
    if (evaluation === killAt) process.kill(process.pid, "SIGKILL");
    if (evaluation === hangAt) await new Promise(() => undefined);
  }
}

/** The tokens from the root of a tree down to one of its tokens. */
function pathTo(last: number, tokens: Int32Array, parents: Int32Array): TokenId[] {
  const path: TokenId[] = [];
  for (let i = last; i >= 0; i = parents[i]!) path.unshift(tokens[i]!);
  return path;
}
