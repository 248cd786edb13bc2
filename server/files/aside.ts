// Writes a file that is too large for memory: whole or not at all, in a work folder beside it that is removed afterwards.
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { WriteOptions } from "./atomic.ts";
import { destinationOf } from "./destination.ts";
import { asFilesError, FilesError } from "./errors.ts";
import { makeFolder } from "./folder.ts";
import { removeLeftovers, temporaryName } from "./leftovers.ts";

/** Readable only by its owner, until the file is in place. */
const FOLDER_MODE = 0o700;

/**
 * Lets `write` make a file at its first argument and puts that file at `path` when it is done: readers see the old content
 * or the new. The second argument is a folder for scratch files on the same disk. A link is followed; a file that is
 * replaced keeps its permissions, and a new one has those of `mode`, or else of what `write` made. After a failure nothing
 * is left.
 * @throws FilesError naming `path`; what `write` throws
 */
export async function writeFileAside<T>(
  path: string,
  write: (aside: string, folder: string) => Promise<T>,
  { mode }: Pick<WriteOptions, "mode"> = {},
): Promise<T> {
  const destination = await destinationOf(path);
  if (destination.kind === "device")
    throw new FilesError({ tag: "notAFile", path, what: "a device or a pipe" });
  const target = destination.path;
  const folder = temporaryName(target);
  try {
    await makeFolder(dirname(target));
    await removeLeftovers(dirname(target));
    await mkdir(folder, { mode: FOLDER_MODE });
  } catch (error) {
    throw asFilesError(error, path);
  }
  try {
    const aside = join(folder, "file");
    const result = await write(aside, folder);
    await putInPlace(aside, target, path, destination.replaced?.mode ?? mode);
    return result;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function putInPlace(
  aside: string,
  target: string,
  path: string,
  mode: number | undefined,
): Promise<void> {
  try {
    const file = await open(aside, "r+");
    try {
      if (mode !== undefined) await file.chmod(mode);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(aside, target);
  } catch (error) {
    throw asFilesError(error, path);
  }
}
