// RecBole's atomic files: NAME.inter, and NAME.item and NAME.user where they exist. The first line names each column and
// its type, as in "item_id:token", "movie_title:token_seq", "rating:float"; fields are separated by tabs.
import { DataError } from "../errors.ts";
import type { Reading, Source, SourceRecord } from "../import/records.ts";
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
import { linesOf } from "./lines.ts";

export interface RecboleFiles {
  readonly inter: string;
  readonly item: string | null;
  readonly user: string | null;
}

/** The columns that say what something is, by the names that RecBole's own data sets give them. */
const ROLES = {
  user: /^user_?id$/i,
  item: /^(?:item|movie|book|artist|business|news|video)_?id$/i,
  rating: /^(?:rating|stars|overall|score)$/i,
  time: /^(?:timestamp|time|date)$/i,
  title: /^(?:\w+_)?(?:title|name)$/i,
  year: /^(?:\w+_)?year(?:_\w+)?$/i,
  categories: /^(?:class|genres?|categor(?:y|ies))$/i,
  description: /^(?:\w+_)?description$/i,
} as const;

type Role = keyof typeof ROLES;

export function recboleSource({ inter, item, user }: RecboleFiles): Source {
  let categoryName: Source["categoryName"] = "genre";
  return {
    format: "recbole",
    files: [inter, item, user].filter((file) => file !== null),
    get categoryName() {
      return categoryName;
    },
    async *records(reading) {
      if (item !== null)
        yield* rowsOf(item, reading, ["item"], itemRecord, (names) => {
          if (names.some((name) => /^categor(?:y|ies)$/i.test(name))) categoryName = "category";
        });
      if (user !== null) yield* rowsOf(user, reading, ["user"], userRecord);
      yield* rowsOf(inter, reading, ["user", "item"], (row) =>
        interactionOf(row.field("user"), row.field("item"), row.field("rating"), row.field("time"), reading),
      );
    },
  };
}

/** The fields of one line, by role. */
interface Row {
  field(role: Role): string | undefined;
  /** A sequence's parts; one part for a column that is not a sequence. */
  parts(role: Role): readonly string[];
  /** Columns without a role, by their names. */
  others(): Readonly<Record<string, string>>;
}

async function* rowsOf(
  path: string,
  reading: Reading,
  needed: readonly Role[],
  recordOf: (row: Row) => SourceRecord | Reason,
  onHeader: (names: readonly string[]) => void = () => undefined,
): AsyncGenerator<readonly SourceRecord[]> {
  let header: Header | null = null;
  for await (const lines of linesOf(path, reading)) {
    const records: SourceRecord[] = [];
    for (const { line, text } of lines) {
      if (header === null) {
        header = headerOf(text, path, needed);
        onHeader(header.names);
        continue;
      }
      const fields = text.split("\t");
      const record = fields.length === header.names.length ? recordOf(header.row(fields)) : REASONS.fields;
      if (typeof record === "string") reading.onBadRow(path, line, record);
      else records.push(record);
    }
    yield records;
  }
  if (header === null) throw new DataError({ tag: "dataHeaderInvalid", path, reason: "the file is empty" });
}

interface Header {
  readonly names: readonly string[];
  row(fields: readonly string[]): Row;
}

const TYPED = /^([^:]+):(token|token_seq|float|float_seq)$/;

/** @throws DataError dataHeaderInvalid | dataColumnMissing */
function headerOf(text: string, path: string, needed: readonly Role[]): Header {
  const columns = text.split("\t").map((column) => {
    const [, name, type] = TYPED.exec(column.trim()) ?? [];
    if (name === undefined || type === undefined) {
      const reason = `"${column.slice(0, 40)}" is not a column with a type, such as item_id:token`;
      throw new DataError({ tag: "dataHeaderInvalid", path, reason });
    }
    return { name, isSequence: type.endsWith("_seq") };
  });
  const names = columns.map(({ name }) => name);
  const at = new Map<Role, number>();
  for (const role of Object.keys(ROLES) as Role[]) {
    const found = names.findIndex((name) => ROLES[role].test(name));
    if (found >= 0) at.set(role, found);
  }
  for (const role of needed)
    if (!at.has(role))
      throw new DataError({ tag: "dataColumnMissing", path, column: `${role}_id`, known: names });
  const others = names
    .map((name, index) => ({ name, index }))
    .filter(({ index }) => ![...at.values()].includes(index));
  return {
    names,
    row: (fields) => ({
      field: (role) => fields[at.get(role) ?? -1],
      parts: (role) => {
        const index = at.get(role) ?? -1;
        const field = fields[index] ?? "";
        return columns[index]?.isSequence === true ? field.split(" ") : [field];
      },
      others: () =>
        Object.fromEntries(
          others.flatMap(({ name, index }) => {
            const value = textOf(fields[index]);
            return value === null ? [] : [[name, value]];
          }),
        ),
    }),
  };
}

function itemRecord(row: Row): SourceRecord | Reason {
  const read = idOf(row.field("item"), REASONS.itemMissing);
  if ("reason" in read) return read.reason;
  const { id } = read;
  const whole = textOf(row.field("title"));
  const named = whole === null ? { title: null, year: null } : titleAndYear(whole);
  return {
    kind: "item",
    id,
    title: named.title,
    year: yearOf(row.field("year")) ?? named.year,
    categories: textsOf(row.parts("categories")),
    description: textOf(row.field("description")),
    attributes: row.others(),
  };
}

function userRecord(row: Row): SourceRecord | Reason {
  const read = idOf(row.field("user"), REASONS.userMissing);
  if ("reason" in read) return read.reason;
  const { id } = read;
  return { kind: "user", id, attributes: row.others() };
}
