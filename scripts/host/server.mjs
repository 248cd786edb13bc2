// @ts-check
// Starts and stops the VS Code server of an installed host, and runs its one-shot commands.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { runProgram } from "../programs/run.mjs";
import { Problem } from "../setup/problem.mjs";
import { hostParts } from "./places.mjs";

const GUARD = fileURLToPath(new URL("guard.mjs", import.meta.url));

/** Settings that keep a window quiet; existing settings override them. */
const QUIET_SETTINGS = {
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "workbench.welcomePage.experimentalOnboarding": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.enableExperiments": false,
  "chat.disableAIFeatures": true,
  "telemetry.telemetryLevel": "off",
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  "update.mode": "none",
  "update.showReleaseNotes": false,
  "window.autoDetectColorScheme": false,
  "workbench.colorTheme": "Default Dark Modern",
  "git.openRepositoryInParentFolders": "never",
};

/**
 * Folders of one VS Code installation's state.
 * @typedef {object} Profile
 * @property {string} folder the host's, as installHost returns it
 * @property {string} userDataDir
 * @property {string} extensionsDir
 *
 * @typedef {object} ServerOptions
 * @property {NodeJS.ProcessEnv} [env] for the server and the extension host, in addition to ours
 * @property {Readonly<Record<string, unknown>>} [settings] user settings, overriding the quiet ones
 * @property {boolean} workspaceTrust whether VS Code asks before it trusts a folder
 * @property {boolean} connectionToken whether the address requires a secret
 * @property {readonly string[]} [serverArgs]
 *
 * @typedef {object} RunningServer
 * @property {number} port
 * @property {number} groupId of the processes of the server and what it starts
 * @property {string | null} token
 * @property {string} log the file with the server's output
 * @property {Promise<void>} ended
 * @property {() => Promise<void>} stop
 */

/** @param {Profile} profile */
function folderArguments({ userDataDir, extensionsDir }) {
  return [
    "--accept-server-license-terms",
    "--user-data-dir",
    userDataDir,
    "--server-data-dir",
    userDataDir,
    "--extensions-dir",
    extensionsDir,
  ];
}

/**
 * Without a gallery the server makes no network requests. Variables of a surrounding editor would confuse this one.
 * @param {NodeJS.ProcessEnv} [env]
 */
function serverEnvironment(env) {
  const whole = { ...process.env, EXTENSIONS_GALLERY: "{}", ...env };
  const foreign = /^(VSCODE_(IPC_HOOK|PID|CWD|NLS_CONFIG|CODE_CACHE_PATH)|ELECTRON_|CODE_SERVER_)/;
  return Object.fromEntries(Object.entries(whole).filter(([name]) => !foreign.test(name)));
}

/**
 * A one-shot command such as --install-extension FILE.
 * @param {Profile} profile
 * @param {readonly string[]} args
 * @param {import("../programs/run.mjs").OutputUse} output
 */
export function runServerCommand(profile, args, output) {
  const { node, serverMain } = hostParts(profile.folder);
  return runProgram(node, [serverMain, ...folderArguments(profile), ...args], {
    cwd: profile.folder,
    env: serverEnvironment(),
    output,
    timeoutSeconds: 120,
  });
}

/**
 * The user's settings file of a profile, absolute.
 * @param {string} userDataDir
 */
export function userSettingsFile(userDataDir) {
  return path.join(userDataDir, "User", "settings.json");
}

/**
 * @param {Profile} profile
 * @param {ServerOptions} options
 */
function writeSettings({ userDataDir }, { settings, workspaceTrust }) {
  const file = userSettingsFile(userDataDir);
  mkdirSync(path.dirname(file), { recursive: true });
  // A file that the user edited may contain comments, which JSON.parse refuses: it is then left unchanged.
  let existing = {};
  try {
    if (existsSync(file)) existing = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return;
  }
  const trust = { "security.workspace.trust.enabled": workspaceTrust };
  writeFileSync(file, JSON.stringify({ ...QUIET_SETTINGS, ...existing, ...trust, ...settings }, null, 2));
}

/**
 * Starts the server on a free port of 127.0.0.1. It ends no later than this process.
 * @param {Profile} profile
 * @param {ServerOptions} options
 * @returns {Promise<RunningServer>}
 * @throws {Problem} when it ends before it listens
 */
export async function startServer(profile, options) {
  const { node, serverMain } = hostParts(profile.folder);
  mkdirSync(profile.extensionsDir, { recursive: true });
  mkdirSync(profile.userDataDir, { recursive: true });
  // Whoever reads the token has a terminal as this user: it is only in a file of theirs, in no argument and no log.
  chmodSync(profile.userDataDir, 0o700);
  writeSettings(profile, options);
  const token = options.connectionToken ? randomBytes(16).toString("hex") : null;
  const tokenFile = path.join(profile.userDataDir, "connection-token");
  rmSync(tokenFile, { force: true });
  if (token !== null) writeFileSync(tokenFile, token, { mode: 0o600, flag: "wx" });
  const args = [
    GUARD,
    node,
    serverMain,
    ...["--host", "127.0.0.1", "--port", "0"],
    ...(token === null ? ["--without-connection-token"] : ["--connection-token-file", tokenFile]),
    ...[
      "--disable-telemetry",
      "--telemetry-level",
      "off",
      "--disable-experiments",
      "--force-disable-user-env",
    ],
    ...(options.workspaceTrust ? [] : ["--disable-workspace-trust"]),
    ...folderArguments(profile),
    ...(options.serverArgs ?? []),
  ];
  const log = path.join(profile.userDataDir, "server.log");
  writeFileSync(log, "", { mode: 0o600, flag: "a" });
  chmodSync(log, 0o600);
  const child = spawn(process.execPath, args, {
    cwd: profile.folder,
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
    env: serverEnvironment(options.env),
  });
  // Writing to a guard that has ended must not end this process; its exit is handled below.
  child.stdin.on("error", () => undefined);
  /** @type {Promise<void>} */
  const ended = new Promise((resolve) => child.once("exit", () => resolve()));
  const port = await portOf(child, log, token);
  return {
    port,
    groupId: child.pid ?? 0,
    token,
    log,
    ended,
    stop: () => {
      child.stdin.end();
      return ended;
    },
  };
}

/**
 * Reads the port from the output, and writes the log: line by line, because a piece may end inside the token.
 * @param {import("node:child_process").ChildProcessWithoutNullStreams} child
 * @param {string} log
 * @param {string | null} token
 * @returns {Promise<number>}
 */
function portOf(child, log, token) {
  return new Promise((resolve, reject) => {
    let output = "";
    /** @param {string} line */
    const onLine = (line) => {
      const shown = token === null ? line : line.replaceAll(token, "(token)");
      appendFileSync(log, `${shown}\n`);
      output = `${output}${shown}\n`.slice(-10_000);
      const found = /agent listening on (\d+)/.exec(shown);
      if (found !== null) resolve(Number(found[1]));
    };
    createInterface({ input: child.stdout }).on("line", onLine);
    createInterface({ input: child.stderr }).on("line", onLine);
    child.once("error", reject);
    // After "close" all output has arrived; "exit" may come before its last lines.
    child.once("close", () => {
      const nextStep = `read ${log}; if it names a missing file, remove the host's folder and run the same command again`;
      reject(new Problem("The VS Code server ended before it listened.", nextStep, output));
    });
  });
}
