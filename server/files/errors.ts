// Faults of files, as data.
import { FaultError, messageOf } from "../../core/base/index.ts";

export type FilesFault =
  /** `neededBytes` and `freeBytes` are known if the check before a write found too little space. */
  | {
      readonly tag: "noSpace";
      readonly path: string;
      readonly neededBytes: number | null;
      readonly freeBytes: number | null;
    }
  | { readonly tag: "noPermission"; readonly path: string }
  | { readonly tag: "fileMissing"; readonly path: string }
  | { readonly tag: "fileFailed"; readonly path: string; readonly reason: string };

/** Thrown by everything in server/files. `message` repeats the tag; users see the catalogue's text. */
export class FilesError extends FaultError<FilesFault> {}

/** The code of a failed system call, e.g. "ENOSPC"; undefined for other errors. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** True for the error of an AbortSignal: the user stopped it, nothing failed. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}

/** Turns a failed system call on `path` into a FilesError. Aborts and FilesErrors pass unchanged. */
export function asFilesError(error: unknown, path: string): Error {
  if (error instanceof FilesError || (error instanceof Error && isAbort(error))) return error;
  return new FilesError(fileFault(error, path), { cause: error });
}

function fileFault(error: unknown, path: string): FilesFault {
  switch (errorCode(error)) {
    case "ENOSPC":
    case "EDQUOT":
      return { tag: "noSpace", path, neededBytes: null, freeBytes: null };
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return { tag: "noPermission", path };
    case "ENOENT":
      return { tag: "fileMissing", path };
    case undefined:
    default:
      return { tag: "fileFailed", path, reason: messageOf(error) };
  }
}
