// @ts-check
// The native packages that this machine needs. They are optional to npm, which therefore leaves them out
// without an error when the disk is full or a download fails: an install is complete only when they are
// present.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

/** Platform names of node-llama-cpp; esbuild and koffi use Node's. */
const LLAMA_SYSTEMS = new Map([
  ["linux", "linux"],
  ["darwin", "mac"],
  ["win32", "win"],
]);

/**
 * The packages in a lock file that the given machine requires.
 * @param {readonly string[]} names
 * @param {string} platform as process.platform
 * @param {string} arch as process.arch
 * @returns {string[]}
 */
export function neededNativePackages(names, platform, arch) {
  const llama = `@node-llama-cpp/${LLAMA_SYSTEMS.get(platform)}-${arch}`;
  const koffi = `@koromix/koffi-${platform}-${arch}`;
  const needed = [`@esbuild/${platform}-${arch}`, koffi, llama, `${llama}-metal`];
  return names.filter((name) => needed.includes(name));
}

/**
 * Those of them that are not installed.
 * @param {string} root
 * @returns {string[]}
 */
export function missingNativePackages(root) {
  /** @type {{packages: Record<string, object>}} */
  const lock = JSON.parse(readFileSync(path.join(root, "package-lock.json"), "utf8"));
  const names = Object.keys(lock.packages).map((place) => place.replace(/^node_modules\//, ""));
  return neededNativePackages(names, process.platform, process.arch).filter(
    (name) => !existsSync(path.join(root, "node_modules", name, "package.json")),
  );
}
