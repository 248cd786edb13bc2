// @ts-check
// Folders of packages with binaries: the installed one where npm put it, otherwise fetched by npm into dist/packages and
// compared with the checksum of package-lock.json. No code of a fetched package is run.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { runProgram } from "../programs/run.mjs";
import { npmCommand } from "../setup/install.mjs";
import { Problem, problemFromOutput } from "../setup/problem.mjs";
import { withProgress } from "../setup/progress.mjs";

/** @typedef {{version: string, integrity?: string}} Locked */

/**
 * @param {string} root
 * @param {string} name such as `@koromix/koffi-linux-arm64`
 * @param {NodeJS.WriteStream} stream where progress is shown
 * @returns {Promise<string>} absolute folder of the unpacked package
 * @throws {Problem}
 */
export async function packageFolder(root, name, stream) {
  const installed = path.join(root, "node_modules", name);
  if (existsSync(path.join(installed, "package.json"))) return installed;
  const { version, integrity } = lockedPackage(
    readFileSync(path.join(root, "package-lock.json"), "utf8"),
    name,
  );
  const place = path.join(root, "dist", "packages");
  const folder = path.join(place, `${name.replace("/", "+")}@${version}`);
  if (existsSync(folder)) return folder;
  await withProgress(stream, "package", `fetching ${name}`, async () => {
    mkdirSync(place, { recursive: true });
    const archive = await npmPack(place, `${name}@${version}`);
    checkIntegrity(name, readFileSync(archive), integrity);
    const aside = `${folder}.${process.pid}.tmp`;
    rmSync(aside, { recursive: true, force: true });
    mkdirSync(aside);
    // Imported only here: what installs the packages imports this file.
    const { extract } = await import("tar");
    await extract({ file: archive, cwd: aside, strip: 1, strict: true });
    renameSync(aside, folder);
    rmSync(archive);
  });
  return folder;
}

/**
 * @param {string} lock text of package-lock.json
 * @param {string} name
 * @returns {{version: string, integrity: string}}
 * @throws {Problem} when the lock has no such package, or no checksum of it
 */
export function lockedPackage(lock, name) {
  /** @type {{packages: Record<string, Locked>}} */
  const { packages } = JSON.parse(lock);
  const found = packages[`node_modules/${name}`];
  if (found?.integrity !== undefined) return { version: found.version, integrity: found.integrity };
  const what = found === undefined ? name : `${name} ${found.version}`;
  throw new Problem(
    `package failed: package-lock.json has no checksum of ${what}, so it can't be fetched safely.`,
    "run npm install with a registry that has this version, and keep the package-lock.json it writes",
  );
}

/**
 * @param {string} name
 * @param {Uint8Array} bytes of the archive
 * @param {string} integrity such as sha512-…, base64
 * @throws {Problem} when they differ
 */
export function checkIntegrity(name, bytes, integrity) {
  const [algorithm = ""] = integrity.split("-");
  const found = `${algorithm}-${createHash(algorithm).update(bytes).digest("base64")}`;
  if (found === integrity) return;
  throw new Problem(
    `package failed: the archive of ${name} is not the one in package-lock.json (${found.slice(0, 20)}…).`,
    "run npm cache clean --force, then run the same command again",
  );
}

/**
 * @param {string} to folder
 * @param {string} wanted name@version
 * @returns {Promise<string>} the archive, absolute
 */
async function npmPack(to, wanted) {
  const { program, args } = npmCommand();
  const flags = ["pack", wanted, "--json", "--ignore-scripts", "--pack-destination", to];
  const ended = await runProgram(program, [...args, ...flags], { cwd: to, output: "keep" });
  if (ended.code !== 0) {
    const next = `run npm view ${wanted}: it says whether the registry has it`;
    throw problemFromOutput(
      "fetching a package",
      `npm pack ${wanted} ended with code ${ended.code}`,
      next,
      ended.output,
    );
  }
  /** @type {readonly {filename: string}[]} */
  const [packed] = JSON.parse(ended.stdout);
  if (packed === undefined) throw new Error(`npm pack ${wanted} named no archive`);
  return path.join(to, path.basename(packed.filename));
}
