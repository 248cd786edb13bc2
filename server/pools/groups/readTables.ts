// What groups are made from, out of files: interactions, vectors and attributes as JSON records or as delimited text.
import { readFile } from "node:fs/promises";
import { errorCode, isAbort, unreadableReason } from "../../files/index.ts";
import { jsonRecords, textBlocks, type RefuseLine } from "../../files/text/index.ts";
import { FaultError } from "../../../core/base/index.ts";
import { PoolError } from "../errors.ts";
import type { Interaction } from "./interactions.ts";
import type { Matrix } from "./matrix.ts";
import { isNpy, parseNpy } from "./npy.ts";
import type { Routable } from "./router.ts";

/** Longer than any record of an item; a longer line is an error. */
const MAX_LINE_BYTES = 16 * 2 ** 20;

type Fields = Readonly<Record<string, unknown>>;
interface TableRecord {
  readonly fields: Fields;
  readonly line: number;
}

/** Names of columns, lower case and without _ : "userId" and "user_id:token" are both "userid" here. */
const USER_NAMES = ["user", "userid", "uid", "reviewerid"];
const ITEM_NAMES = ["item", "itemid", "iid", "movieid", "asin", "parentasin", "bookid"];
const WEIGHT_NAMES = ["rating", "weight", "score", "overall", "stars"];
const SUBJECT_NAMES = ["subject", "id", "key", ...ITEM_NAMES, ...USER_NAMES];
/** Delimiters by precedence: MovieLens 1M has "::". */
const DELIMITERS = ["::", "\t", ";", ","] as const;

/**
 * Interactions of a file, line by line: JSON records with user, item and perhaps rating, or delimited text with these
 * columns, named in its first line or in this order. Weights that are not above 0 are left out.
 * @throws PoolError groupDataInvalid naming file and line; TextFileError; the signal's AbortError
 */
export async function* readInteractions(path: string, signal?: AbortSignal): AsyncGenerator<Interaction> {
  for await (const { fields, line } of records(path, signal)) {
    const user = keyIn(fields, USER_NAMES) ?? keyAt(fields, 0);
    const item = keyIn(fields, ITEM_NAMES) ?? keyAt(fields, 1);
    if (user === null || item === null) throw invalid(path, line, "it names no user or no item");
    const given = valueIn(fields, WEIGHT_NAMES) ?? fields.c2 ?? 1;
    const weight = typeof given === "string" || typeof given === "number" ? Number(given) : Number.NaN;
    if (!Number.isFinite(weight)) throw invalid(path, line, `${JSON.stringify(given)} is not a rating`);
    if (weight > 0) yield { user, item, weight };
  }
}

/** Subjects with their attributes: of JSON records, `attributes` or all fields; of delimited text, its columns. */
export async function* readSubjects(path: string, signal?: AbortSignal): AsyncGenerator<Routable> {
  for await (const { fields, line } of records(path, signal)) {
    const subject = keyIn(fields, SUBJECT_NAMES) ?? keyAt(fields, 0);
    if (subject === null) throw invalid(path, line, "it names no subject (subject, id, item or user)");
    const given = isObject(fields.attributes) ? fields.attributes : fields;
    const texts = Object.entries(given).flatMap(([name, value]): [string, string][] => {
      const text = Array.isArray(value) ? value.join("|") : value;
      return typeof text === "string" || typeof text === "number" ? [[name, String(text)]] : [];
    });
    yield { subject, attributes: Object.fromEntries(texts) };
  }
}

/**
 * Vectors of a file: a NumPy array of two dimensions (`keys` names its rows, which are numbered without), or delimited
 * text with the subject first.
 */
export async function readVectors(
  path: string,
  keys: readonly string[] | null,
  signal?: AbortSignal,
): Promise<{ readonly keys: readonly string[]; readonly vectors: Matrix }> {
  const bytes = await reading(path, () => readFile(path));
  if (isNpy(bytes)) {
    const vectors = parseNpy(bytes, (reason) => {
      throw invalid(path, null, reason);
    });
    const named = keys ?? Array.from({ length: vectors.rows }, (_, row) => String(row));
    const seen = new Set<string>();
    for (const key of named) {
      if (seen.has(key)) throw invalid(path, null, `its keys name "${key}" twice`);
      seen.add(key);
    }
    if (named.length !== vectors.rows)
      throw invalid(path, null, `it has ${vectors.rows} rows for ${named.length} keys`);
    return { keys: named, vectors };
  }
  const rows: { key: string; values: number[] }[] = [];
  const seen = new Set<string>();
  for await (const { fields, line } of records(path, signal)) {
    const [key = "", ...texts] = Object.values(fields).map(String);
    const values = texts.map(Number);
    if (key === "" || values.length === 0 || values.some((value) => !Number.isFinite(value)))
      throw invalid(path, line, "it is not a subject and its numbers");
    if (values.length !== (rows[0]?.values.length ?? values.length))
      throw invalid(path, line, `it has ${values.length} numbers, the first line ${rows[0]!.values.length}`);
    if (seen.has(key)) throw invalid(path, line, `it names "${key}" again`);
    seen.add(key);
    rows.push({ key, values });
  }
  const columns = rows[0]?.values.length ?? 0;
  const vectors = {
    rows: rows.length,
    columns,
    values: Float64Array.from(rows.flatMap(({ values }) => values)),
  };
  return { keys: rows.map(({ key }) => key), vectors };
}

/** The lines of a text file that names a subject on each. @throws PoolError groupDataInvalid */
export async function readKeys(path: string): Promise<readonly string[]> {
  return (await reading(path, () => readFile(path, "utf8"))).trimEnd().split(/\r?\n/);
}

/** The records of a file of any of these forms. */
async function* records(path: string, signal?: AbortSignal): AsyncGenerator<TableRecord> {
  try {
    if (await isJson(path, signal)) {
      const refuse: RefuseLine = (line, reason, cause) => {
        throw invalid(path, line, reason, cause);
      };
      for await (const portion of jsonRecords(path, refuse, { signal, mostLineBytes: MAX_LINE_BYTES }))
        for (const { value, line } of portion) {
          if (!isObject(value)) throw invalid(path, line, "it is not a JSON object");
          yield { fields: value, line };
        }
      return;
    }
    yield* delimited(path, signal);
  } catch (error) {
    throw asPoolError(path, error);
  }
}

async function isJson(path: string, signal?: AbortSignal): Promise<boolean> {
  for await (const { text } of textBlocks(path, { signal, mostLineBytes: MAX_LINE_BYTES })) {
    const start = text.trimStart();
    if (start !== "") return start.startsWith("{") || start.startsWith("[");
  }
  return false;
}

async function* delimited(path: string, signal?: AbortSignal): AsyncGenerator<TableRecord> {
  let delimiter = ",";
  let header: readonly string[] | null = null;
  let isFirst = true;
  for await (const block of textBlocks(path, { signal, mostLineBytes: MAX_LINE_BYTES })) {
    for (const [at, text] of block.text.split(/\r?\n/).entries()) {
      if (text.trim() === "") continue;
      const line = block.line + at;
      if (isFirst) delimiter = DELIMITERS.find((one) => text.includes(one)) ?? ",";
      const cells = cellsOf(text, delimiter);
      if (isFirst) {
        isFirst = false;
        if (cells.some((cell) => SUBJECT_NAMES.includes(plainName(cell)))) {
          header = cells.map((cell) => cell.replace(/:(token|float|token_seq|float_seq)$/, ""));
          continue;
        }
      }
      // Names of columns that look like numbers would be listed first: "c0" keeps their order.
      const names = header ?? cells.map((_, column) => `c${column}`);
      yield {
        fields: Object.fromEntries(cells.map((cell, column) => [names[column] ?? `c${column}`, cell])),
        line,
      };
    }
  }
}

/** Cells of a line; "…" may hold the delimiter, and "" for a quotation mark. A cell does not span lines. */
function cellsOf(line: string, delimiter: string): string[] {
  if (!line.includes('"')) return line.split(delimiter);
  const cells: string[] = [];
  let cell = "";
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const sign = line[i]!;
    if (sign === '"') {
      if (quoted && line[i + 1] === '"') cell += line[i++]!;
      else quoted = !quoted;
    } else if (!quoted && line.startsWith(delimiter, i)) {
      cells.push(cell);
      cell = "";
      i += delimiter.length - 1;
    } else cell += sign;
  }
  return [...cells, cell];
}

const plainName = (name: string): string => name.toLowerCase().replace(/:.*$/, "").replace(/[_ ]/g, "");

function valueIn(fields: Fields, names: readonly string[]): unknown {
  for (const wanted of names)
    for (const [name, value] of Object.entries(fields)) if (plainName(name) === wanted) return value;
  return undefined;
}

function keyIn(fields: Fields, names: readonly string[]): string | null {
  return keyOf(valueIn(fields, names));
}

function keyAt(fields: Fields, column: number): string | null {
  return keyOf(fields[`c${column}`]);
}

function keyOf(value: unknown): string | null {
  if (typeof value === "string" && value.trim() !== "") return value.trim();
  return typeof value === "number" && (Number.isSafeInteger(value) || !Number.isInteger(value))
    ? String(value)
    : null;
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

async function reading<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw asPoolError(path, error);
  }
}

function asPoolError(path: string, error: unknown): unknown {
  if (error instanceof FaultError || errorCode(error) === undefined || isAbort(error)) return error;
  return invalid(path, null, unreadableReason(error), error);
}

function invalid(path: string, line: number | null, reason: string, cause?: unknown): PoolError {
  return new PoolError({ tag: "groupDataInvalid", path, line, reason }, { cause });
}
