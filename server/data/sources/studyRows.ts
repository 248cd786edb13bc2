// Whole tables of a data set, for whatever learns from all of it: groups of users and items, click models.
import { PARTS, type Part } from "../import/split.ts";
import { cellsOf, type Cells } from "../store/database.ts";
import { DataSet } from "../store/dataSet.ts";

/** Rows that are read at once; between them, the reader may be stopped. */
const BATCH_ROWS = 4096;

/** An item as the data set describes it. `id` is as rows of a run name it, such as "item-242". */
export interface DescribedItem {
  readonly id: string;
  readonly title: string | null;
  readonly year: number | null;
  /** Genres or categories, the first one first. */
  readonly categories: readonly string[];
}

/** A user's interaction with an item, both named as rows of a run name them. */
export interface UserItem {
  readonly user: string;
  readonly item: string;
  /** Null if the source has none. */
  readonly rating: number | null;
  /** Milliseconds since 1970; null if the source has none. */
  readonly timeMs: number | null;
  /** Its part of a split data set; null without a split, omitted by sources that have none. */
  readonly part?: Part | null;
}

/** All items, in the order of the data set. @throws DataError; FilesError; the signal's AbortError */
export async function* describedItems(path: string, signal: AbortSignal): AsyncGenerator<DescribedItem> {
  yield* tableRows(path, signal, ITEMS, (cells) => ({
    id: `item-${String(cells.id)}`,
    title: typeof cells.title === "string" ? cells.title : null,
    year: cells.year === null ? null : Number(cells.year),
    categories: JSON.parse(String(cells.categories)) as readonly string[],
  }));
}

/**
 * All interactions, user by user, each in the order of time; of all parts of a split one. @throws DataError; FilesError; the
 * signal's AbortError
 */
export async function* interactionsOf(
  path: string,
  signal: AbortSignal,
  { trainOnly = false }: { readonly trainOnly?: boolean } = {},
): AsyncGenerator<UserItem> {
  yield* tableRows(path, signal, interactionQuery(trainOnly), (cells) => ({
    user: `user-${String(cells.user)}`,
    item: `item-${String(cells.item)}`,
    rating: cells.rating === null ? null : Number(cells.rating),
    timeMs: cells.time === null ? null : Number(cells.time),
    part: cells.part === null ? null : PARTS[Number(cells.part)]!,
  }));
}

const ITEMS =
  "SELECT item AS number, id, title, year, categories FROM items WHERE item >= ? ORDER BY item LIMIT ?";
const interactionQuery = (
  trainOnly: boolean,
): string => `SELECT place AS number, users.id AS user, items.id AS item, rating, time, part
  FROM interactions CROSS JOIN users USING (user) CROSS JOIN items USING (item)
  WHERE place >= ? ${trainOnly ? "AND (part IS NULL OR part = 0)" : ""} ORDER BY place LIMIT ?`;

/** The rows of a query whose column `number` ascends, batch by batch. */
async function* tableRows<T>(
  path: string,
  signal: AbortSignal,
  query: string,
  rowOf: (cells: Cells) => T,
): AsyncGenerator<T> {
  const set = await DataSet.open(path);
  try {
    let from = 0;
    for (;;) {
      signal.throwIfAborted();
      const rows = (await set.read((database) => database.all(query, [from, BATCH_ROWS]))).map(cellsOf);
      for (const cells of rows) yield rowOf(cells);
      const last = rows.at(-1);
      if (last === undefined || rows.length < BATCH_ROWS) return;
      from = Number(last.number) + 1;
    }
  } finally {
    await set.close();
  }
}
