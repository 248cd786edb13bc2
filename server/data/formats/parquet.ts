// Rows of a Parquet file, read a part of a row group at a time, with the library hyparquet.
import { open } from "node:fs/promises";
import type { AsyncBuffer, FileMetaData } from "hyparquet";
import { messageOf } from "../../../core/base/index.ts";
import { asFilesError, errorCode } from "../../files/index.ts";
import { DataError } from "../errors.ts";
import type { TableReading, TableRow } from "./tableRow.ts";

/** Rows that are held as objects at once. */
const BATCH_ROWS = 32_768;
/** A column of a row group is decoded whole: one that is larger would not fit into memory. */
const MAX_CHUNK_BYTES = 128 * 2 ** 20;
/** The description at the end of the file. */
const MAX_FOOTER_BYTES = 64 * 2 ** 20;

/** The columns of a file and how many rows it has. @throws DataError parquetUnreadable; FilesError */
export async function parquetShape(path: string): Promise<{ columns: readonly string[]; rows: number }> {
  return withParquet(
    path,
    () => undefined,
    ({ metadata }) => Promise.resolve(shapeOf(metadata)),
  );
}

/** @throws DataError parquetUnreadable | dataColumnMissing; FilesError */
export async function* parquetRows(
  path: string,
  columns: readonly string[] | null,
  { signal, onBytes }: TableReading,
): AsyncGenerator<readonly TableRow[]> {
  const { parquetReadObjects } = await import("hyparquet");
  const { compressors } = await import("hyparquet-compressors");
  const { rows } = await parquetShape(path);
  for (let from = 0; from < rows;) {
    signal.throwIfAborted();
    const start = from;
    const batch = await withParquet(path, onBytes, async ({ buffer, metadata }) => {
      const end = Math.min(start + BATCH_ROWS, groupEnd(metadata, start));
      return parquetReadObjects({
        file: buffer,
        metadata,
        compressors,
        rowStart: start,
        rowEnd: end,
        ...(columns !== null && { columns: [...columns] }),
      });
    });
    yield batch.map((cells, index) => ({ line: start + index + 1, cells }));
    if (batch.length === 0) throw unreadable(path, `it has fewer than ${rows} rows`);
    from += batch.length;
  }
}

interface OpenParquet {
  readonly buffer: AsyncBuffer;
  readonly metadata: FileMetaData;
}

async function withParquet<T>(
  path: string,
  onBytes: (bytes: Uint8Array) => void,
  use: (parquet: OpenParquet) => Promise<T>,
): Promise<T> {
  const { parquetMetadataAsync } = await import("hyparquet");
  try {
    const file = await open(path, "r");
    try {
      const { size } = await file.stat();
      const buffer: AsyncBuffer = {
        byteLength: size,
        slice: async (start, end = size) => {
          const bytes = Buffer.alloc(Math.max(0, Math.min(end, size) - start));
          for (let done = 0; done < bytes.length;) {
            const { bytesRead } = await file.read(bytes, done, bytes.length - done, start + done);
            if (bytesRead === 0) throw new Error("it ends too early");
            done += bytesRead;
          }
          onBytes(bytes);
          return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
        },
      };
      await requireFooter(buffer);
      const metadata = await parquetMetadataAsync(buffer);
      requireBounds(metadata);
      return await use({ buffer, metadata });
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof DataError) throw error;
    if (errorCode(error) !== undefined) throw asFilesError(error, path);
    throw unreadable(path, messageOf(error), error);
  }
}

/** The last eight bytes say how long the description is; the library would believe any length. */
async function requireFooter(buffer: AsyncBuffer): Promise<void> {
  if (buffer.byteLength < 12) throw new Error("it is too short");
  const tail = new DataView(await buffer.slice(buffer.byteLength - 8));
  if (tail.getUint32(4, true) !== 0x31524150) throw new Error("it doesn't end as a Parquet file does");
  const length = tail.getUint32(0, true);
  if (length > Math.min(MAX_FOOTER_BYTES, buffer.byteLength - 12))
    throw new Error("its description is longer than the file, or than 64 MiB");
}

function requireBounds({ row_groups: groups }: FileMetaData): void {
  for (const { columns } of groups)
    for (const { meta_data: chunk } of columns)
      if (chunk !== undefined && chunk.total_uncompressed_size > MAX_CHUNK_BYTES)
        throw new Error(
          `a column of a row group has more than ${MAX_CHUNK_BYTES / 2 ** 20} MiB; write it with smaller row groups`,
        );
}

function shapeOf({ schema, num_rows: rows }: FileMetaData): { columns: string[]; rows: number } {
  const columns: string[] = [];
  let at = 1;
  for (let child = 0; child < (schema[0]?.num_children ?? 0); child++) {
    const element = schema[at];
    if (element === undefined) break;
    columns.push(element.name);
    at = afterElement(schema, at);
  }
  return { columns, rows: Number(rows) };
}

function afterElement(schema: FileMetaData["schema"], at: number): number {
  let next = at + 1;
  for (let child = 0; child < (schema[at]?.num_children ?? 0) && next < schema.length; child++)
    next = afterElement(schema, next);
  return next;
}

function groupEnd({ row_groups: groups }: FileMetaData, row: number): number {
  let end = 0;
  for (const { num_rows: rows } of groups) {
    end += Number(rows);
    if (row < end) return end;
  }
  return end;
}

const unreadable = (path: string, reason: string, cause?: unknown): DataError =>
  new DataError({ tag: "parquetUnreadable", path, reason: reason.replace(/[.\s]+$/, "") }, { cause });
