// Tables of any origin whose columns are named by a mapping: interactions, and descriptions of items and users in files of
// their own or beside the interactions.
import { DataError } from "../errors.ts";
import type { ItemRecord, Reading, Source, SourceRecord } from "../import/records.ts";
import { mapFor, type ColumnMap, type Role } from "./columnMap.ts";
import { idOf, interactionOf, REASONS, textOf, textsOf, yearOf, type Reason } from "./fields.ts";
import { columnsOf, tableKindOf, tableRows, type TableKind } from "./table.ts";
import type { TableRow } from "./tableRow.ts";

export interface MappedFiles {
  readonly interactions: string;
  readonly kind: TableKind;
  readonly items: string | null;
  readonly users: string | null;
  readonly map: ColumnMap;
}

const ITEM_ROLES: readonly Role[] = ["title", "year", "categories", "description"];

export function mappedSource({ interactions, kind, items, users, map }: MappedFiles): Source {
  let categoryName: Source["categoryName"] = "category";
  return {
    format: kind,
    files: [interactions, items, users].filter((file) => file !== null),
    get categoryName() {
      return categoryName;
    },
    async *records(reading) {
      const columns = await columnsOf(interactions, kind, reading.signal);
      const roles = mapFor(columns, map);
      for (const role of Object.keys(map) as Role[])
        if (roles[role] !== map[role] && (items === null || !ITEM_ROLES.includes(role)))
          throw new DataError({
            tag: "dataColumnMissing",
            path: interactions,
            column: map[role]!,
            known: columns,
          });
      for (const role of ["user", "item"] as const)
        if (roles[role] === undefined)
          throw new DataError({ tag: "dataColumnMissing", path: interactions, column: role, known: columns });
      if (isGenre(roles.categories)) categoryName = "genre";
      if (items !== null)
        yield* described(items, "item", map, reading, (row, itemRoles) => {
          if (isGenre(itemRoles.categories)) categoryName = "genre";
          return itemOf(row, itemRoles, true);
        });
      if (users !== null) yield* described(users, "user", map, reading, userOf);
      const needed = [...new Set(Object.values(roles))];
      const saysItems = ITEM_ROLES.some((role) => roles[role] !== undefined);
      for await (const rows of tableRows(interactions, kind, needed, reading)) {
        const records: SourceRecord[] = [];
        for (const { line, cells } of rows) {
          const at = (role: Role): unknown => cells[roles[role] ?? ""];
          const record = interactionOf(at("user"), at("item"), at("rating"), at("time"), reading);
          if (typeof record === "string") {
            reading.onBadRow(interactions, line, record);
            continue;
          }
          if (saysItems) {
            const item = itemOf({ line, cells }, roles, false);
            if (typeof item !== "string" && saysSomething(item)) records.push({ ...item, isAside: true });
          }
          records.push(record);
        }
        yield records;
      }
    },
  };
}

/** A row without title and the like leaves it to a later one to describe the item. */
const saysSomething = ({ title, year, categories, description }: ItemRecord): boolean =>
  title !== null || year !== null || categories.length > 0 || description !== null;

const isGenre = (column: string | undefined): boolean => column !== undefined && /genre/i.test(column);

async function* described(
  path: string,
  role: "item" | "user",
  map: ColumnMap,
  reading: Reading,
  recordOf: (row: TableRow, roles: ColumnMap) => SourceRecord | Reason,
): AsyncGenerator<readonly SourceRecord[]> {
  const kind = tableKindOf(path);
  if (kind === null)
    throw new DataError({
      tag: "dataFormatUnknown",
      path,
      reason: "its name ends in none of .csv, .tsv, .jsonl, .parquet",
    });
  const columns = await columnsOf(path, kind, reading.signal);
  const found = mapFor(columns, map);
  // A file that is only about items may call their ids just that.
  const roles = found[role] === undefined && columns.includes("id") ? { ...found, [role]: "id" } : found;
  if (roles[role] === undefined)
    throw new DataError({ tag: "dataColumnMissing", path, column: map[role] ?? role, known: columns });
  for await (const rows of tableRows(path, kind, null, reading)) {
    const records: SourceRecord[] = [];
    for (const row of rows) {
      const record = recordOf(row, roles);
      if (typeof record === "string") reading.onBadRow(path, row.line, record);
      else records.push(record);
    }
    yield records;
  }
}

/** `withOthers`: columns without a role become attributes. */
function itemOf({ cells }: TableRow, roles: ColumnMap, withOthers: boolean): ItemRecord | Reason {
  const at = (role: Role): unknown => cells[roles[role] ?? ""];
  const read = idOf(at("item"), REASONS.itemMissing);
  if ("reason" in read) return read.reason;
  const { id } = read;
  return {
    kind: "item",
    id,
    title: textOf(at("title"))?.trim() ?? null,
    year: yearOf(at("year")),
    categories: textsOf(categoriesOf(at("categories"))),
    description: textsOf(listOf(at("description"))).join("\n") || null,
    attributes: withOthers ? othersOf(cells, roles) : {},
  };
}

function userOf({ cells }: TableRow, roles: ColumnMap): SourceRecord | Reason {
  const read = idOf(cells[roles.user ?? ""], REASONS.userMissing);
  if ("reason" in read) return read.reason;
  const { id } = read;
  return { kind: "user", id, attributes: othersOf(cells, { user: roles.user! }) };
}

function othersOf(cells: TableRow["cells"], roles: ColumnMap): Record<string, string> {
  const taken = new Set(Object.values(roles));
  return Object.fromEntries(
    Object.entries(cells).flatMap(([name, field]) => {
      const text = taken.has(name) ? null : textOf(field);
      return text === null ? [] : [[name, text.trim()] as const];
    }),
  );
}

const listOf = (field: unknown): readonly unknown[] => (Array.isArray(field) ? field : [field]);

/** A list, or a text whose parts are divided by bars, semicolons or commas: by the first of these that it holds. */
function categoriesOf(field: unknown): readonly unknown[] {
  if (typeof field !== "string") return listOf(field);
  const separator = ["|", ";", ","].find((sign) => field.includes(sign));
  return separator === undefined ? [field] : field.split(separator);
}
