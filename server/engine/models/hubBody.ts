// Appends the missing bytes of a hub file to its part file.
import { open, rm, type FileHandle } from "node:fs/promises";
import { asFilesError, FilesError } from "../../files/index.ts";
import { ModelError } from "./errors.ts";
import type { HubFile } from "./hubFile.ts";
import { hubRequest, type HubConnection } from "./hubRequest.ts";

/**
 * Requests the bytes from `doneBytes` on and appends them to the part file. If the server sends the whole file instead,
 * the part file is overwritten. A part that the server can't continue is deleted.
 * @throws ModelError hubUnreachable | hubStalled (bytes so far stay in the part) | wrongSize; FilesError
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
  // No If-Range: the storage host's ETag is not the hub's. The part's name contains the file's hash instead, and the
  // complete file's hash is checked at the end.
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
      await copy(response, out, part, (bytes, added) => {
        keepAlive(added);
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
    throw isKnownFault(error) ? error : toFault(error);
  } finally {
    close();
  }
}

async function copy(
  response: Response,
  out: FileHandle,
  part: string,
  onBytes: (bytes: number, added: number) => void,
): Promise<void> {
  let bytes = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    onBytes(bytes, chunk.length);
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

/** The size of the whole file according to this response; null if it doesn't say. */
function totalBytes(response: Response): number | null {
  const length =
    response.status === 206 ? contentRange(response)?.[2] : response.headers.get("content-length");
  return length === undefined || length === null || length === "*" ? null : Number(length);
}

const isKnownFault = (error: unknown): boolean => error instanceof ModelError || error instanceof FilesError;
