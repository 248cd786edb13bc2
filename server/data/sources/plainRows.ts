// A file of rows with a column "id" as it is: every column becomes a value.
import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import type { PromptValue } from "../../../core/prompts/index.ts";
import { asFilesError, errorCode, sha256File } from "../../files/index.ts";
import { DataError } from "../errors.ts";
import { idOf, REASONS, textOf } from "../formats/fields.ts";
import { parquetShape } from "../formats/parquet.ts";
import { columnsOf, readOnce, tableRows, type TableKind } from "../formats/table.ts";
import type { TableRow } from "../formats/tableRow.ts";
import type { BadRow, DataRow, RowReading, RowSource } from "../rows.ts";

const ID_COLUMN = "id";
/** The rows of larger files are not counted: only their bytes are read. */
const MAX_COUNTED_BYTES = 256_000_000;
/** Longer texts are not labels that rows could be grouped by. */
const MAX_ATTRIBUTE = 200;

/** @throws DataError dataIdMissing | dataNoRecords; FilesError; TextFileError; the signal's reason */
export async function plainRows(path: string, kind: TableKind, signal: AbortSignal): Promise<RowSource> {
  const { sha256, count } = await readable(path, () => summaryOf(path, kind, signal));
  return {
    name: path,
    fingerprint: createHash("sha256").update(`${kind} ${sha256}`).digest("hex").slice(0, 16),
    count,
    rows: (reading) => rowsOf(path, kind, reading),
  };
}

interface Summary {
  readonly sha256: string;
  /** How many rows there are, bad ones included; null for a file whose reading would take long. */
  readonly count: number | null;
}

async function summaryOf(path: string, kind: TableKind, signal: AbortSignal): Promise<Summary> {
  const requireId = (known: readonly string[]): void => {
    if (!known.includes(ID_COLUMN)) throw new DataError({ tag: "dataIdMissing", path, known });
  };
  if (kind !== "parquet" && (await stat(path)).size <= MAX_COUNTED_BYTES) {
    const { rows, sha256 } = await readOnce(path, kind, signal, requireId);
    return { sha256, count: rows };
  }
  requireId(await columnsOf(path, kind, signal));
  const sha256 = await sha256File(path, { signal });
  return { sha256, count: kind === "parquet" ? (await parquetShape(path)).rows : null };
}

async function* rowsOf(
  path: string,
  kind: TableKind,
  { signal, onBadRow }: RowReading,
): AsyncGenerator<DataRow> {
  const seen = new Set<string>();
  const reading = {
    signal,
    onBadRow: (_: string, line: number, reason: string) => {
      onBadRow({ line, reason });
    },
    onBytes: () => undefined,
  };
  const portions = tableRows(path, kind, null, reading)[Symbol.asyncIterator]();
  for (;;) {
    const next = await readable(path, () => portions.next());
    if (next.done === true) return;
    for (const row of next.value) {
      const made = dataRow(row, seen);
      if ("reason" in made) onBadRow(made);
      else yield made;
    }
  }
}

function dataRow({ line, cells }: TableRow, seen: Set<string>): DataRow | BadRow {
  const read = idOf(cells[ID_COLUMN], REASONS.idMissing);
  if ("reason" in read) return { line, reason: read.reason };
  const { id } = read;
  if (seen.has(id)) return { line, reason: `the id "${id}" was used by an earlier row` };
  seen.add(id);
  if (isDeeperThan(cells, MAX_DEPTH))
    return { line, reason: `its values are nested more than ${MAX_DEPTH} levels deep` };
  const values = Object.fromEntries(Object.entries(cells).map(([name, cell]) => [name, valueOf(cell)]));
  return { id, subject: id, values, attributes: attributesOf(values) };
}

function attributesOf(values: Readonly<Record<string, PromptValue>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => {
      const label = textOf(Array.isArray(value) ? value[0] : value);
      const text = label?.trim() ?? "";
      return name === ID_COLUMN || text === "" || text.length > MAX_ATTRIBUTE ? [] : [[name, text] as const];
    }),
  );
}

/** JSON may nest so deeply that walking through it exhausts the stack; no prompt needs that. */
const MAX_DEPTH = 64;

function isDeeperThan(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return false;
  return depth < 0 || Object.values(value).some((part) => isDeeperThan(part, depth - 1));
}

/** Values of Parquet that JSON doesn't have become texts. */
function valueOf(cell: unknown): PromptValue {
  if (typeof cell === "string" || typeof cell === "boolean") return cell;
  if (typeof cell === "number") return Number.isFinite(cell) ? cell : null;
  if (typeof cell === "bigint") return Number.isSafeInteger(Number(cell)) ? Number(cell) : String(cell);
  if (typeof cell !== "object" || cell === null) return null;
  if (cell instanceof Date) return Number.isNaN(cell.getTime()) ? null : cell.toISOString();
  if (cell instanceof Uint8Array) return Buffer.from(cell).toString("base64");
  if (Array.isArray(cell)) return cell.map(valueOf);
  return Object.fromEntries(Object.entries(cell).map(([name, value]) => [name, valueOf(value)]));
}

/** Failed system calls, as errors that name the file. */
async function readable<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw errorCode(error) === undefined ? error : asFilesError(error, path);
  }
}
