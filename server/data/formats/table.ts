// Files of rows with named columns, whatever their format: CSV, TSV, JSON lines (or an array) and Parquet.
import { createHash } from "node:crypto";
import { CsvReader, fieldsOf, jsonRecords, separatorOf, textBlocks } from "../../files/text/index.ts";
import { DataError } from "../errors.ts";
import { REASONS } from "./fields.ts";
import { textOptionsOf } from "./lines.ts";
import type { TableReading, TableRow } from "./tableRow.ts";
import { parquetRows, parquetShape } from "./parquet.ts";

const TABLE_KINDS = ["csv", "tsv", "jsonl", "parquet"] as const;
export type TableKind = (typeof TABLE_KINDS)[number];

/** By the ending of its name; null for another one. */
export function tableKindOf(path: string): TableKind | null {
  const ending = /\.([a-z]+)(?:\.gz)?$/i.exec(path)?.[1] ?? "";
  switch (ending.toLowerCase()) {
    case "csv":
      return "csv";
    case "tsv":
    case "tab":
      return "tsv";
    case "jsonl":
    case "ndjson":
    case "json":
      return "jsonl";
    case "parquet":
      return "parquet";
    default:
      return null;
  }
}

/** Objects whose fields are taken for the columns of a file: not each has all of them. */
const MAX_FIRST_ROWS = 1_000;

/** The rows of a file, in portions. `columns`: those that are needed of a Parquet file, all when null. */
export async function* tableRows(
  path: string,
  kind: TableKind,
  columns: readonly string[] | null,
  reading: TableReading,
): AsyncGenerator<readonly TableRow[]> {
  switch (kind) {
    case "csv":
    case "tsv":
      yield* separatedRows(path, kind, reading);
      return;
    case "jsonl":
      yield* jsonRows(path, reading);
      return;
    case "parquet":
      yield* parquetRows(path, columns, reading);
      return;
  }
}

async function* separatedRows(
  path: string,
  kind: "csv" | "tsv",
  reading: TableReading,
): AsyncGenerator<readonly TableRow[]> {
  let header: { readonly names: readonly string[]; readonly reader: LineReader } | null = null;
  for await (const block of textBlocks(path, textOptionsOf(path, reading))) {
    const lines = block.text.split("\n");
    let first = 0;
    if (header === null) {
      while (first < lines.length && lines[first]!.trim() === "") first++;
      if (first === lines.length) continue;
      const { names, separator } = headerFields(lines[first]!.replace(/\r$/, ""), kind, path);
      first++;
      reading.onColumns?.(names);
      header = { names, reader: readerOf(kind, separator, path, reading) };
    }
    yield rowsOf(header.reader.read(lines.slice(first), block.line + first), header.names, path, reading);
  }
  if (header === null) throw noRecords(path, kind);
  yield rowsOf(header.reader.end(), header.names, path, reading);
}

interface Fields {
  readonly line: number;
  readonly fields: readonly string[];
}

interface LineReader {
  read(lines: readonly string[], firstLine: number): readonly Fields[];
  end(): readonly Fields[];
}

/** Tabs are never quoted: a quotation mark in a TSV file is one. */
function readerOf(kind: "csv" | "tsv", separator: string, path: string, reading: TableReading): LineReader {
  if (kind === "csv")
    return new CsvReader(separator, (line) => {
      reading.onBadRow(path, line, REASONS.quoting);
    });
  return {
    read: (lines, firstLine) =>
      lines.flatMap((text, index) => {
        const whole = text.replace(/\r$/, "");
        return whole === "" ? [] : [{ line: firstLine + index, fields: whole.split("\t") }];
      }),
    end: () => [],
  };
}

function headerFields(
  line: string,
  kind: "csv" | "tsv",
  path: string,
): { readonly names: readonly string[]; readonly separator: string } {
  const separator = kind === "tsv" ? "\t" : separatorOf(line);
  const fields = kind === "tsv" ? line.split("\t") : (fieldsOf(line, separator) ?? []);
  const names = fields.map((name) => name.trim());
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (names.length === 0 || repeated !== undefined) {
    const reason =
      names.length === 0 ? "its quotation marks don't match" : `it names "${repeated ?? ""}" twice`;
    throw new DataError({ tag: "dataHeaderInvalid", path, reason });
  }
  return { names, separator };
}

function rowsOf(
  records: readonly Fields[],
  names: readonly string[],
  path: string,
  { onBadRow }: TableReading,
): TableRow[] {
  const rows: TableRow[] = [];
  for (const { line, fields } of records) {
    if (fields.length !== names.length) onBadRow(path, line, REASONS.fields);
    else rows.push({ line, cells: Object.fromEntries(names.map((name, index) => [name, fields[index]])) });
  }
  return rows;
}

async function* jsonRows(path: string, reading: TableReading): AsyncGenerator<readonly TableRow[]> {
  const refuse = (line: number): void => {
    reading.onBadRow(path, line, REASONS.notJson);
  };
  let isFirst = true;
  for await (const records of jsonRecords(path, refuse, textOptionsOf(path, reading))) {
    const rows: TableRow[] = [];
    for (const { value, line } of records) {
      if (typeof value === "object" && value !== null && !Array.isArray(value))
        rows.push({ line, cells: value as Readonly<Record<string, unknown>> });
      else reading.onBadRow(path, line, REASONS.notObject);
    }
    if (isFirst && rows.length > 0) {
      reading.onColumns?.([
        ...new Set(rows.slice(0, MAX_FIRST_ROWS).flatMap(({ cells }) => Object.keys(cells))),
      ]);
      isFirst = false;
    }
    yield rows;
  }
}

const NO_RECORDS: Readonly<Record<TableKind, string>> = {
  csv: "the file is empty",
  tsv: "the file is empty",
  jsonl: "no line of it is a JSON object",
  parquet: "it has no columns",
};

function noRecords(path: string, kind: TableKind): DataError {
  return new DataError({ tag: "dataNoRecords", path, reason: NO_RECORDS[kind] });
}

/** The columns of a file: those of its header, of its first objects, or of its description. @throws DataError dataNoRecords */
export async function columnsOf(
  path: string,
  kind: TableKind,
  signal: AbortSignal,
): Promise<readonly string[]> {
  let known: readonly string[] = [];
  if (kind === "parquet") known = (await parquetShape(path)).columns;
  else {
    const onColumns = (columns: readonly string[]): void => {
      known = columns;
    };
    const reading = { signal, onBadRow: () => undefined, onBytes: () => undefined, onColumns };
    const portions = tableRows(path, kind, null, reading);
    while (known.length === 0 && (await portions.next()).done !== true);
    await portions.return(undefined);
  }
  if (known.length === 0) throw noRecords(path, kind);
  return known;
}

export interface TextSummary {
  /** How many rows there are, bad ones included. */
  readonly rows: number;
  /** Of the file's bytes. */
  readonly sha256: string;
}

/** Reads a file of text once. @throws DataError dataNoRecords; whatever `onColumns` throws, before the rest is read */
export async function readOnce(
  path: string,
  kind: Exclude<TableKind, "parquet">,
  signal: AbortSignal,
  onColumns: (columns: readonly string[]) => void,
): Promise<TextSummary> {
  const hash = createHash("sha256");
  const columns: string[] = [];
  let rows = 0;
  const portions = tableRows(path, kind, null, {
    signal,
    onBadRow: () => rows++,
    onBytes: (bytes) => hash.update(bytes),
    onColumns: (found) => {
      columns.push(...found);
      onColumns(found);
    },
  });
  for await (const portion of portions) rows += portion.length;
  if (columns.length === 0) throw noRecords(path, kind);
  return { rows, sha256: hash.digest("hex") };
}

/** @throws DataError dataColumnMissing | dataNoRecords */
export async function requireColumns(
  path: string,
  kind: TableKind,
  wanted: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const known = await columnsOf(path, kind, signal);
  const missing = wanted.find((column) => !known.includes(column));
  if (missing !== undefined) throw new DataError({ tag: "dataColumnMissing", path, column: missing, known });
}
