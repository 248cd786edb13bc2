// The users or the items of a data set as rows of a batch run.
import { createHash } from "node:crypto";
import type { Database, Statement } from "node-sqlite3-wasm";
import * as Type from "typebox";
import { parse, type Parsed } from "../../../core/base/index.ts";
import type { PromptValue } from "../../../core/prompts/index.ts";
import { cellsOf, type Cells } from "../store/database.ts";
import { DataSet } from "../store/dataSet.ts";
import type { About } from "../store/format.ts";
import { DataError } from "../errors.ts";
import type { BadRow, DataRow, RowReading, RowSource } from "../rows.ts";

export interface DataSetRowOptions {
  readonly of: "users" | "items";
  /** The most recent interactions of a user; all of them when null. */
  readonly historyItems: number | null;
  /** Histories and counts contain only interactions of the training part, as long as there is a split. */
  readonly trainOnly: boolean;
}

/** Rows that are read at once; between them, the reader may be stopped. */
const BATCH_ROWS = 256;

/** @throws DataError; FilesError */
export async function dataSetRows(path: string, options: DataSetRowOptions): Promise<RowSource> {
  const set = await DataSet.open(path);
  await set.close();
  const { about } = set;
  const kind = JSON.stringify([about.fingerprint, options.of, options.historyItems, options.trainOnly]);
  return {
    name: `${options.of} of ${path}`,
    fingerprint: createHash("sha256").update(kind).digest("hex").slice(0, 16),
    count: options.of === "users" ? about.users : about.items - about.itemsWithoutTitle,
    rows: (reading) => rowsOf(path, about, options, reading),
  };
}

async function* rowsOf(
  path: string,
  about: About,
  options: DataSetRowOptions,
  { signal, onBadRow }: RowReading,
): AsyncGenerator<DataRow> {
  const set = await DataSet.open(path);
  try {
    if (set.about.fingerprint !== about.fingerprint)
      throw new DataError({ tag: "dataSetDamaged", path, reason: "it was replaced while it was in use" });
    const total = options.of === "users" ? about.users : about.items;
    for (let from = 0; from < total; from += BATCH_ROWS) {
      signal.throwIfAborted();
      const rows = await set.read((database) =>
        options.of === "users"
          ? userRows(database, about, options, from)
          : itemRows(database, about, options, from),
      );
      for (const row of rows) {
        if ("reason" in row) onBadRow(row);
        else yield row;
      }
    }
  } finally {
    await set.close();
  }
}

function itemRows(
  database: Database,
  about: About,
  { trainOnly }: DataSetRowOptions,
  from: number,
): readonly (DataRow | BadRow)[] {
  const rows = database.all("SELECT * FROM items WHERE item >= ? ORDER BY item LIMIT ?", [from, BATCH_ROWS]);
  return rows.map(cellsOf).map((cells): DataRow | BadRow => {
    const id = String(cells.id);
    if (cells.title === null) return { line: Number(cells.item) + 1, reason: "the item has no title" };
    const attributes = jsonOf(Attributes, cells.attributes);
    const categories = jsonOf(Categories, cells.categories);
    const [first] = categories;
    const { one, many } = CATEGORY_NAMES[about.categoryName];
    return {
      id: `item-${id}`,
      subject: `item-${id}`,
      values: {
        ...attributes,
        id,
        title: textOf(cells.title),
        year: numberOf(cells.year),
        [one]: first ?? null,
        [many]: categories,
        description: textOf(cells.description),
        interactions: Number(trainOnly ? cells.trained : cells.interactions),
      },
      attributes: {
        ...attributes,
        ...(first !== undefined && { [one]: first }),
        ...(cells.year !== null && { year: String(cells.year) }),
      },
    };
  });
}

const CATEGORY_NAMES = {
  genre: { one: "genre", many: "genres" },
  category: { one: "category", many: "categories" },
} as const;

function userRows(
  database: Database,
  about: About,
  { historyItems, trainOnly }: DataSetRowOptions,
  from: number,
): readonly DataRow[] {
  const users = database.all("SELECT * FROM users WHERE user >= ? ORDER BY user LIMIT ?", [from, BATCH_ROWS]);
  const condition = trainOnly && about.parts !== null ? "AND part = 0" : "";
  const history = database.prepare(
    `SELECT title, id, year, categories, rating, time FROM interactions CROSS JOIN items USING (item)
     WHERE place >= ? AND place < ? ${condition} ORDER BY place DESC LIMIT ?`,
  );
  try {
    return users.map((user) => userRow(cellsOf(user), history, historyItems, about));
  } finally {
    history.finalize();
  }
}

function userRow(user: Cells, history: Statement, historyItems: number | null, about: About): DataRow {
  const id = String(user.id);
  const attributes = jsonOf(Attributes, user.attributes);
  const first = Number(user.first);
  const interactions = Number(user.interactions);
  const latest = history.all([first, first + interactions, historyItems ?? interactions]);
  const { many } = CATEGORY_NAMES[about.categoryName];
  return {
    id: `user-${id}`,
    subject: `user-${id}`,
    values: {
      ...attributes,
      id,
      history: latest
        .map(cellsOf)
        .reverse()
        .map((one): PromptValue => ({
          title: textOf(one.title) ?? String(one.id),
          rating: numberOf(one.rating),
          year: numberOf(one.year),
          [many]: jsonOf(Categories, one.categories),
          time: one.time === null ? null : new Date(Number(one.time)).toISOString(),
        })),
    },
    attributes,
  };
}

const Attributes = Type.Record(Type.String(), Type.String());
const Categories = Type.Array(Type.String());

/** @throws Error for a cell that no import writes */
function jsonOf<S extends Type.TSchema>(schema: S, cell: Cells[string] | undefined): Parsed<S> {
  const value = parse(schema, JSON.parse(String(cell)));
  if (value === null) throw new Error(`a cell holds ${String(cell).slice(0, 40)}`);
  return value;
}

const textOf = (cell: Cells[string] | undefined): string | null => (typeof cell === "string" ? cell : null);
const numberOf = (cell: Cells[string] | undefined): number | null =>
  cell === null || cell === undefined ? null : Number(cell);
