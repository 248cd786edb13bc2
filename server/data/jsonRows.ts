// Rows of a file of JSON lines, or of one JSON array, plain or packed by gzip: each has an `id`; its other fields are
// values of the prompt's variables, and those that are texts or numbers are attributes as well.
import { createHash } from "node:crypto";
import { basename } from "node:path";
import type { PromptValue } from "../../core/prompts/index.ts";
import { jsonRecords, type RefuseLine } from "../files/text/index.ts";
import { DataError } from "./errors.ts";
import type { DataRow, RowReading, RowSource } from "./rows.ts";

/**
 * Reads the file once to count its rows and to know its content again.
 * @throws DataError naming the file and the line; TextFileError; the signal's AbortError
 */
export async function openJsonRows(path: string, signal: AbortSignal): Promise<RowSource> {
  const hash = createHash("sha256");
  const onBytes = (bytes: Uint8Array): void => {
    hash.update(bytes);
  };
  let count = 0;
  try {
    for await (const records of jsonRecords(path, refusing(path), { signal, onBytes }))
      count += records.length;
  } catch (error) {
    throw DataError.from(error, path);
  }
  if (count === 0) throw new DataError({ tag: "dataEmpty", path });
  return {
    name: basename(path),
    fingerprint: hash.digest("hex").slice(0, 16),
    count,
    rows: (reading) => rowsOf(path, reading),
  };
}

async function* rowsOf(path: string, { signal, onBadRow }: RowReading): AsyncGenerator<DataRow> {
  const firstLines = new Map<string, number>();
  for await (const records of jsonRecords(path, refusing(path), { signal }))
    for (const { value, line } of records) {
      const row = rowOf(value);
      if (typeof row === "string") {
        onBadRow({ line, reason: row });
        continue;
      }
      const first = firstLines.get(row.id);
      if (first !== undefined) {
        onBadRow({
          line,
          reason: `its id ${JSON.stringify(row.id)} is that of line ${first}, which is used`,
        });
        continue;
      }
      firstLines.set(row.id, line);
      yield row;
    }
}

/** The row, or why the record can't be one. */
function rowOf(value: unknown): DataRow | string {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "it is not a JSON object";
  const { id, ...values } = value as Readonly<Record<string, PromptValue>>;
  const name = nameOf(id);
  if (name === null) return "it has no id: a text that is not empty, or a whole number";
  const scalars = Object.entries(values).flatMap(([key, field]) => {
    const text = typeof field === "string" || typeof field === "number" ? String(field) : null;
    return text === null ? [] : [[key, text] as const];
  });
  const attributes = Object.fromEntries(scalars);
  return { id: name, subject: attributes.subject ?? name, values: { id: id!, ...values }, attributes };
}

function nameOf(id: PromptValue | undefined): string | null {
  if (typeof id === "string" && id !== "") return id;
  // Two longer numbers may have been read as the same one.
  return typeof id === "number" && Number.isSafeInteger(id) ? String(id) : null;
}

function refusing(path: string): RefuseLine {
  return (line, reason, cause) => {
    throw new DataError({ tag: "dataLineInvalid", path, line, reason }, { cause });
  };
}
