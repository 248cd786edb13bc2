// Runs a child process to its end and reads its output line by line.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

/** How long a terminated child may take to exit before it is killed. */
const KILL_AFTER_MS = 2_000;
const KEPT_LINES = 12;

/** `env` is the child's whole environment. */
export interface ChildOptions {
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A folder of our own: programs load files from the folder that they start in. */
  readonly cwd: string;
  /** Called for each line of standard output as it arrives. */
  readonly onLine?: ((line: string) => void) | undefined;
}

/** How a child ended. */
export interface ChildResult {
  /** Null if the child could not be started or was killed by a signal. */
  readonly exitCode: number | null;
  /** The last non-blank lines of both outputs; the reason for a failed start. */
  readonly output: readonly string[];
}

/**
 * Starts `command` without a shell and waits until it has exited.
 * @throws the signal's AbortError if stopped, after the child has exited
 */
export async function runChild(
  command: string,
  args: readonly string[],
  { signal, env, cwd, onLine }: ChildOptions,
): Promise<ChildResult> {
  signal.throwIfAborted();
  const output: string[] = [];
  const keep = (line: string): void => {
    if (line.trim() === "") return;
    output.push(line.trimEnd());
    if (output.length > KEPT_LINES) output.shift();
  };
  const child = spawn(command, args, {
    // Windows would look for what the child starts in the current folder first.
    env: { ...env, NoDefaultCurrentDirectoryInExePath: "1" },
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
    windowsHide: true,
  });
  let killTimer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    child.kill();
    killTimer = setTimeout(() => child.kill("SIGKILL"), KILL_AFTER_MS);
  };
  signal.addEventListener("abort", stop, { once: true });
  try {
    const ended = new Promise<number | null>((resolve) => {
      child.once("error", (error) => {
        keep(error.message);
        resolve(null);
      });
      child.once("close", resolve);
    });
    const [exitCode] = await Promise.all([
      ended,
      readLines(child.stdout, (line) => {
        keep(line);
        onLine?.(line);
      }),
      readLines(child.stderr, keep),
    ]);
    signal.throwIfAborted();
    return { exitCode, output };
  } finally {
    signal.removeEventListener("abort", stop);
    clearTimeout(killTimer);
  }
}

async function readLines(stream: Readable, each: (line: string) => void): Promise<void> {
  for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) each(line);
}
