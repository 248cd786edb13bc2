// The public API of server/files: atomic writes, hashes, the cache folder, locks and their faults.
export { temporaryName, writeFileAtomic } from "./atomic.ts";
export { cacheFolder, freeBytes, requireSpace, type Surroundings } from "./cache.ts";
export { asFilesError, errorCode, FILES_FAULTS, FilesError, isAbort, type FilesFault } from "./errors.ts";
export { sha256File, type HashOptions } from "./hash.ts";
export { withLock, type LockOptions, type LockOwner } from "./lock.ts";
