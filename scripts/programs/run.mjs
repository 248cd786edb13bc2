// @ts-check
// Runs other programs, and ends them together with everything they started.
import { spawn } from "node:child_process";
import { constants, setPriority } from "node:os";
import path from "node:path";

/** How much of the end of a program's output is kept, in characters. */
const KEPT_OUTPUT = 256 * 1024;
/** How long a program may take to end on request before it is killed. */
const GRACE_MS = 5_000;
/** Ctrl-C, a request to end, a closed terminal. */
export const END_SIGNALS = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);

/**
 * How a program ended. `output` is stdout and stderr in the order they came, if they were kept.
 * @typedef {{code: number, timedOut: boolean, output: string, stdout: string}} Ended
 *
 * show: the program writes to our own stdout and stderr · keep: only into the result · both: shown and kept.
 * @typedef {"show" | "keep" | "both"} OutputUse
 *
 * @typedef {object} RunOptions
 * @property {string} cwd
 * @property {OutputUse} output
 * @property {NodeJS.ProcessEnv} [env] The whole environment; default: ours.
 * @property {number} [timeoutSeconds] The program and everything it started are ended after this time.
 * @property {number} [niceness] Of the program and everything it starts, 0 to 19: the higher, the smaller their share of
 *   busy cores. Default: ours.
 */

/** Running programs, each the leader of its own process group (on Windows: the root of its process tree). */
const running = new Set(/** @type {import("node:child_process").ChildProcess[]} */ ([]));

/**
 * Runs a program without input until it ends. Processes that it leaves running are killed.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {RunOptions} options
 * @returns {Promise<Ended>} code is 128 + n if signal n ended it
 * @throws the system's error when the program cannot be started (ENOENT, EACCES, …)
 */
export function runProgram(program, args, options) {
  const piped = options.output !== "show";
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ["ignore", piped ? "pipe" : "inherit", piped ? "pipe" : "inherit"],
    detached: process.platform !== "win32",
  });
  running.add(child);
  if (options.niceness !== undefined && child.pid !== undefined) setPriority(child.pid, options.niceness);
  let output = "";
  let stdout = "";
  child.stdout?.setEncoding("utf8").on("data", (/** @type {string} */ text) => {
    output = (output + text).slice(-KEPT_OUTPUT);
    stdout = (stdout + text).slice(-KEPT_OUTPUT);
    if (options.output === "both") process.stdout.write(text);
  });
  child.stderr?.setEncoding("utf8").on("data", (/** @type {string} */ text) => {
    output = (output + text).slice(-KEPT_OUTPUT);
    if (options.output === "both") process.stderr.write(text);
  });
  return new Promise((resolve, reject) => {
    let timedOut = false;
    const timer = options.timeoutSeconds
      ? setTimeout(() => {
          timedOut = true;
          void endTree(child);
        }, options.timeoutSeconds * 1000)
      : undefined;
    const done = () => {
      clearTimeout(timer);
      running.delete(child);
    };
    child.once("error", (error) => {
      done();
      reject(error);
    });
    // A grandchild that outlives its parent would keep the pipes open and this promise pending.
    child.once("exit", () => signalTree(child, "SIGKILL"));
    child.once("close", (code, signal) => {
      done();
      resolve({ code: exitCode(code, signal), timedOut, output, stdout });
    });
  });
}

/**
 * The exit code that a shell would report.
 * @param {number | null} code
 * @param {NodeJS.Signals | null} signal
 * @returns {number}
 */
export function exitCode(code, signal) {
  if (code !== null) return code;
  return 128 + (signal === null ? 0 : constants.signals[signal]);
}

/**
 * On an end signal: ends every running program, then this process with 128 + signal.
 * @param {() => void} beforeExit restores the terminal
 * @returns {() => void} removes the signal handlers, so that others can handle the signals
 */
export function endProgramsOnSignals(beforeExit) {
  let asked = false;
  /** @param {NodeJS.Signals} signal */
  const onSignal = (signal) => {
    // Both npm and the terminal send Ctrl-C to this process: the second one must not interrupt the shutdown.
    if (asked) return;
    asked = true;
    beforeExit();
    void Promise.all([...running].map(endTree)).then(() => process.exit(128 + constants.signals[signal]));
  };
  const onExit = () => {
    for (const child of running) signalTree(child, "SIGKILL");
  };
  for (const signal of END_SIGNALS) process.on(signal, onSignal);
  process.on("exit", onExit);
  return () => {
    for (const signal of END_SIGNALS) process.off(signal, onSignal);
    process.off("exit", onExit);
  };
}

/**
 * Asks a program and everything it started to end, and kills what has not ended after a grace period.
 * @param {import("node:child_process").ChildProcess} child
 * @returns {Promise<void>} when the program has ended
 */
function endTree(child) {
  return new Promise((resolve) => {
    const killer = setTimeout(() => signalTree(child, "SIGKILL"), GRACE_MS);
    child.once("exit", () => {
      clearTimeout(killer);
      resolve();
    });
    signalTree(child, "SIGTERM");
  });
}

/**
 * @param {import("node:child_process").ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
function signalTree(child, signal) {
  if (child.pid === undefined) return;
  try {
    if (process.platform !== "win32") process.kill(-child.pid, signal);
    else if (child.exitCode === null) taskkill(child.pid);
  } catch {
    // Nothing of the group is left, as intended.
  }
}

/**
 * By its full path: Windows would look for a bare name in the current folder first.
 * @param {number} pid
 */
function taskkill(pid) {
  const system = path.win32.join(process.env.SystemRoot ?? "C:\\Windows", "System32");
  spawn(path.win32.join(system, "taskkill.exe"), ["/pid", String(pid), "/t", "/f"], { cwd: system });
}
