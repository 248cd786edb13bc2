// @ts-check
// Finds a Chromium for the tests, or installs one if no password is needed.
import { existsSync } from "node:fs";
import path from "node:path";
import { chromium } from "playwright-core";
import { runProgram } from "../programs/run.mjs";
import { Problem } from "../setup/problem.mjs";
import { withProgress } from "../setup/progress.mjs";

/**
 * The shell first: it is Chromium without the parts of a desktop, and the same pages take a fifth less processor time
 * in it.
 */
const NAMES = [
  "chromium-headless-shell",
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
];
/** Releases of Debian before 12 have no package of the shell. */
const APT_PACKAGES = ["chromium-headless-shell", "chromium"];
const APT_INSTALL = APT_PACKAGES.map((name) => `apt-get install -y --no-install-recommends ${name}`).join(
  " || ",
);
const INSTALL_TIMEOUT_SECONDS = 480;

/**
 * The browser to use; null if there is none. LASER_CHROMIUM overrides the search.
 * @returns {string | null} an executable, absolute
 */
export function findChromium(env = process.env) {
  if (env.LASER_CHROMIUM) return path.resolve(env.LASER_CHROMIUM);
  const folders = (env.PATH ?? "").split(path.delimiter).filter((folder) => folder !== "");
  const found = NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name))).find(existsSync);
  if (found !== undefined) return found;
  const own = chromium.executablePath();
  return existsSync(own) ? own : null;
}

/**
 * Finds or installs a browser.
 * @param {string} root
 * @param {NodeJS.WriteStream} stream where progress is shown
 * @returns {Promise<string>}
 * @throws {Problem}
 */
export async function provideChromium(root, stream) {
  const found = findChromium();
  if (found !== null) {
    stream.write(`chromium: ${found}\n`);
    return found;
  }
  const isRootWithApt = process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");
  const output = isRootWithApt
    ? await withProgress(stream, "chromium", APT_INSTALL, () =>
        install("sh", ["-c", `apt-get update && { ${APT_INSTALL}; }`], root),
      )
    : await withProgress(stream, "chromium", "playwright-core install chromium", () =>
        install(process.execPath, ["node_modules/playwright-core/cli.js", "install", "chromium"], root),
      );
  const installed = findChromium();
  if (installed !== null) return installed;
  throw new Problem(
    "No Chromium was found, and none could be installed.",
    "install Chromium or Chrome (Debian: sudo apt-get install chromium), or name one in LASER_CHROMIUM, then run the tests again",
    output,
  );
}

/**
 * @param {string} program
 * @param {readonly string[]} args
 * @param {string} cwd
 * @returns {Promise<string>} its output
 */
async function install(program, args, cwd) {
  const { output } = await runProgram(program, args, {
    cwd,
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    output: "keep",
    timeoutSeconds: INSTALL_TIMEOUT_SECONDS,
  });
  return output;
}
