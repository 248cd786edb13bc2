// What an import is asked to do, and what it reports on the way.
import type { Split } from "./split.ts";

export interface ImportOptions {
  readonly out: string;
  /** Interactions with a lower rating, or none, are left out; null keeps all. */
  readonly minRating?: number | null | undefined;
  /** 0 keeps users and items without interactions, too. */
  readonly kCore?: number | undefined;
  readonly split?: Split | null | undefined;
  readonly signal: AbortSignal;
  readonly onProgress?: ((event: ImportProgress) => void) | undefined;
  /** Times later than a day after this are refused. */
  readonly nowMs: number;
}

export interface ImportProgress {
  readonly phase: "read" | "sort" | "core" | "write";
  /** Of this phase; bytes while reading, interactions afterwards. */
  readonly done: number;
  readonly total: number;
}
