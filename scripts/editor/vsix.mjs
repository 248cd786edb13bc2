// @ts-check
// Packs the built extension into dist/laser-inspector.vsix for this platform, unless it is up to date with
// the build. .vscodeignore decides which files of the repository go in.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { runProgram } from "../programs/run.mjs";
import { problemFromError, problemFromOutput } from "../setup/problem.mjs";
import { withProgress } from "../setup/progress.mjs";
import { filesBelow, hashFiles, stampMatches, writeStamp } from "../setup/stamp.mjs";
import { copyNativePackages } from "./nativePackages.mjs";

const EXTENSION_FILE = path.join("dist", "laser-inspector.vsix");
const VSCE = path.join("node_modules", "@vscode", "vsce", "vsce");
const OWN_FILES = [
  "package.json",
  "package.nls.json",
  "package-lock.json",
  ".vscodeignore",
  "README.md",
  "CHANGELOG.md",
];

/**
 * @param {string} root installed and built
 * @param {NodeJS.WriteStream} stream where progress is shown
 * @returns {Promise<string>} the .vsix file, absolute
 * @throws {import("../setup/problem.mjs").Problem}
 */
export async function packageExtension(root, stream) {
  const file = path.join(root, EXTENSION_FILE);
  const stamp = path.join(root, "dist", ".laser-package");
  const scripts = filesBelow(root, path.join("scripts", "editor"));
  // dist/types is what a type check leaves behind; none of it is packed, and it would make each start pack again.
  const built = filesBelow(root, "dist")
    .filter((name) => !name.startsWith(path.join("dist", "types")))
    .filter((name) => /\.([cm]js|py|txt|wasm|json)$|webview/.test(name));
  const read = [...built, ...OWN_FILES, ...filesBelow(root, "media"), ...scripts];
  const hash = hashFiles(root, read, [process.platform, process.arch]);
  if (existsSync(file) && stampMatches(stamp, hash)) {
    stream.write("package: up to date\n");
    return file;
  }
  try {
    await withProgress(stream, "package", "vsce package", () => pack(root, file));
    writeStamp(stamp, hash);
    return file;
  } catch (error) {
    throw problemFromError("package", error);
  }
}

/**
 * Packs a copy: in the repository, vsce would leave node_modules out and run its npm scripts.
 * @param {string} root
 * @param {string} file
 */
async function pack(root, file) {
  const copy = path.join(root, "dist", "vsix");
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy, { recursive: true });
  try {
    const list = await vsce(root, root, ["ls", "--no-dependencies"]);
    for (const name of list
      .split(/\r?\n/)
      .filter((line) => existsSync(path.join(root, line)) && line !== "")) {
      cpSync(path.join(root, name), path.join(copy, name));
    }
    writeFileSync(path.join(copy, "package.json"), JSON.stringify(packedManifest(root), null, 2));
    copyNativePackages(root, path.join(copy, "dist", "node_modules"));
    const target = `${process.platform}-${process.arch}`;
    const flags = ["--no-dependencies", "--allow-missing-repository", "--no-rewrite-relative-links"];
    await vsce(root, copy, ["package", ...flags, "--target", target, "--out", file]);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/**
 * The manifest without the parts that only this repository needs.
 * @param {string} root
 */
function packedManifest(root) {
  const manifest = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  const kept = { ...manifest };
  for (const key of ["scripts", "devDependencies", "dependencies", "overrides", "bin", "private"])
    delete kept[key];
  return kept;
}

/**
 * @param {string} root
 * @param {string} cwd
 * @param {readonly string[]} args
 * @returns {Promise<string>} its stdout
 */
async function vsce(root, cwd, args) {
  const ended = await runProgram(process.execPath, [path.join(root, VSCE), ...args], { cwd, output: "keep" });
  if (ended.code === 0) return ended.stdout;
  throw problemFromOutput(
    "package",
    `vsce ended with code ${ended.code}`,
    "read the lines above: they name the problem in package.json or the files",
    ended.output,
  );
}
