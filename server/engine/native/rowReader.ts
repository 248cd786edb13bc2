// Reads the rows of an evaluation. Logits are copied out of the library before its next evaluation, which overwrites
// them; the scan of a row waits until somebody needs it, at the latest while the next evaluation runs.
import { setImmediate as turn } from "node:timers/promises";
import type { EvaluateOptions, TopRows } from "../../../core/laser/index.ts";
import type { RowScanner } from "../rows/rowScanner.ts";
import type { NativeContext } from "./nativeContext.ts";

type Wanted = Pick<EvaluateOptions, "rows" | "topK" | "alsoTokens">;

/** Fewer rows are copied sooner than threads are asked. */
const MIN_ROWS_IN_BACKGROUND = 8;
/** As many as Node's pool has by default. */
const COPYING_THREADS = 4;

/** Rows that are copied by other threads. */
interface Copying {
  /** Rejects if a row could not be copied. */
  readonly all: Promise<void>;
  /** Whether all rows are there. @throws why they never will be */
  isDone(): boolean;
}

export class RowReader {
  /** Counts evaluations: rows of an earlier one are gone. */
  private evaluation = 0;
  /** Resolves when copying ended, well or badly; null when it has. */
  private copying: Promise<void> | null = null;
  private reused: TopRows | null = null;

  /**
   * @param scanner has room for `maxRows` rows and one more: rows that are judged are copied there one after another, where
   *   the last one is still in the processor's cache. A separate buffer costs each row as much again (7 µs with 32,000
   *   words, 19 with 128,256).
   */
  constructor(
    private readonly context: Pick<NativeContext, "copyRow" | "copyRows">,
    private readonly scanner: RowScanner,
    readonly maxRows: number,
    private readonly scansBeside = false,
  ) {}

  /** Resolves when the library may overwrite its rows, whether or not all could be copied. */
  async settled(): Promise<void> {
    await this.copying;
  }

  /**
   * Copies the rows of the batch just decoded from its token `first` on; at most maxRows. Each row is scanned by `load`.
   * Many rows are copied on other threads: 64 rows of 128,000 logits take 5 ms on one.
   */
  read(first: number, rows: number, wanted: Wanted): TopRows {
    const evaluation = ++this.evaluation;
    const copying = wanted.rows === "all" ? this.copyAll(first, rows) : null;
    const result = wanted.rows === "reached" ? this.reusedRows(rows, wanted) : this.emptyRows(rows, wanted);
    const inPlace = new Uint8Array(rows);
    const loaded = new Uint8Array(rows);
    let shared = -1;
    const isInPlace = (row: number): boolean => {
      if (evaluation !== this.evaluation) throw new RangeError(`row ${row} is of an earlier evaluation`);
      return inPlace[row] === 1 || copying?.isDone() === true;
    };
    /** Where the row is, in its own place or the one that all share. */
    const placeOf = (row: number): number => {
      if (isInPlace(row)) return row;
      if (shared !== row) this.context.copyRow(first + row, this.scanner.row(this.maxRows), first);
      shared = row;
      return this.maxRows;
    };
    // A decode that waits for the copies begins in the same turn of the event loop.
    const ready = this.scansBeside ? copying?.all.then(() => turn()) : copying?.all;
    ready?.catch(() => undefined); // Whoever loads a row gets the error.
    return {
      ...result,
      ...(ready && { ready }),
      best: (row) => this.scanner.largest(placeOf(row)),
      whole: (row) => {
        if (!isInPlace(row)) this.context.copyRow(first + row, this.scanner.row(row), first);
        inPlace[row] = 1;
        return this.scanner.row(row);
      },
      load: (row) => {
        if (loaded[row] === 1) return;
        this.scan(placeOf(row), row, result, wanted);
        loaded[row] = 1;
      },
    };
  }

  /** Begins to copy rows. */
  private copyAll(first: number, rows: number): Copying | null {
    const { context, scanner } = this;
    const isContiguous = rows >= MIN_ROWS_IN_BACKGROUND && scanner.block(0, rows) !== null;
    if (!isContiguous) {
      for (let i = 0; i < rows; i++) context.copyRow(first + i, scanner.row(i), first);
      return { all: Promise.resolve(), isDone: () => true };
    }
    let isDone = false;
    let failure: unknown = null;
    const slices: Promise<void>[] = [];
    const size = Math.ceil(rows / COPYING_THREADS);
    for (let from = 0; from < rows; from += size)
      slices.push(context.copyRows(first + from, scanner.block(from, Math.min(size, rows - from))!));
    const all = Promise.all(slices).then(() => {
      isDone = true;
    });
    // All must have ended, not only the first to fail, before the library may overwrite its rows.
    this.copying = Promise.allSettled([all, ...slices]).then(([copied]) => {
      if (copied.status === "rejected") failure = copied.reason;
      this.copying = null;
    });
    return {
      all,
      isDone: () => {
        if (failure !== null) throw failure as Error;
        return isDone;
      },
    };
  }

  /** Arrays of rows that are not read after the next evaluation begins: those of the last such one, where they fit. */
  private reusedRows(rows: number, wanted: Wanted): TopRows {
    const { reused } = this;
    const width = Math.min(wanted.topK, this.scanner.vocabularySize);
    const others = rows * (wanted.alsoTokens?.length ?? 0);
    if (reused?.rows === rows && reused.width === width && reused.alsoLogits?.length === others)
      return reused;
    this.reused = this.emptyRows(rows, wanted);
    return this.reused;
  }

  /** The rows of an evaluation in several batches: scanned batch by batch, so that any number fits. */
  emptyRows(rows: number, { topK, alsoTokens }: Wanted): TopRows {
    const width = Math.min(topK, this.scanner.vocabularySize);
    return {
      rows,
      width,
      ids: new Int32Array(rows * width),
      logits: new Float32Array(rows * width),
      logSumExp: new Float64Array(rows),
      alsoLogits: new Float32Array(rows * (alsoTokens?.length ?? 0)),
    };
  }

  /** Copies and scans one row now. @param token its index in the batch just decoded */
  readNow(token: number, result: TopRows, row: number, wanted: Wanted): void {
    this.evaluation++;
    this.context.copyRow(token, this.scanner.row(0));
    this.scan(0, row, result, wanted);
  }

  private scan(slot: number, row: number, result: TopRows, { alsoTokens }: Wanted): void {
    const { width, ids, logits, logSumExp, alsoLogits } = result;
    const sum = this.scanner.scan(slot, width, ids, logits, row * width);
    if (logSumExp !== null) logSumExp[row] = sum;
    if (alsoTokens === undefined || alsoLogits === null) return;
    const values = this.scanner.row(slot);
    for (let i = 0; i < alsoTokens.length; i++)
      alsoLogits[row * alsoTokens.length + i] = values[alsoTokens[i]!]!;
  }
}
