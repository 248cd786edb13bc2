// Rows of a table, and what a reader of one is given.

export interface TableRow {
  /** Counted from 1; for Parquet that of the row. */
  readonly line: number;
  readonly cells: Readonly<Record<string, unknown>>;
}

export interface TableReading {
  readonly signal: AbortSignal;
  readonly onBadRow: (path: string, line: number, reason: string) => void;
  /** Bytes of the file that were read. */
  readonly onBytes: (bytes: number) => void;
}
