// Appends what is missing of a hub file to the part that is there. Must not know of attempts or hashes.
import { open, rm, type FileHandle } from "node:fs/promises";
import { asFilesError, FilesError } from "../../files/index.ts";
import { ModelError } from "./errors.ts";
import type { HubFile } from "./hub.ts";
import { hubRequest, type HubConnection } from "./hubRequest.ts";

/**
 * Asks for the bytes from `doneBytes` on and writes them behind the part. A server that sends the whole file
 * instead is taken at its word: the part starts anew. A part that the server can't continue is deleted.
 * @throws ModelError hubUnreachable | hubStalled (bytes so far stay in the part) | wrongSize; FilesError.
 */
export async function appendBody(
  file: HubFile,
  part: string,
  doneBytes: number,
  connection: HubConnection,
  report: (doneBytes: number) => void,
): Promise<void> {
  if (doneBytes > file.bytes) {
    await rm(part, { force: true });
    return;
  }
  // No If-Range: the tag that a storage host compares is not the hub's. The part's name carries the file's hash
  // instead, and the hash of the whole is checked at the end.
  const headers: Record<string, string> = doneBytes > 0 ? { range: `bytes=${doneBytes}-` } : {};
  const { response, keepAlive, close, toFault } = await hubRequest(
    file.url,
    { method: "GET", headers },
    connection,
  );
  try {
    const resumed = response.status === 206;
    if (response.status === 416 || (resumed && !startsAt(response, doneBytes))) {
      await response.body?.cancel();
      if (doneBytes === 0)
        throw new ModelError({ tag: "hubRefused", url: file.url, status: response.status });
      await rm(part, { force: true });
      return;
    }
    const start = resumed ? doneBytes : 0;
    const total = totalBytes(response);
    if (total !== null && total !== file.bytes) {
      await response.body?.cancel();
      await rm(part, { force: true });
      throw new ModelError({
        tag: "wrongSize",
        what: file.url,
        expectedBytes: file.bytes,
        actualBytes: total,
      });
    }
    const out = await openPart(part, resumed ? "a" : "w");
    try {
      await copy(response, out, part, (bytes) => {
        keepAlive();
        report(start + bytes);
        if (start + bytes > file.bytes) {
          const actualBytes = start + bytes;
          throw new ModelError({ tag: "wrongSize", what: file.url, expectedBytes: file.bytes, actualBytes });
        }
      });
    } finally {
      await out.close();
    }
  } catch (error) {
    throw isOurs(error) ? error : toFault(error);
  } finally {
    close();
  }
}

async function copy(
  response: Response,
  out: FileHandle,
  part: string,
  onBytes: (bytes: number) => void,
): Promise<void> {
  let bytes = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    onBytes(bytes);
    try {
      await out.writeFile(chunk);
    } catch (error) {
      throw asFilesError(error, part);
    }
  }
}

async function openPart(part: string, flags: "a" | "w"): Promise<FileHandle> {
  try {
    return await open(part, flags);
  } catch (error) {
    throw asFilesError(error, part);
  }
}

const contentRange = (response: Response): RegExpExecArray | null =>
  /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get("content-range") ?? "");

const startsAt = (response: Response, doneBytes: number): boolean =>
  Number(contentRange(response)?.[1]) === doneBytes;

/** The whole file's size by this answer; null where it doesn't say. */
function totalBytes(response: Response): number | null {
  const length =
    response.status === 206 ? contentRange(response)?.[2] : response.headers.get("content-length");
  return length === undefined || length === null || length === "*" ? null : Number(length);
}

const isOurs = (error: unknown): boolean => error instanceof ModelError || error instanceof FilesError;
