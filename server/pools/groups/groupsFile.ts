// A groups file: which group each user or item belongs to, and how that was found. JSON, written whole or not at all.
import * as Type from "typebox";
import { Value } from "typebox/value";
import {
  errorCode,
  FileTooLarge,
  PRIVATE_MODE,
  readBounded,
  writeFileAtomic,
  type WriteOptions,
} from "../../files/index.ts";
import { PoolError } from "../errors.ts";

const GROUPS_FILE_VERSION = 1;
/** How groups are made. */
const GROUP_METHODS = ["attribute", "vectors", "interactions", "random"] as const;
export type GroupMethod = (typeof GROUP_METHODS)[number];
/** 10^7 subjects take less. */
const MAX_FILE_BYTES = 512 * 2 ** 20;

const count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const Name = Type.String({ minLength: 1 });
const Names = Type.Record(Type.String(), Name);

const AttributeSchema = Type.Object({
  /** Of a row's attributes, such as "genre". Of several values, separated by | or by a comma, the first counts. */
  name: Name,
  /** Group by value; null: each value is a group. */
  mapping: Type.Union([Names, Type.Null()]),
  /** The group of values missing from the mapping, and of no value; null: none. */
  other: Type.Union([Name, Type.Null()]),
});

const GroupsFileSchema = Type.Object({
  format: Type.Literal("laser-groups"),
  version: Type.Integer(),
  made: Type.Object({
    by: Type.Enum(GROUP_METHODS),
    /** Name of the file that they were made from. */
    source: Type.String(),
    /** Groups asked for or found. */
    k: count,
    /** null if nothing was drawn. */
    seed: Type.Union([count, Type.Null()]),
    /** Mean silhouette of a sample, −1 … 1; null: not measured. */
    silhouette: Type.Union([Type.Number({ minimum: -1, maximum: 1 }), Type.Null()]),
  }),
  /** How a subject without its own group is grouped; null: not at all. */
  attribute: Type.Union([AttributeSchema, Type.Null()]),
  /** Subjects with fewer interactions have no collaborative group. */
  minInteractions: count,
  /** Group by subject. */
  subjects: Names,
  /** Interactions of subjects that have too few. */
  few: Type.Record(Type.String(), count),
});

export type GroupAttribute = Type.Static<typeof AttributeSchema>;
export type GroupsFile = Type.Static<typeof GroupsFileSchema>;

/** Groups before anything is known of any subject. */
export function emptyGroups(made: GroupsFile["made"]): GroupsFile {
  return {
    format: "laser-groups",
    version: GROUPS_FILE_VERSION,
    made,
    attribute: null,
    minInteractions: 0,
    subjects: {},
    few: {},
  };
}

/** @throws PoolError naming the path and the reason */
export async function readGroupsFile(path: string): Promise<GroupsFile> {
  try {
    return parseGroups(path, (await readBounded(path, MAX_FILE_BYTES)).toString("utf8"));
  } catch (error) {
    if (error instanceof FileTooLarge)
      throw damaged(path, `it is larger than ${MAX_FILE_BYTES / 2 ** 20} MiB`);
    const reason = errorCode(error);
    if (error instanceof PoolError || reason === undefined) throw error;
    if (reason === "ENOENT") throw new PoolError({ tag: "groupsFileMissing", path }, { cause: error });
    throw new PoolError({ tag: "groupsFileDamaged", path, reason }, { cause: error });
  }
}

/** Parses the text of a file; `path` only names it in errors. @throws PoolError */
export function parseGroups(path: string, json: string): GroupsFile {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw damaged(path, "it is not JSON", error);
  }
  const { version } = (value ?? {}) as { readonly version?: unknown };
  if (typeof version === "number" && version !== GROUPS_FILE_VERSION)
    throw damaged(path, `it has version ${version}; this program reads version ${GROUPS_FILE_VERSION}`);
  if (!Value.Check(GroupsFileSchema, value)) {
    const first = Value.Errors(GroupsFileSchema, value)[0];
    throw damaged(path, first ? `${first.instancePath || "it"} ${first.message}` : "it is not a groups file");
  }
  return value;
}

/** Writes the file completely or not at all, readable only by its owner: it says who belongs where. @throws FilesError */
export async function writeGroupsFile(
  path: string,
  groups: GroupsFile,
  options: Omit<WriteOptions, "mode"> = {},
): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(groups, null, 1)}\n`, { mode: PRIVATE_MODE, ...options });
}

/** The groups without a subject; null if it is not in them. */
export function withoutSubject(groups: GroupsFile, subject: string): GroupsFile | null {
  const isHere = Object.hasOwn(groups.subjects, subject) || Object.hasOwn(groups.few, subject);
  if (!isHere) return null;
  const without = <T>(all: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(all).filter(([key]) => key !== subject));
  return { ...groups, subjects: without(groups.subjects), few: without(groups.few) };
}

function damaged(path: string, reason: string, cause?: unknown): PoolError {
  return new PoolError({ tag: "groupsFileDamaged", path, reason }, { cause });
}
