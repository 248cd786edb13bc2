// What a batch run reads: one row per answer to write, from whatever holds the data.
import type { PromptValue } from "../../core/prompts/index.ts";

/** One answer to write. */
export interface DataRow {
  /** Unique within its source, such as "item-242". Names the answer in output, pools and traces. */
  readonly id: string;
  /** The user or item that the answer is about; the id if a source does not distinguish them. */
  readonly subject: string;
  /** Values of the prompt's variables, by name. */
  readonly values: Readonly<Record<string, PromptValue>>;
  /** Attributes by which a row may be grouped, such as { genre: "Comedy" }; empty if there are none. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** A row that can't be used: counted and reported, never dropped silently. */
export interface BadRow {
  /** 1-based line (or row, for formats without lines) in the source. */
  readonly line: number;
  readonly reason: string;
}

export interface RowSource {
  readonly name: string;
  /** First 16 hex digits of a SHA-256 over the content: a run refuses to resume over other data. */
  readonly fingerprint: string;
  /** How many rows there are; null if only reading them all would show. */
  readonly count: number | null;
  /** The rows in an order that never changes for equal content. Each call reads from the start. */
  rows(options: RowReading): AsyncIterable<DataRow>;
}

export interface RowReading {
  readonly signal: AbortSignal;
  readonly onBadRow: (row: BadRow) => void;
}
