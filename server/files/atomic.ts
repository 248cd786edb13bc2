// Writes a file whole or not at all: under a temporary name beside it, flushed to disk, then renamed.
import { randomBytes } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { asFilesError } from "./errors.ts";

/**
 * Replaces the content of `path`; readers see the old content or the new, never a part.
 * Creates the folder. On failure the old file is unchanged and no temporary file is left.
 * @throws FilesError naming `path`.
 */
export async function writeFileAtomic(path: string, data: string | Uint8Array): Promise<void> {
  const temporary = temporaryName(path);
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(temporary, "wx");
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw asFilesError(error, path);
  }
}

/** A name in the same folder, so that the rename stays on one file system; no two writers share it. */
export function temporaryName(path: string): string {
  return join(dirname(path), `.${basename(path)}.${process.pid}-${randomBytes(4).toString("hex")}.tmp`);
}
