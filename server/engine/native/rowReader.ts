// Reads the rows of an evaluation. Logits are copied out of the library at once, since its next evaluation overwrites
// them; the scan of a row waits until somebody needs it, at the latest while the next evaluation runs.
import type { EvaluateOptions, TopRows } from "../../../core/laser/index.ts";
import type { RowScanner } from "../rows/rowScanner.ts";
import type { NativeContext } from "./nativeContext.ts";

type Wanted = Pick<EvaluateOptions, "rows" | "topK" | "alsoTokens">;

/** Fewer rows are copied sooner than threads are asked. */
const LEAST_ROWS_IN_BACKGROUND = 8;
/** As many as Node's pool has unless told otherwise. */
const COPYING_THREADS = 4;

export class RowReader {
  /** Counts evaluations: rows of an earlier one are gone. */
  private evaluation = 0;
  /** Resolves when all rows were copied; null when they were. */
  private copying: Promise<void> | null = null;

  /** @param scanner has room for `maxRows` rows */
  constructor(
    private readonly context: Pick<NativeContext, "copyRow" | "copyRows">,
    private readonly scanner: RowScanner,
    readonly maxRows: number,
  ) {}

  /** Resolves when the library may overwrite its rows. */
  async settled(): Promise<void> {
    await this.copying;
  }

  /**
   * Copies the rows of the batch just decoded from its token `first` on; at most maxRows. Each row is scanned by `load`.
   * Many rows are copied on other threads: 64 rows of 128,000 logits take 5 ms on one.
   */
  read(first: number, rows: number, wanted: Wanted): TopRows {
    const evaluation = ++this.evaluation;
    const isCopied = wanted.rows === "all" ? this.copyAll(first, rows) : () => false;
    const result = this.emptyRows(rows, wanted);
    const isLoaded = new Uint8Array(rows);
    return {
      ...result,
      ready: this.settled(),
      load: (row) => {
        if (isLoaded[row] === 1) return;
        if (evaluation !== this.evaluation) throw new RangeError(`row ${row} is of an earlier evaluation`);
        if (!isCopied()) this.context.copyRow(first + row, this.scanner.row(row));
        this.scan(row, row, result, wanted);
        isLoaded[row] = 1;
      },
    };
  }

  /** Begins to copy rows; returns whether all are there. */
  private copyAll(first: number, rows: number): () => boolean {
    const { context, scanner } = this;
    const isContiguous = rows >= LEAST_ROWS_IN_BACKGROUND && scanner.block(0, rows) !== null;
    if (!isContiguous) {
      for (let i = 0; i < rows; i++) context.copyRow(first + i, scanner.row(i));
      return () => true;
    }
    let isDone = false;
    const slices: Promise<void>[] = [];
    const size = Math.ceil(rows / COPYING_THREADS);
    for (let from = 0; from < rows; from += size)
      slices.push(context.copyRows(first + from, scanner.block(from, Math.min(size, rows - from))!));
    this.copying = Promise.all(slices).then(() => {
      isDone = true;
      this.copying = null;
    });
    this.copying.catch(() => undefined); // Reported to whoever awaits it.
    return () => isDone;
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
