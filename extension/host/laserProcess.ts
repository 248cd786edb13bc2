// The `laser` command as a short-lived process, for what is done outside the extension host and the language server.
import { fork, type ChildProcess } from "node:child_process";
import { dirname, join } from "node:path";
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

/** Runs the command with these arguments and returns what it prints. @throws LaserCommandFailed; the signal's reason */
export async function runLaser(
  { program, onLine }: LaserPrograms,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<string> {
  signal?.throwIfAborted();
  const child = fork(program, args, {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    execArgv: [],
    // The program's own folder: files of the workspace are not to be loaded.
    cwd: dirname(program),
  });
  const stop = (): void => {
    child.kill("SIGINT");
  };
  signal?.addEventListener("abort", stop, { once: true });
  const output: Buffer[] = [];
  let [bytes, errors] = [0, ""];
  const reported = reportedError(child);
  child.stdout?.on("data", (part: Buffer) => {
    bytes += part.length;
    if (bytes > MAX_BYTES) stop();
    else output.push(part);
  });
  child.stderr?.setEncoding("utf8").on("data", (part: string) => {
    errors = (errors + part).slice(-MAX_LOGGED);
  });
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    });
    signal?.throwIfAborted();
    for (const line of errors.split("\n")) if (line.trim() !== "") onLine(line);
    if (bytes > MAX_BYTES)
      throw new LaserCommandFailed(notRead(args, t("it is longer than {0} MiB", MAX_BYTES / 2 ** 20)));
    if (code !== 0) throw new LaserCommandFailed(failure(args[0] ?? "", code, reported()));
    return Buffer.concat(output).toString("utf8");
  } finally {
    signal?.removeEventListener("abort", stop);
  }
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

/** The error that a started `laser` command reports: null until it does. */
export function reportedError(child: ChildProcess): () => ErrorText | null {
  let error: ErrorText | null = null;
  child.on("message", (message) => {
    error = parse(ErrorReportSchema, message)?.error ?? error;
  });
  return () => error;
}

function failure(command: string, exitCode: number | null, reported: ErrorText | null): ErrorText {
  const message = t("laser {0} ended with exit code {1}", command, exitCode ?? "unknown");
  return { ...(reported ?? { message, nextStep: "" }), code: `${command}CommandFailed` };
}
