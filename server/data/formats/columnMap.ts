// Which column of a table means what, e.g. "user=uid,item=asin,rating=stars,time=ts,title=name".
import { DataError } from "../errors.ts";

export const ROLES = [
  "user",
  "item",
  "rating",
  "time",
  "title",
  "year",
  "categories",
  "description",
] as const;
export type Role = (typeof ROLES)[number];
export type ColumnMap = Readonly<Partial<Record<Role, string>>>;

/** Other words for a role. */
const SYNONYMS: ReadonlyMap<string, Role> = new Map([
  ["genres", "categories"],
  ["genre", "categories"],
  ["category", "categories"],
]);

/** @throws DataError dataMapInvalid */
export function parseColumnMap(map: string): ColumnMap {
  const roles: Partial<Record<Role, string>> = {};
  const invalid = (reason: string): never => {
    throw new DataError({ tag: "dataMapInvalid", map, reason });
  };
  for (const part of map.split(",")) {
    const [, name = "", column = ""] = /^\s*([^=]*?)\s*=\s*(.*?)\s*$/.exec(part) ?? [];
    const role = ROLES.find((one) => one === name) ?? SYNONYMS.get(name);
    if (role === undefined) return invalid(`"${name || part}" is not one of ${ROLES.join(", ")}`);
    if (column === "") return invalid(`no column is named for ${name}`);
    if (roles[role] !== undefined) return invalid(`${role} is named twice`);
    roles[role] = column;
  }
  return roles;
}

/** The map for a file: what was named and exists there, and columns that have the role's own name. */
export function mapFor(columns: readonly string[], named: ColumnMap): ColumnMap {
  const found: Partial<Record<Role, string>> = {};
  for (const role of ROLES) {
    const column = named[role];
    if (column !== undefined && columns.includes(column)) found[role] = column;
    else if (columns.includes(role)) found[role] = role;
  }
  for (const [name, role] of SYNONYMS) if (columns.includes(name)) found[role] ??= name;
  return found;
}
