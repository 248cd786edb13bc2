// SHA-256 of a file, read as a stream.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { asFilesError } from "./errors.ts";

export interface HashOptions {
  readonly onProgress?: ((doneBytes: number, totalBytes: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The SHA-256 of the file as 64 lower-case hexadecimal digits.
 * @throws FilesError when it can't be read; the signal's AbortError when stopped.
 */
export async function sha256File(path: string, options: HashOptions = {}): Promise<string> {
  const { onProgress, signal } = options;
  signal?.throwIfAborted();
  const hash = createHash("sha256");
  try {
    const totalBytes = (await stat(path)).size;
    let doneBytes = 0;
    const chunks = createReadStream(path, { highWaterMark: 1 << 20, signal });
    for await (const chunk of chunks as AsyncIterable<Buffer>) {
      hash.update(chunk);
      doneBytes += chunk.length;
      onProgress?.(doneBytes, totalBytes);
    }
  } catch (error) {
    throw asFilesError(error, path);
  }
  return hash.digest("hex");
}
