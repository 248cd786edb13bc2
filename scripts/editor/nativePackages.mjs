// @ts-check
// The packages that the worker's bundle leaves out: node-llama-cpp with its run-time dependencies, koffi, and the
// binaries of both for this platform. They go below dist/, where dist/worker.mjs finds them first.
import { cpSync, existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";

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
 */
export function copyNativePackages(root, to) {
  const modules = path.join(root, "node_modules");
  const folders = [
    ...neededPackages(path.join(modules, ENGINE)),
    ...binaryPackages(modules),
    path.join(modules, CALLER),
    path.join(modules, "@koromix", `${CALLER}-${process.platform}-${process.arch}`),
  ];
  for (const folder of folders) {
    cpSync(folder, path.join(to, path.relative(modules, folder)), {
      recursive: true,
      filter: (file) => isNeeded(folder, file),
    });
  }
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
 * Binaries for this platform; an empty placeholder, such as CUDA's here, contains none.
 * @param {string} modules
 * @returns {string[]}
 */
function binaryPackages(modules) {
  const scope = path.join(modules, `@${ENGINE}`);
  const system = process.platform === "darwin" ? "mac" : process.platform === "win32" ? "win" : "linux";
  return readdirSync(scope)
    .filter((name) => name === `${system}-${process.arch}` || name.startsWith(`${system}-${process.arch}-`))
    .map((name) => path.join(scope, name))
    .filter((folder) => existsSync(path.join(folder, "bins")));
}

/**
 * @param {string} folder the package's
 * @param {string} file a file or folder in it
 */
function isNeeded(folder, file) {
  const inside = path.relative(folder, file);
  // Nested packages are copied separately.
  if (inside.split(path.sep)[0] === "node_modules") return false;
  if (/\.(map|d\.[cm]?ts)$/.test(file)) return false;
  const name = path.basename(folder);
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
