#!/usr/bin/env node
// @ts-check
// A replacement for the VS Code executable, for @vscode/test-electron: it accepts the same command line and
// runs it in the host.
import path from "node:path";
import { problemFromError, problemLines } from "../setup/problem.mjs";
import { runInHost } from "./inHost.mjs";
import { hostFolder, NEWEST_HOST, OLDEST_HOST } from "./places.mjs";
import { runServerCommand } from "./server.mjs";

const WITH_VALUE = [
  "extensionDevelopmentPath",
  "extensionTestsPath",
  "user-data-dir",
  "extensions-dir",
  "install-extension",
  "uninstall-extension",
];
/** Desktop flags that have no effect here. */
const WITHOUT_MEANING = [
  "no-sandbox",
  "disable-gpu-sandbox",
  "disable-gpu",
  "disable-updates",
  "skip-welcome",
  "skip-release-notes",
  "no-cached-data",
  "disable-telemetry",
  "disable-dev-shm-usage",
];
const FLAGS = ["disable-workspace-trust", "disable-extensions", "list-extensions"];
const SERVER_COMMANDS = ["install-extension", "uninstall-extension", "list-extensions"];
const DEFAULT_TIMEOUT_SECONDS = 600;

/**
 * @param {readonly string[]} args
 * @returns {{options: Map<string, string[]>, paths: string[], unknown: string[]}}
 */
function readArguments(args) {
  const rest = args.flatMap((arg) => {
    const found = /^(--[^=]+)=(.*)$/s.exec(arg);
    return found === null ? [arg] : found.slice(1);
  });
  const options = new Map(/** @type {[string, string[]][]} */ ([]));
  const paths = [];
  const unknown = [];
  while (rest.length > 0) {
    const arg = rest.shift() ?? "";
    const name = arg.slice(2);
    if (!arg.startsWith("--")) paths.push(arg);
    else if (WITH_VALUE.includes(name)) options.set(name, [...(options.get(name) ?? []), rest.shift() ?? ""]);
    else if (FLAGS.includes(name)) options.set(name, []);
    else if (!WITHOUT_MEANING.includes(name)) unknown.push(arg);
  }
  return { options, paths, unknown };
}

/** @returns {Promise<number>} the exit code */
async function main() {
  const { options, paths, unknown } = readArguments(process.argv.slice(2));
  if (unknown.length > 0)
    console.error(`code: ignoring ${unknown.join(" ")}, which this host does not support`);
  // LASER_HOST=oldest, for a run by hand: the oldest that is supported.
  const folder = hostFolder(process.env.LASER_HOST === "oldest" ? OLDEST_HOST : NEWEST_HOST);
  const userDataDir = options.get("user-data-dir")?.[0];
  const extensionsDir =
    options.get("extensions-dir")?.[0] ?? (userDataDir && path.join(userDataDir, "extensions"));
  const command = SERVER_COMMANDS.find((name) => options.has(name));
  if (command !== undefined && userDataDir !== undefined && extensionsDir !== undefined) {
    const args = [`--${command}`, ...(options.get(command) ?? [])];
    return (await runServerCommand({ folder, userDataDir, extensionsDir }, args, "show")).code;
  }
  const testsPath = options.get("extensionTestsPath")?.[0];
  if (testsPath === undefined) {
    console.error("code: give --extensionTestsPath, or an extension command with --user-data-dir");
    return 2;
  }
  return runInHost({
    folder,
    userDataDir,
    extensionsDir,
    extensions: options.get("extensionDevelopmentPath") ?? [],
    testsPath,
    target: paths[0] === undefined ? null : path.resolve(paths[0]),
    disableExtensions: options.has("disable-extensions"),
    workspaceTrust: process.env.LASER_HOST_TRUST === "1",
    timeoutSeconds: Number(process.env.LASER_HOST_TIMEOUT ?? DEFAULT_TIMEOUT_SECONDS),
  });
}

main().then(
  (code) => process.exit(code),
  (/** @type {unknown} */ error) => {
    for (const line of problemLines(problemFromError("code", error))) console.error(line);
    process.exit(1);
  },
);
