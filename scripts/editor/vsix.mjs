// @ts-check
// Packs the built extension into dist/laser-inspector-<platform>.vsix, unless it is up to date with the build, and looks
// into the result. .vscodeignore decides which files of the repository go in.
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { runProgram } from "../programs/run.mjs";
import { Problem, problemFromError, problemFromOutput } from "../setup/problem.mjs";
import { withProgress } from "../setup/progress.mjs";
import { filesBelow, hashFiles, stampMatches, writeStamp } from "../setup/stamp.mjs";
import { inspectArchive } from "./inspectArchive.mjs";
import { copyNativePackages } from "./nativePackages.mjs";
import { installPackager } from "./packager.mjs";
import { thisTarget } from "./targets.mjs";

const OWN_FILES = [
  "package.json",
  "package.nls.json",
  "l10n/bundle.l10n.json",
  "package-lock.json",
  ".vscodeignore",
  "README.md",
  "CHANGELOG.md",
  ...["answer", "prompty"].flatMap((name) =>
    ["grammar", "language"].map((part) => path.join("extension", `${name}.${part}.json`)),
  ),
];

/**
 * The hash of all that is packed: as long as it is the same, there is nothing to pack again.
 * @param {string} root built
 * @param {import("./targets.mjs").Target} target
 */
export function packageHash(root, target) {
  const scripts = filesBelow(root, path.join("scripts", "editor"));
  // dist/types is left by a type check; none of it is packed, and it would make each start pack again.
  const built = filesBelow(root, "dist")
    .filter((name) => !["types", "packages"].some((left) => name.startsWith(path.join("dist", left))))
    .filter((name) => /\.([cm]js|py|txt|wasm|json)$|webview/.test(name));
  const read = [...built, ...OWN_FILES, ...filesBelow(root, "media"), ...scripts];
  return hashFiles(root, read, [target.name]);
}

/**
 * @param {string} root installed and built
 * @param {NodeJS.WriteStream} stream where progress is shown
 * @param {import("./targets.mjs").Target} [target] this machine's when left out
 * @returns {Promise<string>} the .vsix file, absolute
 * @throws {Problem}
 */
export async function packageExtension(root, stream, target = thisTarget()) {
  const file = path.join(root, "dist", `laser-inspector-${target.name}.vsix`);
  const stamp = path.join(root, "dist", `.laser-package-${target.name}`);
  const hash = packageHash(root, target);
  if (existsSync(file) && stampMatches(stamp, hash)) {
    stream.write("package: up to date\n");
    return file;
  }
  try {
    const vsce = await installPackager(root, stream);
    await withProgress(stream, "package", `vsce package, ${target.name}`, () =>
      pack({ root, vsce, stream }, file, target),
    );
    writeStamp(stamp, hash);
    return file;
  } catch (error) {
    throw problemFromError("package", error);
  }
}

/**
 * @param {string} file
 * @param {import("./targets.mjs").Target} target
 * @throws {Problem} when something in it is for another platform, or it is too large
 */
async function checkArchive(file, target) {
  const { problems } = await inspectArchive(file, target);
  if (problems.length === 0) return;
  throw new Problem(
    `package failed: the archive is not fit for ${target.name}.`,
    "correct what scripts/editor/nativePackages.mjs copies, then run the same command again",
    problems.join("\n"),
  );
}

/**
 * Packs a copy: in the repository, vsce would leave node_modules out and run its npm scripts.
 * @param {{root: string, vsce: string, stream: NodeJS.WriteStream}} means vsce: the script of the packing program
 * @param {string} file
 * @param {import("./targets.mjs").Target} target
 */
async function pack({ root, vsce, stream }, file, target) {
  const copy = path.join(root, "dist", `vsix-${target.name}`);
  const aside = path.join(copy, "..", `${path.basename(file)}.${process.pid}.tmp`);
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy, { recursive: true });
  try {
    const list = await runVsce(vsce, root, ["ls", "--no-dependencies"]);
    for (const name of list
      .split(/\r?\n/)
      .filter((line) => existsSync(path.join(root, line)) && line !== "")) {
      cpSync(path.join(root, name), path.join(copy, name));
    }
    writeFileSync(path.join(copy, "package.json"), JSON.stringify(packedManifest(root), null, 2));
    await copyNativePackages(root, path.join(copy, "dist", "node_modules"), target, stream);
    const flags = ["--no-dependencies", "--allow-missing-repository", "--no-rewrite-relative-links"];
    await runVsce(vsce, copy, ["package", ...flags, "--target", target.name, "--out", aside]);
    await checkArchive(aside, target);
    renameSync(aside, file);
  } finally {
    rmSync(aside, { force: true });
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
 * @param {string} vsce
 * @param {string} cwd
 * @param {readonly string[]} args
 * @returns {Promise<string>} its stdout
 */
async function runVsce(vsce, cwd, args) {
  const ended = await runProgram(process.execPath, [vsce, ...args], { cwd, output: "keep" });
  if (ended.code === 0) return ended.stdout;
  throw problemFromOutput(
    "package",
    `vsce ended with code ${ended.code}`,
    "read the lines above: they name the problem in package.json or the files",
    ended.output,
  );
}
