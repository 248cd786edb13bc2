// @ts-check
// The program that packs extensions, vsce, installed when a package is made and not before: with what it depends on it would
// be half of all files that npm installs.
import { copyFileSync, mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { npmInstall } from "../setup/install.mjs";
import { withProgress } from "../setup/progress.mjs";
import { hashFiles, stampMatches, writeStamp } from "../setup/stamp.mjs";

const SOURCE = fileURLToPath(new URL("packager", import.meta.url));
const FILES = ["package.json", "package-lock.json"];

/**
 * @param {string} root of the repository
 * @param {NodeJS.WriteStream} stream where progress is shown
 * @returns {Promise<string>} the script of vsce, absolute
 * @throws {import("../setup/problem.mjs").Problem}
 */
export async function installPackager(root, stream) {
  const folder = path.join(root, "dist", "packages", "packager");
  const stamp = path.join(folder, ".laser-install");
  const hash = hashFiles(SOURCE, FILES, [process.platform, process.arch]);
  if (!stampMatches(stamp, hash)) {
    await withProgress(stream, "packager", "npm ci", async () => {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true });
      for (const file of FILES) copyFileSync(path.join(SOURCE, file), path.join(folder, file));
      // Without scripts of packages, as in the repository.
      copyFileSync(path.join(root, ".npmrc"), path.join(folder, ".npmrc"));
      await npmInstall(folder);
      writeStamp(stamp, hash);
    });
  }
  return path.join(folder, "node_modules", "@vscode", "vsce", "vsce");
}
