// @ts-check
// `npm start`: installs, builds, and opens the editor or runs the demo, skipping what was done before.
import { spawn } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { findDesktopCode, openDesktop, prepareServed, serveEditor } from "./editor/open.mjs";
import { hostPlatformProblem } from "./host/install.mjs";
import { END_SIGNALS, endProgramsOnSignals, exitCode, runProgram } from "./programs/run.mjs";
import { LASER_COMMAND, buildProduct } from "./setup/build.mjs";
import { installPackages } from "./setup/install.mjs";
import { problemFromError, problemLines } from "./setup/problem.mjs";
import { clearProgress } from "./setup/progress.mjs";

const HELP = `npm start -- [--no-editor [demo options]]

Sets up LASER Inspector and opens it in VS Code on the sample prompts: installs the packages, builds, downloads the
demo model. Uses your own VS Code if code is on PATH; otherwise (Linux x64) installs one into your cache folder and
serves it on 127.0.0.1 until Ctrl-C. A second run skips what is already done.

  --no-editor   instead of VS Code, answer three prompts of samples/ in the terminal, by plain decoding and by LASER;
                everything else is passed on to that demo (node dist/laser.mjs demo --help)
  --help        show this text

Needs Node 20.19 or newer, npm, and for the demo model Python 3 with pip.`;

/**
 * @typedef {{kind: "help"} | {kind: "editor"} | {kind: "demo", demoArgs: string[]} | {kind: "unknown", args: string[]}}
 * StartRequest
 * @param {readonly string[]} args
 * @returns {StartRequest}
 */
export function parseStartArguments(args) {
  if (args.includes("--help") || args.includes("-h")) return { kind: "help" };
  const others = args.filter((arg) => arg !== "--no-editor");
  if (args.includes("--no-editor")) return { kind: "demo", demoArgs: others };
  return others.length === 0 ? { kind: "editor" } : { kind: "unknown", args: others };
}

/** @param {readonly string[]} args */
export async function runStart(args) {
  const request = parseStartArguments(args);
  if (request.kind === "help") {
    console.log(HELP);
    return;
  }
  if (request.kind === "unknown") {
    console.error(
      `npm start does not accept ${request.args.join(" ")} without --no-editor; see npm start -- --help.`,
    );
    process.exitCode = 2;
    return;
  }
  const root = fileURLToPath(new URL("..", import.meta.url));
  const releaseSignals = endProgramsOnSignals(clearProgress);
  try {
    await installPackages(root, process.stderr);
    await buildProduct(root, process.stderr);
    process.exitCode =
      request.kind === "demo"
        ? await runDemo(root, request.demoArgs, releaseSignals)
        : await runEditor(root, releaseSignals);
  } catch (error) {
    for (const line of problemLines(problemFromError("start", error))) console.error(line);
    process.exitCode = 1;
  }
}

/**
 * @param {string} root
 * @param {() => void} releaseSignals
 * @returns {Promise<number>} exit code
 */
async function runEditor(root, releaseSignals) {
  const code = findDesktopCode(process.env, process.platform);
  const unfit = code === null ? hostPlatformProblem() : null;
  if (unfit !== null) throw unfit;
  await fetchDemoModel(root);
  if (code !== null) return openDesktop(code, root);
  const profile = await prepareServed(root, process.stderr);
  releaseSignals();
  return serveEditor(profile, root);
}

/**
 * The editor opens even if this fails, because another model can be chosen there.
 * @param {string} root
 */
async function fetchDemoModel(root) {
  const ended = await runProgram(process.execPath, [LASER_COMMAND, "models", "fetch"], {
    cwd: root,
    output: "show",
  });
  if (ended.code !== 0) {
    console.error(
      'Continuing without the demo model; in VS Code, "LASER: Choose Model" lets you use your own.',
    );
  }
}

/**
 * Runs the demo in this terminal. Signals sent only to this process are forwarded; Ctrl-C on a terminal reaches the
 * demo directly, and forwarding it would count as a second Ctrl-C.
 * @param {string} root
 * @param {readonly string[]} demoArgs
 * @param {() => void} releaseSignals
 * @returns {Promise<number>} the demo's exit code
 */
function runDemo(root, demoArgs, releaseSignals) {
  releaseSignals();
  const child = spawn(process.execPath, [path.join(root, LASER_COMMAND), "demo", ...demoArgs], {
    cwd: root,
    stdio: "inherit",
  });
  const onTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  for (const signal of END_SIGNALS) {
    process.on(signal, () => {
      if (signal !== "SIGINT" || !onTerminal) child.kill(signal);
    });
  }
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve(exitCode(code, signal)));
  });
}
