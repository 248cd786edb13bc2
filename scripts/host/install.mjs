// @ts-check
// Installs the VS Code host: the VS Code server from the package code-server, and the Node version it
// requires. Needs npm and tar, no compiler. A stamp is written last, so an interrupted installation starts
// from scratch.
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { runProgram } from "../programs/run.mjs";
import { npmCommand } from "../setup/install.mjs";
import { Problem, problemFromError, problemFromOutput } from "../setup/problem.mjs";
import { withProgress } from "../setup/progress.mjs";
import { filesBelow, hashFiles, stampMatches, writeStamp } from "../setup/stamp.mjs";
import { nodeFiles, nodeRelease, requireIntegrity, requireShrinkwrapped } from "./pinned.mjs";
import { hostFolder, hostParts, NEWEST_HOST } from "./places.mjs";

/** The name of this step in progress and failure messages. */
const STEP = "VS Code host";
const TIMEOUT_SECONDS = 600;

/** Dependencies that are never loaded by the server, the extension host or the page; some would need a compiler. */
const UNUSED_PACKAGES = [
  "@devcontainers/cli",
  "@github/copilot-sdk",
  "@microsoft/mxc-sdk",
  "@vscode/copilot-api",
  "@vscode/sandbox-runtime",
  "@vscode/sqlite3",
  "@vscode/windows-process-tree",
  "@vscode/windows-registry",
  "kerberos",
  "ssh2",
  "zod",
  "katex",
];
const UNUSED_EXTENSIONS = ["copilot", "mermaid-markdown-features", "microsoft-authentication"];
const UNUSED_OVERRIDES = ["kerberos@2.1.1", "koffi"];
/** Native modules that the server always loads, and their replacements that need no compiler. */
const STAND_INS = {
  "@vscode/spdlog": "spdlog.cjs",
  "@vscode/native-watchdog": "nativeWatchdog.cjs",
};
const STUBS_FOLDER = fileURLToPath(new URL("stubs", import.meta.url));

/** Why this machine cannot run the host; null if it can. */
export function hostPlatformProblem(platform = process.platform, arch = process.arch) {
  if (platform === "linux" && arch === "x64") return null;
  return new Problem(
    `The VS Code host runs on Linux x64 only; this is ${platform} ${arch}.`,
    "install VS Code with its command line tool (code must be found on PATH), then run the same command again",
  );
}

/**
 * Installs the host unless it is installed already.
 * @param {NodeJS.WriteStream} stream where progress is shown
 * @param {import("./places.mjs").HostRelease} [release]
 * @returns {Promise<string>} the host's folder, absolute
 * @throws {Problem}
 */
export async function installHost(stream, release = NEWEST_HOST) {
  const unfit = hostPlatformProblem();
  if (unfit !== null) throw unfit;
  const folder = hostFolder(release);
  const { stamp } = hostParts(folder);
  const stubs = filesBelow(STUBS_FOLDER, ".");
  const hash = hashFiles(STUBS_FOLDER, stubs, [
    release.version,
    nodeRelease(release.node),
    ...UNUSED_PACKAGES,
  ]);
  if (stampMatches(stamp, hash)) {
    stream.write(`${STEP}: up to date\n`);
    return folder;
  }
  try {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    await withProgress(stream, STEP, `fetching VS Code (code-server ${release.version})`, () =>
      unpack(folder, release),
    );
    await withProgress(stream, STEP, "installing VS Code's dependencies", () =>
      installDependencies(folder, release),
    );
    writeStamp(stamp, hash);
    return folder;
  } catch (error) {
    throw problemFromError(STEP, error);
  }
}

/**
 * Only the package itself: of code-server, only the VS Code inside it is used.
 * @param {string} folder
 * @param {import("./places.mjs").HostRelease} release
 */
async function unpack(folder, { version, integrity }) {
  const archive = `code-server-${version}.tgz`;
  await npm(folder, ["pack", `code-server@${version}`]);
  requireIntegrity(path.join(folder, archive), integrity);
  await tool("tar", ["xzf", archive], folder);
  rmSync(path.join(folder, archive));
}

/**
 * @param {string} folder
 * @param {import("./places.mjs").HostRelease} release
 */
async function installDependencies(folder, release) {
  const { vscode, nodePackage } = hostParts(folder);
  const { manifest, lock } = nodeFiles(release.node);
  writeFileSync(path.join(folder, "package.json"), JSON.stringify(manifest));
  writeFileSync(path.join(folder, "package-lock.json"), JSON.stringify(lock));
  await npm(folder, ["ci", "--ignore-scripts"]);
  makeLean(vscode);
  await npm(vscode, ["install", "--omit=dev", "--ignore-scripts", "--legacy-peer-deps", "--no-save"]);
  requireShrinkwrapped(vscode);
  for (const [name, standIn] of Object.entries(STAND_INS)) {
    const installed = path.join(vscode, "node_modules", name);
    // Older versions don't have each of them.
    if (existsSync(installed))
      copyFileSync(path.join(STUBS_FOLDER, standIn), path.join(installed, "index.js"));
  }
  for (const name of ["include", "share"])
    rmSync(path.join(nodePackage, name), { recursive: true, force: true });
  const searchTools = path.join(vscode, "node_modules", "@vscode", "ripgrep-universal", "bin");
  const systems = existsSync(searchTools) ? readdirSync(searchTools) : [];
  for (const system of systems.filter((name) => name !== "linux-x64")) {
    rmSync(path.join(searchTools, system), { recursive: true });
  }
}

/**
 * Removes dependencies from the server's manifest that it never loads here.
 * @param {string} vscode
 */
function makeLean(vscode) {
  const file = path.join(vscode, "package.json");
  /** @type {{dependencies: Record<string, string>, overrides?: Record<string, unknown>, allowScripts?: unknown}} */
  const manifest = JSON.parse(readFileSync(file, "utf8"));
  for (const name of UNUSED_PACKAGES) delete manifest.dependencies[name];
  for (const name of UNUSED_OVERRIDES) delete manifest.overrides?.[name];
  delete manifest.allowScripts;
  writeFileSync(file, JSON.stringify(manifest, null, 2));
  for (const name of UNUSED_EXTENSIONS) {
    rmSync(path.join(vscode, "extensions", name), { recursive: true, force: true });
  }
}

/**
 * @param {string} cwd
 * @param {readonly string[]} args
 */
async function npm(cwd, args) {
  const { program, args: first } = npmCommand();
  await tool(program, [...first, ...args, "--no-audit", "--no-fund", "--loglevel=error"], cwd);
}

/**
 * @param {string} program
 * @param {readonly string[]} args
 * @param {string} cwd
 */
async function tool(program, args, cwd) {
  const ended = await runProgram(program, args, { cwd, output: "keep", timeoutSeconds: TIMEOUT_SECONDS });
  if (ended.code === 0) return;
  const why = ended.timedOut ? `took longer than ${TIMEOUT_SECONDS} s` : `ended with code ${ended.code}`;
  throw problemFromOutput(
    STEP,
    `${path.basename(program)} ${why}`,
    "read the lines above, then run the same command again; the installation starts from scratch",
    ended.output,
  );
}
