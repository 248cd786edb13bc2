// Faults of files, as data.
import { FaultError, messageOf, type FaultTable, t } from "../../core/base/index.ts";
import { FileTooLarge } from "./bounded.ts";
import { isInCache } from "./cachePlace.ts";

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
  /** `what`: what was found instead, e.g. "a folder". */
  | { readonly tag: "notAFile"; readonly path: string; readonly what: string }
  /** `others`: further hard links, which would keep the old content. */
  | { readonly tag: "fileHasOtherNames"; readonly path: string; readonly others: number }
  /** No home folder is known, so the cache has no place. */
  | { readonly tag: "noHome" }
  /** Another process took the lock over, so this one's result was not written. */
  | { readonly tag: "lockLost"; readonly path: string }
  /** The process that held the lock is gone, and its lock belongs to another user. */
  | { readonly tag: "lockStuck"; readonly path: string }
  | { readonly tag: "fileFailed"; readonly path: string; readonly reason: string };

export const FILES_FAULTS: FaultTable<FilesFault> = {
  noSpace: {
    blame: "environment",
    message: ({ path, neededBytes, freeBytes }) => {
      const room =
        neededBytes === null || freeBytes === null
          ? ""
          : t(" ({0} needed, {1} free)", megabytes(neededBytes), megabytes(freeBytes));
      return t("There is not enough disk space for {0}{1}.", path, room);
    },
    nextStep: ({ path }) =>
      isInCache(path)
        ? t("Free some space there, or set LASER_CACHE to a folder on another disk.")
        : t("Free some space there, or name a file on another disk."),
  },
  noPermission: {
    blame: "environment",
    message: (fault) => t("{0} can't be read or written by this user.", fault.path),
    nextStep: ({ path }) =>
      isInCache(path)
        ? t("Change its permissions, or set LASER_CACHE to a folder of your own.")
        : t("Change its permissions, or give another path."),
  },
  fileMissing: {
    blame: "input",
    message: (fault) => t("There is no file at {0}.", fault.path),
    nextStep: t("Check the path."),
  },
  notAFile: {
    blame: "input",
    message: (fault) => t("{0} is {1}, not a file.", fault.path, fault.what),
    nextStep: t("Give the path of a file."),
  },
  fileHasOtherNames: {
    blame: "input",
    message: ({ path, others }) =>
      t(
        "{0} has {1} on its disk (hard links), which would keep the old content. Nothing was changed.",
        path,
        others === 1 ? t("another name") : t("{0} other names", others),
      ),
    nextStep: ({ path }) =>
      t('Find them with "find FOLDER -samefile {0}" and remove them, then repeat this.', path),
  },
  noHome: {
    blame: "environment",
    message: t("This user has no home folder, so there is no place for the cache."),
    nextStep: t("Set LASER_CACHE to a folder of your own."),
  },
  lockStuck: {
    blame: "environment",
    message: ({ path }) =>
      t("The lock {0} was left by a process that has ended, and this user can't remove it.", path),
    nextStep: t("Have the owner of that folder, or an administrator, remove it."),
  },
  lockLost: {
    blame: "environment",
    message: ({ path }) =>
      t("Another process took over the lock of {0} in the meantime. Nothing was written.", path),
    nextStep: t("Repeat the command."),
  },
  fileFailed: {
    blame: "environment",
    message: (fault) => t("{0} could not be used: {1}.", fault.path, fault.reason),
    nextStep: t("Check that the path is right and that its disk works."),
  },
};

/** Thrown by everything in server/files. `message` repeats the tag; users see its text in the table. */
export class FilesError extends FaultError<FilesFault> {
  protected override get table() {
    return FILES_FAULTS;
  }
}

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;

/** The code of a failed system call, e.g. "ENOSPC"; undefined for other errors. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: t("there is no such file"),
  EISDIR: t("it is a folder"),
  ENOTDIR: t("a part of its path is a file"),
  EACCES: t("you may not read it"),
  EPERM: t("you may not read it"),
  ELOOP: t("its links form a loop"),
  ENAMETOOLONG: t("its name is too long"),
  ERR_FS_FILE_TOO_LARGE: t("it is too large"),
  // A zero character in the path, which no file system has.
  ERR_INVALID_ARG_VALUE: t("its path contains a character that paths can't contain"),
};

/** Why a file can't be read, as the end of a sentence: what the code of a system call means, else the error's own text. */
export function unreadableReason(error: unknown): string {
  const code = errorCode(error);
  if (error instanceof FileTooLarge) return error.message;
  return code === undefined ? messageOf(error) : (REASONS[code] ?? code);
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
    case "EISDIR":
      return { tag: "notAFile", path, what: t("a folder") };
    case undefined:
    default:
      return { tag: "fileFailed", path, reason: REASONS[errorCode(error) ?? ""] ?? messageOf(error) };
  }
}
