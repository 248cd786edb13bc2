// What a path refers to, as a write sees it: links are followed, and devices and pipes are not files.
import { lstat, readlink, realpath, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { errorCode, FilesError } from "./errors.ts";

/** As many links as Linux follows. */
const MAX_LINKS = 40;

/** A file to be replaced keeps its permissions and its owner. */
export interface ReplacedFile {
  /** Permission bits, e.g. 0o600. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Names of the file on its disk, itself included: more than 1 with further hard links. */
  readonly names: number;
}

export type Destination =
  /** `path`: the real file, links followed. `replaced`: null if there is none yet. */
  | { readonly kind: "file"; readonly path: string; readonly replaced: ReplacedFile | null }
  /** Can't be replaced, only written to, in one pass. */
  | { readonly kind: "device"; readonly path: string };

/**
 * Where a write to `path` goes.
 * @throws FilesError for a folder, a socket or a disk; errors of system calls
 */
export async function destinationOf(path: string): Promise<Destination> {
  const found = await orNull(stat(path));
  if (found === null) return { kind: "file", path: await linkTarget(path), replaced: null };
  if (found.isFile()) {
    const { mode, uid, gid, nlink } = found;
    return {
      kind: "file",
      path: await realpath(path),
      replaced: { mode: mode & 0o7777, uid, gid, names: nlink },
    };
  }
  // Not resolved: /dev/stdout leads to a name that can only be opened, never found.
  if (found.isCharacterDevice() || found.isFIFO()) return { kind: "device", path };
  const what = found.isDirectory() ? "a folder" : found.isSocket() ? "a socket" : "a disk";
  throw new FilesError({ tag: "notAFile", path, what });
}

/** The file that a link will create when written to; the path itself if it is not a link. */
async function linkTarget(path: string): Promise<string> {
  let target = resolve(path);
  for (let links = 0; links < MAX_LINKS; links++) {
    if (!(await orNull(lstat(target)))?.isSymbolicLink()) return target;
    target = resolve(dirname(target), await readlink(target));
  }
  throw new FilesError({ tag: "fileFailed", path, reason: "its links form a loop" });
}

async function orNull<T>(found: Promise<T>): Promise<T | null> {
  return found.catch((error: unknown) => {
    if (errorCode(error) === "ENOENT") return null;
    throw error;
  });
}
