// Whether a data set or a Parquet file has a user or an item, by its own id or as rows of a run name it.
import { setImmediate } from "node:timers/promises";
import { parquetRows, parquetShape } from "../formats/parquet.ts";
import type { TableReading } from "../formats/tableRow.ts";
import { DataSet } from "../store/dataSet.ts";

/** Rows that are looked through at once; between them, the reader may be stopped. */
const BATCH_ROWS = 100_000;

/**
 * @param key e.g. "242", or "item-242" of a row about that item
 * @throws DataError; FilesError; the signal's AbortError
 */
export async function dataSetNames(path: string, key: string, signal: AbortSignal): Promise<boolean> {
  const set = await DataSet.open(path);
  try {
    return (
      (await hasId(set, "user", set.about.users, key, signal)) ||
      (await hasId(set, "item", set.about.items, key, signal))
    );
  } finally {
    await set.close();
  }
}

async function hasId(
  set: DataSet,
  kind: "user" | "item",
  rows: number,
  key: string,
  signal: AbortSignal,
): Promise<boolean> {
  const ids = [key, key.startsWith(`${kind}-`) ? key.slice(kind.length + 1) : key];
  const sql = `SELECT 1 FROM ${kind}s WHERE ${kind} >= ? AND ${kind} < ? AND id IN (?, ?) LIMIT 1`;
  for (let from = 0; from < rows; from += BATCH_ROWS) {
    await setImmediate();
    signal.throwIfAborted();
    const found = await set.read((database) => database.get(sql, [from, from + BATCH_ROWS, ...ids]));
    if (found !== null) return true;
  }
  return false;
}

/** The columns in which outputs of runs and tables of rows name a user or an item. */
const NAMING = ["id", "subject"];

/**
 * Whether a row of a Parquet file is about the user or item. @throws DataError parquetUnreadable; FilesError; the signal's
 * reason
 */
export async function parquetNames(path: string, key: string, signal: AbortSignal): Promise<boolean> {
  const { columns } = await parquetShape(path);
  const naming = NAMING.filter((name) => columns.includes(name));
  if (naming.length === 0) return false;
  const reading: TableReading = { signal, onBytes: () => undefined, onBadRow: () => undefined };
  for await (const rows of parquetRows(path, naming, reading))
    for (const { cells } of rows) if (naming.some((name) => String(cells[name]) === key)) return true;
  return false;
}
