// @ts-check
// Builds dist/, unless it is up to date with the sources. Shared by both commands.
import { existsSync } from "node:fs";
import path from "node:path";
import { runProgram } from "../programs/run.mjs";
import { problemFromError, problemFromOutput } from "./problem.mjs";
import { withProgress } from "./progress.mjs";
import { filesBelow, hashFiles, stampMatches, writeStamp } from "./stamp.mjs";

/** What a build reads; a folder that does not exist yet holds nothing. */
const SOURCE_FOLDERS = ["core", "server", "extension", "webview", "media"];
const SOURCE_FILES = ["esbuild.mjs", "package.json", "package-lock.json", "tsconfig.base.json"];

/** The command that the build creates, relative to the root. */
export const LASER_COMMAND = path.join("dist", "laser.mjs");

/**
 * @param {string} root
 * @param {NodeJS.WriteStream} stream where progress is shown
 * @throws {import("./problem.mjs").Problem}
 */
export async function buildProduct(root, stream) {
  try {
    const stamp = path.join(root, "dist", ".laser-build");
    const sources = [...SOURCE_FOLDERS.flatMap((folder) => filesBelow(root, folder)), ...SOURCE_FILES];
    const hash = hashFiles(root, sources, []);
    if (existsSync(path.join(root, LASER_COMMAND)) && stampMatches(stamp, hash)) {
      stream.write("build: up to date\n");
      return;
    }
    await withProgress(stream, "build", "esbuild", async () => {
      await bundle(root);
      writeStamp(stamp, hash);
    });
  } catch (error) {
    throw problemFromError("build", error);
  }
}

/** @param {string} root */
async function bundle(root) {
  const ended = await runProgram(process.execPath, ["esbuild.mjs"], { cwd: root, output: "keep" });
  if (ended.code === 0) return;
  throw problemFromOutput(
    "build",
    `esbuild.mjs ended with code ${ended.code}`,
    "fix the source named above (git status shows local changes), then run the same command again",
    ended.output,
  );
}
