// @ts-check
// Installs the packages of package-lock.json, unless that was done before. Shared by both commands.
import { existsSync } from "node:fs";
import path from "node:path";
import { runProgram } from "../programs/run.mjs";
import { missingNativePackages } from "./nativePackages.mjs";
import { Problem, problemFromError, problemFromOutput } from "./problem.mjs";
import { withProgress } from "./progress.mjs";
import { hashFiles, stampMatches, writeStamp } from "./stamp.mjs";

/** Dev and optional packages are needed whatever NODE_ENV and npm's settings are; retries are short. */
const INSTALL_ARGS = [
  "ci",
  "--include=dev",
  "--include=optional",
  "--no-audit",
  "--no-fund",
  "--fetch-retries=3",
  "--fetch-retry-mintimeout=1000",
  "--fetch-retry-maxtimeout=10000",
];

/**
 * @param {string} root
 * @param {NodeJS.WriteStream} stream where progress is shown
 * @throws {Problem}
 */
export async function installPackages(root, stream) {
  try {
    const stamp = path.join(root, "node_modules", ".laser-install");
    // Native packages are for one platform: a folder shared by two machines is installed again.
    const hash = hashFiles(root, ["package-lock.json", ".npmrc"], [process.platform, process.arch]);
    if (stampMatches(stamp, hash)) {
      stream.write("install: up to date\n");
      return;
    }
    await withProgress(stream, "install", "npm ci", async () => {
      await npmInstall(root);
      writeStamp(stamp, hash);
    });
  } catch (error) {
    throw problemFromError("install", error);
  }
}

/**
 * Installs the packages of the lock file in a folder.
 * @param {string} root
 * @throws {Problem}
 */
export async function npmInstall(root) {
  const { program, args } = npmCommand();
  const ended = await runProgram(program, [...args, ...INSTALL_ARGS], { cwd: root, output: "keep" }).catch(
    (/** @type {NodeJS.ErrnoException} */ error) => {
      if (error.code !== "ENOENT") throw error;
      throw new Problem(
        "install failed: npm was not found.",
        "install npm (it comes with Node from https://nodejs.org), then run the same command again",
      );
    },
  );
  if (ended.code === 0) {
    const missing = missingNativePackages(root);
    if (missing.length === 0) return;
    throw new Problem(
      `install failed: npm left out ${missing.join(" and ")}, as it does when the disk is full or a download fails.`,
      "make sure that about 1 GB is free (df -h .) and that the network works, then run the same command again",
    );
  }
  throw problemFromOutput(
    "install",
    `npm ci ended with code ${ended.code}`,
    "read npm's output above; npm ci in this folder shows all of it",
    withoutUsage(ended.output),
  );
}

/**
 * npm prints its usage after some errors, which would push the error itself out of sight.
 * @param {string} output
 * @returns {string}
 */
export function withoutUsage(output) {
  return output
    .replace(
      /^npm (?:error|ERR!) Clean install a project$[^]*?(?=^npm (?:error|ERR!) A complete log|$(?![^]))/m,
      "",
    )
    .replace(/^npm (?:error|ERR!)\s*$/gm, "");
}

/**
 * How to start npm: through the npm that started this process, if any, because Windows cannot spawn npm.cmd directly.
 * @returns {{program: string, args: string[]}}
 */
export function npmCommand() {
  const npm = process.env.npm_execpath;
  if (npm !== undefined && path.basename(npm) === "npm-cli.js" && existsSync(npm)) {
    return { program: process.execPath, args: [npm] };
  }
  if (process.platform !== "win32") return { program: "npm", args: [] };
  return { program: "cmd.exe", args: ["/d", "/s", "/c", "npm"] };
}
