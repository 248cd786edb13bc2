// Tries a back end by a real decode in its own process: one that aborts, hangs or computes nonsense costs a line
// in the log, not the run.
import { fork, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { messageOf, parse, type Parsed } from "../../../core/base/index.ts";
import type { BackendFile } from "./backends.ts";
import type { TrialFault } from "./trialFaults.ts";
import { TrialReportSchema, type TrialReport, type UsableSchema } from "./trialReport.ts";

/** A driver compiles its kernels at the first decode, which takes a minute on slow machines. */
export const TRIAL_LIMIT_MS = 120_000;
const KEPT_LINES = 40;
const SAMPLE_CHARACTERS = 80;
const LINE_CHARACTERS = 240;

export type TrialOutcome =
  | Parsed<typeof UsableSchema>
  | { readonly kind: "refused"; readonly fault: TrialFault };

/** How to run a trial; `limitMs` bounds it. */
export interface TrialOptions {
  /** Path of the trial's model. */
  readonly modelPath: string;
  readonly signal: AbortSignal;
  readonly limitMs?: number;
  /** The program to run instead of dist/trial.mjs. */
  readonly program?: string | undefined;
}

/** dist/trial.mjs, seen from dist or from the sources; null if it was not built. */
export function trialProgram(): string | null {
  const places = ["./trial.mjs", "../../../dist/trial.mjs"];
  return places.map((place) => fileURLToPath(new URL(place, import.meta.url))).find(existsSync) ?? null;
}

/** Runs the trial to its end. @throws the signal's reason when stopped, after the process has ended */
export async function tryBackend(file: BackendFile, options: TrialOptions): Promise<TrialOutcome> {
  const { signal, limitMs = TRIAL_LIMIT_MS, modelPath, program = trialProgram() } = options;
  const { backend } = file;
  signal.throwIfAborted();
  if (program === null)
    return refused({ tag: "trialFailed", backend, reason: "dist/trial.mjs is not built" });
  const child = fork(program, [JSON.stringify({ file, modelPath })], {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    execArgv: [],
    cwd: dirname(program),
    // An abort in ggml would otherwise start a debugger to print the stack.
    env: { ...process.env, GGML_NO_BACKTRACE: "1" },
  });
  const killWithUs = (): void => void child.kill("SIGKILL");
  process.once("exit", killWithUs);
  signal.addEventListener("abort", killWithUs, { once: true });
  const limit = AbortSignal.timeout(limitMs);
  limit.addEventListener("abort", killWithUs, { once: true });
  try {
    const end = await watch(child);
    signal.throwIfAborted();
    if (limit.aborted && end.message === undefined)
      return refused({ tag: "trialTimedOut", backend, limitMs });
    return outcomeOf(file, end);
  } finally {
    limit.removeEventListener("abort", killWithUs);
    process.removeListener("exit", killWithUs);
    signal.removeEventListener("abort", killWithUs);
  }
}

interface End {
  /** The first message; undefined if there was none. */
  readonly message: unknown;
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** The last lines of both outputs. */
  readonly lines: readonly string[];
}

async function watch(child: ChildProcess): Promise<End> {
  const lines: string[] = [];
  let message: unknown;
  child.once("message", (value) => {
    message = value;
  });
  const ended = new Promise<Pick<End, "exitCode" | "signal">>((resolve) => {
    child.once("error", (error) => {
      lines.push(messageOf(error));
      resolve({ exitCode: null, signal: null });
    });
    // "close" comes after the outputs were read and the channel was closed.
    child.once("close", (exitCode, signal) => {
      resolve({ exitCode, signal });
    });
  });
  const [end] = await Promise.all([ended, keepLines(child.stdout, lines), keepLines(child.stderr, lines)]);
  return { ...end, message, lines };
}

async function keepLines(stream: Readable | null, kept: string[]): Promise<void> {
  if (stream === null) return;
  for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) {
    if (line.trim() === "") continue;
    kept.push(line.trim().slice(0, LINE_CHARACTERS));
    if (kept.length > KEPT_LINES) kept.shift();
  }
}

function outcomeOf({ backend }: BackendFile, { message, exitCode, signal, lines }: End): TrialOutcome {
  const lastLine = reasonIn(lines);
  if (message === undefined) return refused({ tag: "trialCrashed", backend, exitCode, signal, lastLine });
  const report: TrialReport | null = parse(TrialReportSchema, message);
  if (report === null) {
    const sample = (JSON.stringify(message) as string | undefined)?.slice(0, SAMPLE_CHARACTERS) ?? "nothing";
    return refused({ tag: "trialGarbled", backend, sample });
  }
  switch (report.kind) {
    case "usable":
      return report;
    case "noDevice":
      return refused({ tag: "noDevice", backend });
    case "notLoaded":
      // The library's own error says little; its log names what is missing.
      return refused({ tag: "notLoaded", backend, reason: lastLine ?? report.reason });
    case "failed":
      return refused({ tag: "trialFailed", backend, reason: report.reason });
    case "wrongLogits":
      return refused({ tag: "wrongLogits", backend, row: report.row });
  }
}

const refused = (fault: TrialFault): TrialOutcome => ({ kind: "refused", fault });

/** The last line about an error, else the last line, without what the library and its loader put in front. */
function reasonIn(lines: readonly string[]): string | null {
  const about = lines.findLast((line) => /error: |failed to load|cannot open|not compatible/i.test(line));
  return (about ?? lines.at(-1))?.replace(/^\[[\w-]+\] |^load_backend: failed to load \S+: /g, "") ?? null;
}
