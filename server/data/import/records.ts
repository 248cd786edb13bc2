// What an importer reads from its source, whatever the format: interactions, and descriptions of items and users.

/** A user rated, bought or clicked an item. */
export interface InteractionRecord {
  readonly kind: "interaction";
  readonly user: string;
  readonly item: string;
  /** Null if the source has none. */
  readonly rating: number | null;
  /** Since 1970, UTC; null if the source has none. */
  readonly timeMs: number | null;
}

export interface ItemRecord {
  readonly kind: "item";
  readonly id: string;
  /** Null if it is missing or blank. */
  readonly title: string | null;
  readonly year: number | null;
  /** Genres or categories in the order of the source. */
  readonly categories: readonly string[];
  readonly description: string | null;
  /** Whatever else the source says, by its own names. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Mentioned in a row about an interaction, where a repetition is normal. */
  readonly isAside?: boolean;
}

export interface UserRecord {
  readonly kind: "user";
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export type SourceRecord = InteractionRecord | ItemRecord | UserRecord;

/** What an importer reports while it reads. */
export interface Reading {
  readonly signal: AbortSignal;
  /** A row that can't be used. `reason` is one of a few fixed texts, which are counted; `line` from 1. */
  readonly onBadRow: (path: string, line: number, reason: string) => void;
  /** The bytes of the source's files as they are read, packed where they are. */
  readonly onBytes: (bytes: Uint8Array) => void;
  /** Times later than this are refused. */
  readonly latestMs: number;
  /** Interactions without a time are refused. */
  readonly needsTimes: boolean;
}

/** A data set that was found, ready to be read. */
export interface Source {
  readonly format: string;
  /** Every file that is read. */
  readonly files: readonly string[];
  /** What the source calls its categories; known once it has been read. */
  readonly categoryName: "genre" | "category";
  /** All records, in portions, descriptions before interactions if they are in separate files. */
  records(reading: Reading): AsyncIterable<readonly SourceRecord[]>;
}
