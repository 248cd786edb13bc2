// Errors of the database as faults of the data set.
import { messageOf } from "../../core/base/index.ts";
import { asFilesError, errorCode, FilesError, freeBytes } from "../files/index.ts";
import { DataError } from "./errors.ts";
import { isDatabaseError } from "./store/database.ts";

/** Below this, a write that failed has filled the disk. */
const NO_SPACE_BYTES = 1 << 20;

/** Runs work that writes a data set at `path`. @throws DataError; FilesError; what else `work` throws */
export async function withDataErrors<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // A failed system call on a scratch file, whose own name means nothing to a user.
    if (
      errorCode(error) !== undefined &&
      error instanceof Error &&
      "syscall" in error &&
      isWrite(error.syscall)
    )
      throw asFilesError(error, path);
    // A source that this user may not read.
    if (error instanceof Error && "path" in error && typeof error.path === "string")
      throw asFilesError(error, error.path);
    if (!isDatabaseError(error)) throw error;
    // The database says "disk I/O error" even if the disk is full.
    const free = await freeBytes(path).catch(() => Infinity);
    if (free < NO_SPACE_BYTES || error.message === "database or disk is full")
      throw new FilesError({ tag: "noSpace", path, neededBytes: null, freeBytes: null }, { cause: error });
    throw new DataError({ tag: "dataSetNotWritten", path, reason: messageOf(error) }, { cause: error });
  }
}

const isWrite = (syscall: unknown): boolean =>
  syscall === "write" || syscall === "ftruncate" || syscall === "fsync";
