// MovieLens as GroupLens publishes it: 100K (u.data, u.item, u.user), 1M and 10M (ratings.dat, movies.dat, users.dat) and
// the CSV files of 20M, 25M, 32M and "latest" (ratings.csv, movies.csv).
import { join } from "node:path";
import { textBlocks } from "../../files/text/index.ts";
import type { ItemRecord, Reading, Source, SourceRecord } from "../import/records.ts";
import {
  idOf,
  interactionOf,
  REASONS,
  textOf,
  textsOf,
  titleAndYear,
  yearOf,
  type Reason,
} from "./fields.ts";
import { linesOf, MAX_TEXT_BYTES, type LineOptions } from "./lines.ts";
import { AGES_1M, GENRES_100K, NO_GENRES, OCCUPATIONS_1M } from "./movielensNames.ts";
import { requireColumns, tableRows } from "./table.ts";

/** MovieLens 100K. `names`: the files of the folder. */
export function movielens100k(folder: string, names: readonly string[]): Source {
  const at = pathsIn(folder, names);
  const [ratings, items, users] = [join(folder, "u.data"), at("u.item"), at("u.user")];
  return {
    ...common("movielens-100k", [ratings, items, users]),
    async *records(reading) {
      if (items !== null)
        yield* fieldRecords(items, "|", reading, itemOf100k, await encodingOf(items, reading.signal));
      if (users !== null)
        yield* fieldRecords(users, "|", reading, ([id, age, gender, occupation, zip]) =>
          userOf(id, { age, gender, occupation, zip }),
        );
      yield* fieldRecords(ratings, "\t", reading, ratingIn(reading));
    },
  };
}

/** MovieLens 1M and 10M. */
export function movielensDat(folder: string, names: readonly string[]): Source {
  const at = pathsIn(folder, names);
  const [ratings, items, users] = [join(folder, "ratings.dat"), at("movies.dat"), at("users.dat")];
  return {
    ...common("movielens-dat", [ratings, items, users]),
    async *records(reading) {
      if (items !== null)
        yield* fieldRecords(items, "::", reading, itemOfThree, await encodingOf(items, reading.signal));
      if (users !== null)
        yield* fieldRecords(users, "::", reading, ([id, gender, age, occupation, zip]) =>
          userOf(id, {
            gender,
            age: AGES_1M.get(age ?? "") ?? age,
            occupation: OCCUPATIONS_1M[Number(occupation)] ?? occupation,
            zip,
          }),
        );
      yield* fieldRecords(ratings, "::", reading, ratingIn(reading));
    },
  };
}

/** MovieLens 20M, 25M, 32M and "latest". */
export function movielensCsv(folder: string, names: readonly string[]): Source {
  const [ratings, items] = [join(folder, "ratings.csv"), pathsIn(folder, names)("movies.csv")];
  return {
    ...common("movielens-csv", [ratings, items]),
    async *records(reading) {
      if (items !== null)
        yield* csvRecords(items, ["movieId", "title", "genres"], reading, (cells) =>
          itemOfThree([cells.movieId, cells.title, cells.genres]),
        );
      yield* csvRecords(ratings, ["userId", "movieId", "rating", "timestamp"], reading, (cells) =>
        interactionOf(cells.userId, cells.movieId, cells.rating, cells.timestamp, reading),
      );
    },
  };
}

type Fields = readonly (string | undefined)[];
type RecordOf = (fields: Fields) => SourceRecord | Reason;

const common = (format: string, files: readonly (string | null)[]) =>
  ({ format, categoryName: "genre", files: files.filter((file) => file !== null) }) as const;

/** A file's path; null if it is not there. */
const pathsIn =
  (folder: string, names: readonly string[]) =>
  (name: string): string | null =>
    names.includes(name) ? join(folder, name) : null;

async function* fieldRecords(
  path: string,
  separator: string,
  reading: Reading,
  recordOf: RecordOf,
  options: LineOptions = {},
): AsyncGenerator<readonly SourceRecord[]> {
  for await (const lines of linesOf(path, reading, options)) {
    const records: SourceRecord[] = [];
    for (const { line, text } of lines) {
      const record = recordOf(text.split(separator));
      if (typeof record === "string") reading.onBadRow(path, line, record);
      else records.push(record);
    }
    yield records;
  }
}

async function* csvRecords(
  path: string,
  columns: readonly string[],
  reading: Reading,
  recordOf: (cells: Readonly<Record<string, string>>) => SourceRecord | Reason,
): AsyncGenerator<readonly SourceRecord[]> {
  await requireColumns(path, "csv", columns, reading.signal);
  for await (const rows of tableRows(path, "csv", null, reading)) {
    const records: SourceRecord[] = [];
    for (const { line, cells } of rows) {
      const record = recordOf(cells as Readonly<Record<string, string>>);
      if (typeof record === "string") reading.onBadRow(path, line, record);
      else records.push(record);
    }
    yield records;
  }
}

const ratingIn =
  (reading: Reading): RecordOf =>
  (fields) =>
    fields.length === 4 ? interactionOf(fields[0], fields[1], fields[2], fields[3], reading) : REASONS.fields;

/** id | title | release date | video release date | address | 19 flags, one per genre. */
function itemOf100k(fields: Fields): SourceRecord | Reason {
  if (fields.length !== 5 + GENRES_100K.length) return REASONS.fields;
  const [id, title, released] = fields;
  const genres = GENRES_100K.filter((genre, index) => genre !== NO_GENRES[0] && fields[5 + index] === "1");
  const item = itemOf(id, title, genres);
  if (typeof item === "string") return item;
  // "01-Jan-1995"
  return { ...item, year: item.year ?? yearOf(released?.split("-")[2]) };
}

/**
 * id, title with a year, genres between bars. A title may contain the separator: it is what is between the first and the
 * last one.
 */
function itemOfThree(fields: Fields): SourceRecord | Reason {
  if (fields.length < 3) return REASONS.fields;
  const genres = (fields.at(-1) ?? "").split("|").filter((genre) => !NO_GENRES.includes(genre.trim()));
  return itemOf(fields[0], fields.slice(1, -1).join("::"), genres);
}

function itemOf(
  field: string | undefined,
  title: string | undefined,
  genres: readonly string[],
): ItemRecord | Reason {
  const read = idOf(field, REASONS.itemMissing);
  if ("reason" in read) return read.reason;
  const { id } = read;
  const whole = textOf(title);
  const named = whole === null ? { title: null, year: null } : titleAndYear(whole);
  return { kind: "item", id, ...named, categories: textsOf(genres), description: null, attributes: {} };
}

function userOf(
  field: string | undefined,
  described: Readonly<Record<string, string | undefined>>,
): SourceRecord | Reason {
  const read = idOf(field, REASONS.userMissing);
  if ("reason" in read) return read.reason;
  const { id } = read;
  if (Object.values(described).includes(undefined)) return REASONS.fields;
  const attributes = Object.entries(described).flatMap(([name, value]) => {
    const text = textOf(value);
    return text === null ? [] : [[name, text] as const];
  });
  return { kind: "user", id, attributes: Object.fromEntries(attributes) };
}

/**
 * 100K and 1M have titles in Latin-1, 10M in UTF-8. Text in Latin-1 has hardly a line with an accent that is UTF-8 by
 * accident; damaged UTF-8 has many that still are.
 */
async function encodingOf(path: string, signal: AbortSignal): Promise<Required<LineOptions>> {
  let [wrong, longer] = [0, 0];
  const onWrongLine = (): void => {
    wrong++;
  };
  for await (const { text } of textBlocks(path, { signal, mostBytes: MAX_TEXT_BYTES, onWrongLine }))
    longer += text.match(/[^\0-\x7f]/g)?.length ?? 0;
  return { encoding: wrong > longer ? "latin1" : "utf8" };
}
