// @ts-check
// The packages that the worker's bundle leaves out: node-llama-cpp with its run-time dependencies, koffi, and the
// binaries of both for one platform. They go below dist/, where dist/worker.mjs finds them first.
import { cpSync, existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { packageFolder } from "./fetchPackage.mjs";
import { binaryPackagesOf } from "./targets.mjs";

const ENGINE = "node-llama-cpp";
const CALLER = "koffi";
/** Needed only to compile llama.cpp, which the product never does. */
const COMPILING_PACKAGES = ["cmake-js", "node-addon-api"];
const COMPILING_FILES = [
  "templates",
  ...["addon", "cmake", "gitRelease.bundle", "patches", "profiles", "toolchains", "xpack"].map((name) =>
    path.join("llama", name),
  ),
];

/**
 * @param {string} root
 * @param {string} to the folder that becomes node_modules
 * @param {import("./targets.mjs").Target} target
 * @param {NodeJS.WriteStream} stream where progress is shown
 * @throws {import("../setup/problem.mjs").Problem} when a package of another platform can't be fetched
 */
export async function copyNativePackages(root, to, target, stream) {
  const modules = path.join(root, "node_modules");
  const common = [...neededPackages(path.join(modules, ENGINE)), path.join(modules, CALLER)];
  for (const folder of common) copyPackage(folder, path.relative(modules, folder), to);
  for (const name of binaryPackagesOf(target)) {
    copyPackage(await packageFolder(root, name, stream), name, to);
  }
}

/**
 * @param {string} folder
 * @param {string} name where it goes, such as koffi
 * @param {string} to
 */
function copyPackage(folder, name, to) {
  cpSync(folder, path.join(to, name), {
    recursive: true,
    filter: (file) => isNeeded(path.basename(name), path.relative(folder, file)),
  });
}

/**
 * Folders of a package and all its dependencies, nested ones where npm put them.
 * @param {string} first
 * @returns {Set<string>}
 */
function neededPackages(first) {
  const found = new Set([first]);
  for (const folder of found) {
    /** @type {{dependencies?: Record<string, string>}} */
    const { dependencies = {} } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
    for (const name of Object.keys(dependencies)) {
      if (!COMPILING_PACKAGES.includes(name)) found.add(resolvePackage(folder, name));
    }
  }
  return found;
}

/**
 * Finds a package like Node: in node_modules of this folder and of each folder above.
 * @param {string} from
 * @param {string} name
 * @returns {string}
 */
function resolvePackage(from, name) {
  for (let place = from; ; place = path.dirname(place)) {
    const folder = path.join(place, "node_modules", name);
    if (existsSync(path.join(folder, "package.json"))) return folder;
    if (path.dirname(place) === place) throw new Error(`the package ${name}, needed by ${from}, is missing`);
  }
}

/**
 * @param {string} name the package's, without its scope
 * @param {string} inside path of a file or folder in it
 */
function isNeeded(name, inside) {
  // Nested packages are copied separately.
  if (inside.split(path.sep)[0] === "node_modules") return false;
  if (/\.(map|d\.[cm]?ts|lib)$|yarn\.lock$/.test(inside)) return false;
  if (name === CALLER) return !isSourceOfCaller(inside);
  // Binaries for another C library: node-llama-cpp has none for it.
  if (name.startsWith(`${CALLER}-`)) return !inside.startsWith("musl");
  return name !== ENGINE || !COMPILING_FILES.includes(inside);
}

/**
 * Whether a file of koffi serves only to compile or to document it.
 * @param {string} inside its path in the package
 */
function isSourceOfCaller(inside) {
  const [first = ""] = inside.split(path.sep);
  return ["doc", "lib", "vendor"].includes(first) || /\.(cc|hh|inc|S|asm)$|CMakeLists|cnoke/.test(inside);
}
