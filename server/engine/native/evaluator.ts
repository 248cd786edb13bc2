// What a target needs of a context: a batch decoded, cells erased. One target may have a context to itself, or several may
// share one.
import type { NativeContext } from "./nativeContext.ts";
import type { TokenBatch } from "./tokenBatch.ts";
import type { TreeShape } from "./treeShape.ts";

/** Tokens of one target: a chain of the first `chain`, then a tree, or a longer chain if that is null. */
export interface BatchPart {
  readonly tokens: Int32Array;
  /** Of the first token. */
  readonly position: number;
  readonly chain: number;
  readonly tree: TreeShape | null;
  /** How many of the last tokens get a row. */
  readonly rows: number;
}

/** The part of a context that one target uses. Calls of `decode` must not overlap. */
export interface Evaluator {
  /** Tokens decoded at once, at most. */
  readonly capacity: number;
  /** Leaves of a tree, at most. */
  readonly sequences: number;
  /** Tokens that the target's part of the cache has room for, those of all branches counted. */
  readonly cells: number;
  /**
   * Decodes, and returns what `read` returns, which is called while rows are as they were decoded.
   * @throws EngineError evaluationFailed; what was decoded may then be in the cache
   */
  decode<T>(part: BatchPart, threads: number, read: () => T): Promise<T>;
  /** Removes the target's tokens from a position on, of all branches. */
  eraseFrom(position: number): void;
  free(): Promise<void>;
}

/** A context that one target has to itself. */
export class SoleEvaluator implements Evaluator {
  readonly capacity: number;
  readonly sequences: number;
  readonly cells: number;

  constructor(
    private readonly context: NativeContext,
    private readonly batch: TokenBatch,
  ) {
    this.capacity = batch.capacity;
    this.sequences = batch.sequences;
    this.cells = context.cells;
  }

  async decode<T>(part: BatchPart, threads: number, read: () => T): Promise<T> {
    const { tokens, position, chain, tree, rows } = part;
    this.batch.fill(tokens, position, chain, tree, rows);
    await this.context.decode(this.batch.struct, threads);
    return read();
  }

  eraseFrom(position: number): void {
    this.context.eraseFrom(position);
  }

  async free(): Promise<void> {
    await this.context.free();
    this.batch.free();
  }
}
