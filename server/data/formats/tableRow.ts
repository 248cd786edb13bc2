// Rows of a table, and what a reader of one is given.

export interface TableRow {
  /** Counted from 1; for Parquet that of the row. */
  readonly line: number;
  readonly cells: Readonly<Record<string, unknown>>;
}

export interface TableReading {
  readonly signal: AbortSignal;
  readonly onBadRow: (path: string, line: number, reason: string) => void;
  /** The bytes of the file, as they are read; packed, where it is. */
  readonly onBytes: (bytes: Uint8Array) => void;
  /** The columns of a file of text, before its first rows. */
  readonly onColumns?: (columns: readonly string[]) => void;
}
