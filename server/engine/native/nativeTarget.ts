// Adapts a native context to the core's TargetModel: chains and trees, rows with exact sums, the path kept of a tree.
// After a tree, all cells but its trunk are erased, and the tokens kept are evaluated again in front of the next batch:
// cells then stay in the order of a chain, which keeps the bits of later rows.
import {
  NO_ROWS,
  ReadPrefix,
  type EvaluateOptions,
  type PrefillChunk,
  type TargetModel,
  type TokenId,
  type TopRows,
} from "../../../core/laser/index.ts";
import type { FreeCores } from "../costs/freeCores.ts";
import { EngineError } from "../errors.ts";
import type { Evaluator } from "./evaluator.ts";
import { Turns } from "./nativeContext.ts";
import type { RowReader } from "./rowReader.ts";
import { checkPath, treeShape, type TreeShape } from "./treeShape.ts";

const NO_TOKENS = new Int32Array(0);
/**
 * Evaluations of at least this many tokens may use fewer threads on a busy machine. The attention of a single token beyond
 * position 256 is split among threads, so its bits depend on their number; those of long evaluations don't.
 */
const MIN_FREE_TOKENS = 32;

/** What a target is made of; `contextTokens` is the most that it keeps. */
export interface NativeTargetParts {
  readonly evaluator: Evaluator;
  readonly reader: RowReader;
  readonly vocabularySize: number;
  readonly contextTokens: number;
  readonly maxThreads: number;
  /** How many threads evaluate if a caller gives no number; `maxThreads` if omitted. */
  readonly freeCores?: Pick<FreeCores, "threadsNow"> | null;
  readonly onCpu: boolean;
  readonly isEndOfText: (token: TokenId) => boolean;
}

/** The last evaluation, of which a path may be kept. */
interface Evaluated {
  /** Tokens kept before it. */
  readonly keptTokens: number;
  readonly tokens: Int32Array;
  /** null for a chain. */
  readonly parents: Int32Array | null;
  /** Tokens at its front whose cells may stay. */
  readonly trunk: number;
}

/** Owns the evaluator until `dispose`. */
export class NativeTarget implements TargetModel {
  readonly vocabularySize: number;
  readonly contextTokens: number;
  readonly maxTreeLeaves: number;
  readonly fillerTokens: number;
  private readonly turns = new Turns();
  private readonly prefix = new ReadPrefix();
  /** Tokens in the cache, in the order of a chain, before those of `last` that are beyond its trunk. */
  private cachedTokens = 0;
  /** Kept tokens after those in the cache. */
  private pending: Int32Array = NO_TOKENS;
  private last: Evaluated | null = null;
  private isDisposed = false;

  constructor(private readonly parts: NativeTargetParts) {
    this.vocabularySize = parts.vocabularySize;
    this.contextTokens = parts.contextTokens;
    this.maxTreeLeaves = parts.evaluator.sequences;
    this.fillerTokens = parts.evaluator.cells - parts.contextTokens;
  }

  get repeatedTokens(): number {
    return this.pending.length;
  }

  isEndOfText(token: TokenId): boolean {
    return this.parts.isEndOfText(token);
  }

  /** Rows hold the sum already. */
  fullLogSumExp(): Promise<null> {
    return Promise.resolve(null);
  }

  evaluate(tokens: Int32Array, options: EvaluateOptions): Promise<TopRows> {
    return this.turns.take(() => this.evaluateNow(tokens, options));
  }

  rollback(keptTokens: number, path?: Int32Array): Promise<void> {
    return this.turns.take(() => {
      this.rollbackNow(keptTokens, path);
      return Promise.resolve();
    });
  }

  keepPrefix(wanted: readonly PrefillChunk[]): Promise<number> {
    return this.turns.take(() =>
      this.prefix.keep(wanted, (keptTokens) => {
        this.rollbackNow(keptTokens);
      }),
    );
  }

  /** Waits for a running evaluation, then releases the native memory. */
  dispose(): Promise<void> {
    this.isDisposed = true;
    return this.turns.take(async () => {
      await this.parts.reader.settled();
      await this.parts.evaluator.free();
    });
  }

  private async evaluateNow(tokens: Int32Array, options: EvaluateOptions): Promise<TopRows> {
    this.checkUsable();
    if (tokens.length === 0) return NO_ROWS;
    if (this.last?.parents != null) throw new RangeError("a path of the tree must be kept first");
    const tree = options.parents === undefined ? null : this.treeOf(tokens, options.parents);
    await this.parts.reader.settled();
    const keptTokens = this.cachedTokens + this.pending.length;
    this.checkRoom(tokens.length, tree, options.fillers ?? 0);
    const all = this.pending.length === 0 ? tokens : join(this.pending, tokens);
    let result: TopRows;
    try {
      result = await this.decodeAll(all, tree, options);
    } catch (error) {
      this.parts.evaluator.eraseFrom(this.cachedTokens);
      throw error;
    }
    if (tree === null) this.prefix.evaluated(tokens, keptTokens, options);
    this.pending = NO_TOKENS;
    this.cachedTokens = keptTokens + (tree === null ? tokens.length : tree.trunk);
    this.last = {
      keptTokens,
      tokens: tokens.slice(),
      parents: tree === null ? null : options.parents!.slice(),
      trunk: tree === null ? tokens.length : tree.trunk,
    };
    return result;
  }

  /** Evaluates pending and new tokens; returns the rows of the new ones, if they are wanted. */
  private async decodeAll(
    all: Int32Array,
    tree: TreeShape | null,
    options: EvaluateOptions,
  ): Promise<TopRows> {
    const { evaluator, reader, maxThreads, freeCores, onCpu } = this.parts;
    const isLong = all.length >= MIN_FREE_TOKENS;
    const threads = options.threads ?? (isLong ? freeCores?.threadsNow() : undefined) ?? maxThreads;
    const repeated = this.pending.length;
    const newTokens = options.rows === "none" ? 0 : all.length - repeated;
    const isOneBatch = all.length <= evaluator.capacity && newTokens <= reader.maxRows;
    const result = newTokens === 0 || isOneBatch ? NO_ROWS : reader.emptyRows(newTokens, options);
    for (let at = 0; at < all.length; at += evaluator.capacity) {
      if (at > 0) this.checkGoingOn(options);
      const chunk = all.subarray(at, at + evaluator.capacity);
      const rowsFrom = Math.max(0, repeated - at);
      const rows = newTokens === 0 ? 0 : Math.max(0, chunk.length - rowsFrom);
      // A GPU keeps its graph while the number of rows stays the same, and kernels depend on it.
      const hasAllRows = !onCpu || options.isReproducible === true;
      const outputs = rows > 0 && hasAllRows ? chunk.length : rows;
      const part = { tokens: chunk, position: this.cachedTokens + at, chain: repeated, tree, rows: outputs };
      const found = await evaluator.decode(part, threads, () => {
        if (newTokens > 0 && isOneBatch) return reader.read(rowsFrom, rows, options);
        for (let i = 0; i < rows; i++)
          reader.readNow(rowsFrom + i, result, at + rowsFrom + i - repeated, options);
        return null;
      });
      if (found !== null) return found;
    }
    return result;
  }

  private treeOf(tokens: Int32Array, parents: Int32Array): TreeShape {
    if (parents.length !== tokens.length)
      throw new RangeError(`${tokens.length} tokens have ${parents.length} parents`);
    if (this.pending.length + tokens.length > this.parts.evaluator.capacity)
      throw new RangeError(`a tree has at most ${this.parts.evaluator.capacity} tokens`);
    return treeShape(parents, this.maxTreeLeaves);
  }

  private checkRoom(newTokens: number, tree: TreeShape | null, fillers: number): void {
    const keptTokens = this.cachedTokens + this.pending.length;
    const deepest =
      tree === null ? newTokens : tree.depths.reduce((most, depth) => Math.max(most, depth), 0) + 1;
    if (
      keptTokens + deepest - fillers > this.contextTokens ||
      keptTokens + newTokens > this.parts.evaluator.cells
    )
      throw new EngineError({
        tag: "contextOverflow",
        keptTokens,
        newTokens,
        contextTokens: this.contextTokens,
      });
  }

  private checkGoingOn({ signal }: EvaluateOptions): void {
    this.checkUsable();
    if (signal.aborted) throw new DOMException("The evaluation was stopped.", "AbortError");
  }

  private checkUsable(): void {
    if (this.isDisposed)
      throw new EngineError({ tag: "evaluationFailed", reason: "the model has been unloaded" });
  }

  private rollbackNow(keptTokens: number, path?: Int32Array): void {
    this.checkUsable();
    this.prefix.cut(keptTokens);
    if (path === undefined) this.keepFirst(keptTokens);
    else this.keepPath(keptTokens, path);
  }

  private keepFirst(keptTokens: number): void {
    const { last } = this;
    if (last?.parents != null && keptTokens > this.cachedTokens)
      throw new RangeError(`the first ${keptTokens} tokens are not a path of the tree`);
    if (last?.parents != null || keptTokens < this.cachedTokens) {
      this.cachedTokens = Math.min(keptTokens, this.cachedTokens);
      this.parts.evaluator.eraseFrom(this.cachedTokens);
      this.last = null;
    }
    this.pending = this.pending.subarray(0, Math.max(0, keptTokens - this.cachedTokens));
  }

  private keepPath(keptTokens: number, path: Int32Array): void {
    const { last } = this;
    if (last?.keptTokens !== keptTokens)
      throw new RangeError(`no evaluation began after ${keptTokens} tokens`);
    checkPath(path, last.parents, last.tokens.length);
    // A path that follows the trunk has its indices: 0, 1, 2 …
    const inTrunk = Math.min(path.length, last.trunk);
    this.cachedTokens = keptTokens + inTrunk;
    this.parts.evaluator.eraseFrom(this.cachedTokens);
    this.pending = Int32Array.from(path.subarray(inTrunk), (index) => last.tokens[index]!);
    this.last = null;
  }
}

function join(first: Int32Array, second: Int32Array): Int32Array {
  const both = new Int32Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
