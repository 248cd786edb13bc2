// The public API of server/files: atomic writes, hashes, the cache folder, locks and their faults.
export { writeFileAside } from "./aside.ts";
export { FileTooLarge, readBounded, readStreamBounded } from "./bounded.ts";
export { PRIVATE_MODE, writeFileAtomic, type WriteOptions } from "./atomic.ts";
export { cacheFolder, freeBytes, requireSpace } from "./cache.ts";
export {
  asFilesError,
  errorCode,
  FILES_FAULTS,
  FilesError,
  isAbort,
  unreadableReason,
  type FilesFault,
} from "./errors.ts";
export { destinationOf } from "./destination.ts";
export { makeFolder, tryFolder } from "./folder.ts";
export { sha256File } from "./hash.ts";
export { temporaryName } from "./leftovers.ts";
export { withLock, type HeldLock } from "./lock.ts";
