// Writes a file whole or not at all: under a temporary name beside it, flushed to disk, then renamed.
import { constants } from "node:fs";
import { open, rename, rm, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { destinationOf, type ReplacedFile } from "./destination.ts";
import { asFilesError, errorCode, FilesError } from "./errors.ts";
import { makeFolder } from "./folder.ts";
import { removeLeftovers, temporaryName } from "./leftovers.ts";

/** Permissions of new files that hold prompts or answers: only for their owner. */
export const PRIVATE_MODE = 0o600;

export interface WriteOptions {
  /** Permissions of a new file, less those that the umask takes away; 0o666 when left out. */
  readonly mode?: number;
  /** Refuse a file that has further hard links: they would keep the old content. */
  readonly onlyName?: boolean;
  /** Called right before the rename, to check that it may still happen: the write fails with what it throws. */
  readonly beforeReplace?: (() => void | Promise<void>) | undefined;
}

/**
 * Replaces the content of `path`; readers see the old content or the new, never a part. Creates the folder. A link is
 * followed: the file that it names is replaced, and keeps its permissions and owner. A device or a pipe is written to. On
 * failure the old file is unchanged and no temporary file is left.
 * @throws FilesError naming `path`; what `beforeReplace` throws
 */
export async function writeFileAtomic(
  path: string,
  data: string | Uint8Array,
  options: WriteOptions = {},
): Promise<void> {
  try {
    const destination = await destinationOf(path);
    if (destination.kind === "device") {
      await writeThrough(path, data);
      return;
    }
    const { replaced } = destination;
    if (options.onlyName && replaced !== null && replaced.names > 1)
      throw new FilesError({ tag: "fileHasOtherNames", path, others: replaced.names - 1 });
    await replaceFile(destination.path, replaced, data, options);
  } catch (error) {
    throw asFilesError(error, path);
  }
}

async function replaceFile(
  target: string,
  replaced: ReplacedFile | null,
  data: string | Uint8Array,
  { mode = 0o666, beforeReplace }: WriteOptions,
): Promise<void> {
  const folder = dirname(target);
  await makeFolder(folder);
  await removeLeftovers(folder);
  const temporary = temporaryName(target);
  try {
    const file = await open(temporary, "wx", replaced === null ? mode : PRIVATE_MODE);
    try {
      await file.writeFile(data);
      if (replaced !== null) await keepOwnerAndMode(file, replaced);
      await file.sync();
    } finally {
      await file.close();
    }
    await beforeReplace?.();
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Only root may give a file to another user; a group that can't be kept gets no permissions. */
async function keepOwnerAndMode(file: FileHandle, { mode, uid, gid }: ReplacedFile): Promise<void> {
  const made = await file.stat();
  let permissions = mode;
  if (made.uid !== uid || made.gid !== gid) {
    await file.chown(uid, gid).catch(async () => {
      await file.chown(made.uid, gid).catch(() => {
        permissions &= ~0o070;
      });
    });
  }
  await file.chmod(permissions);
}

/** Writes to a device or a pipe. A pipe without a reader would block this process, signals included. */
async function writeThrough(path: string, data: string | Uint8Array): Promise<void> {
  const probe = await openIfRead(path);
  try {
    const out = await open(path, constants.O_WRONLY);
    try {
      await out.writeFile(data);
    } finally {
      await out.close();
    }
  } finally {
    await probe.close(); // Not earlier: a reader would take a moment without writers for the end.
  }
}

async function openIfRead(path: string): Promise<FileHandle> {
  try {
    return await open(path, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (errorCode(error) !== "ENXIO") throw error;
    const reason = "it is a pipe that no program reads";
    throw new FilesError({ tag: "fileFailed", path, reason }, { cause: error });
  }
}
