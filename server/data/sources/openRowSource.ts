// Opens what holds rows for a batch run: a data set, or a file of plain rows.
import type { RowSource } from "../rows.ts";
import { tableKindOf } from "../formats/table.ts";
import { isDataSet } from "../store/dataSet.ts";
import { plainRows } from "./plainRows.ts";
import { dataSetRows } from "./dataSetRows.ts";

export interface RowSourceOptions {
  /** Of a data set: one row per user, or one row per item. */
  readonly of: "users" | "items";
  /** The most recent interactions in a user's history; DEFAULT_HISTORY_ITEMS when left out, all of them when null. */
  readonly historyItems?: number | null | undefined;
  /** Whether histories and counts leave out the validation and test parts, where a data set is split; true when left out. */
  readonly trainOnly?: boolean | undefined;
  readonly signal: AbortSignal;
}

export const DEFAULT_HISTORY_ITEMS = 50;

/** @throws DataError; FilesError; TextFileError */
export async function openRowSource(path: string, options: RowSourceOptions): Promise<RowSource> {
  const { of, historyItems = DEFAULT_HISTORY_ITEMS, trainOnly = true, signal } = options;
  const kind = tableKindOf(path);
  if (kind === null || (await isDataSet(path))) return dataSetRows(path, { of, historyItems, trainOnly });
  return plainRows(path, kind, signal);
}
