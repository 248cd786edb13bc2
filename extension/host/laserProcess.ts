// The `laser` command as a short-lived process, for what is done outside the extension host and the language server.
import { fork } from "node:child_process";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import type { TSchema } from "typebox";
import {
  ErrorReportSchema,
  messageOf,
  parse,
  t,
  type ErrorText,
  type Parsed,
} from "../../core/base/index.ts";

/** More than any command prints that is read here. */
const MAX_BYTES = 256 * 2 ** 20;
/** Of stderr the end is kept, where a command reports why it failed. In UTF-16 code units. */
const MAX_LOGGED = 2 ** 20;

/** A command that failed, with the text for the user. */
export class LaserCommandFailed extends Error {
  constructor(readonly text: ErrorText) {
    super(text.message);
    this.name = "LaserCommandFailed";
  }
}

/** The command's program. @param extension the folder of the extension */
export function laserPath(extension: { readonly fsPath: string }): string {
  return join(extension.fsPath, "dist", "laser.mjs");
}

export interface LaserPrograms {
  /** See laserPath. */
  readonly program: string;
  /** A line of stderr, for the log: those of its last MAX_LOGGED. */
  readonly onLine: (line: string) => void;
}

interface Owner {
  readonly extensionUri: { readonly fsPath: string };
  readonly log: { info(line: string): void };
}

/** @param name what the log calls it, e.g. "pool" */
export function laserPrograms({ extensionUri, log }: Owner, name: string): LaserPrograms {
  return {
    program: laserPath(extensionUri),
    onLine: (line) => {
      log.info(`${name}: ${line}`);
    },
  };
}

/** A command that runs. */
export interface RunningLaser {
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Its exit code once all of its output has arrived. @throws what starting a process throws */
  readonly ended: Promise<number | null>;
  /** The error that it has reported; null if none. */
  error(): ErrorText | null;
}

/** Starts the command. The signal stops it like Ctrl-C. */
export function startLaser(program: string, args: readonly string[], signal?: AbortSignal): RunningLaser {
  const child = fork(program, args, {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    execArgv: [],
    // The program's own folder: files of the workspace are not to be loaded.
    cwd: dirname(program),
  });
  const stop = (): void => {
    child.kill("SIGINT");
  };
  if (signal?.aborted) stop();
  else signal?.addEventListener("abort", stop, { once: true });
  let error: ErrorText | null = null;
  child.on("message", (message) => {
    error = parse(ErrorReportSchema, message)?.error ?? error;
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  }).finally(() => signal?.removeEventListener("abort", stop));
  return { stdout: child.stdout!, stderr: child.stderr!, ended, error: () => error };
}

/** Runs the command with these arguments and returns what it prints. @throws LaserCommandFailed; the signal's reason */
export async function runLaser(
  { program, onLine }: LaserPrograms,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<string> {
  signal?.throwIfAborted();
  const tooLong = new AbortController();
  const stopping = signal === undefined ? tooLong.signal : AbortSignal.any([signal, tooLong.signal]);
  const laser = startLaser(program, args, stopping);
  const output: Buffer[] = [];
  let [bytes, log] = [0, ""];
  laser.stdout.on("data", (part: Buffer) => {
    bytes += part.length;
    if (bytes > MAX_BYTES) tooLong.abort();
    else output.push(part);
  });
  laser.stderr.setEncoding("utf8").on("data", (part: string) => {
    log = (log + part).slice(-MAX_LOGGED);
  });
  const code = await laser.ended;
  signal?.throwIfAborted();
  for (const line of log.split("\n")) if (line.trim() !== "") onLine(line);
  if (bytes > MAX_BYTES)
    throw new LaserCommandFailed(notRead(args, t("it is longer than {0} MiB", MAX_BYTES / 2 ** 20)));
  if (code !== 0) throw new LaserCommandFailed(failure(args[0] ?? "", code, laser.error()));
  return Buffer.concat(output).toString("utf8");
}

/** The JSON that the command prints. @throws LaserCommandFailed, also for other output; the signal's reason */
export async function readFromLaser<S extends TSchema>(
  programs: LaserPrograms,
  args: readonly string[],
  schema: S,
  signal?: AbortSignal,
): Promise<Parsed<S>> {
  const value = parse(schema, jsonOf(await runLaser(programs, args, signal), args));
  if (value === null) throw new LaserCommandFailed(notRead(args, t("it is JSON with another structure")));
  return value;
}

function jsonOf(output: string, args: readonly string[]): unknown {
  try {
    return JSON.parse(output);
  } catch (error) {
    throw new LaserCommandFailed(notRead(args, messageOf(error)));
  }
}

function notRead([command = ""]: readonly string[], reason: string): ErrorText {
  return {
    code: `${command}CommandFailed`,
    message: t("The output of laser {0} can't be used: {1}.", command, reason),
    nextStep: t('Run "LASER: Show Log" for more.'),
  };
}

function failure(command: string, exitCode: number | null, reported: ErrorText | null): ErrorText {
  const message = t("laser {0} ended with exit code {1}", command, exitCode ?? "unknown");
  return { ...(reported ?? { message, nextStep: "" }), code: `${command}CommandFailed` };
}
