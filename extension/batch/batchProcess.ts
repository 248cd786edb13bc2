// `laser run` as its own process, with its progress as JSON lines: its crash affects neither editor nor server.
import { fork } from "node:child_process";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import * as Type from "typebox";
import { parse, type Parsed } from "../../core/base/index.ts";

const orNull = <S extends Type.TSchema>(schema: S) => Type.Union([schema, Type.Null()]);
const count = Type.Integer({ minimum: 0 });

/** As server/cli/run/runProgress.ts and finishRun.ts print them; what is not shown here is left out. */
const BatchEventSchema = Type.Union([
  Type.Object({ kind: Type.Literal("step"), message: Type.String(), share: orNull(Type.Number()) }),
  Type.Object({ kind: Type.Literal("note"), message: Type.String() }),
  Type.Object({
    kind: Type.Literal("rows"),
    done: count,
    failed: count,
    rows: orNull(count),
    rowsPerSecond: orNull(Type.Number()),
    secondsLeft: orNull(Type.Number()),
    edl: orNull(Type.Number()),
    plainRatio: orNull(Type.Number()),
    plainRows: orNull(Type.Object({ used: count, failed: count, withoutPlain: count })),
  }),
  Type.Object({
    kind: Type.Literal("end"),
    reason: Type.String(),
    answers: count,
    failures: count,
    rows: orNull(count),
  }),
]);
export type BatchEvent = Parsed<typeof BatchEventSchema>;
export type BatchRows = Extract<BatchEvent, { kind: "rows" }>;
export type BatchEnd = Extract<BatchEvent, { kind: "end" }>;

export interface BatchProcess {
  /** dist/laser.mjs. */
  readonly program: string;
  readonly args: readonly string[];
  readonly onEvent: (event: BatchEvent) => void;
  /** A line of stderr, for the log. */
  readonly onLine: (line: string) => void;
  /** When aborted, answers in progress are finished, then it ends. */
  readonly signal: AbortSignal;
}

export interface BatchOutcome {
  /** null: it ended without an end event, as when it was killed or refused its input. */
  readonly end: BatchEnd | null;
  readonly exitCode: number | null;
  /** The text of its error: message and next step. */
  readonly error: { readonly message: string; readonly nextStep: string } | null;
}

/** Runs it to its end. @throws what starting a process throws */
export async function runBatchProcess({
  program,
  args,
  onEvent,
  onLine,
  signal,
}: BatchProcess): Promise<BatchOutcome> {
  const child = fork(program, ["run", ...args, "--progress=json"], {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    execArgv: [],
    // The program's own folder: files of the workspace are not to be loaded.
    cwd: dirname(program),
  });
  const stop = (): void => {
    child.kill("SIGINT");
  };
  if (signal.aborted) stop();
  else signal.addEventListener("abort", stop, { once: true });
  let end: BatchEnd | null = null;
  let error: BatchOutcome["error"] = null;
  const out = createInterface({ input: child.stdout! });
  out.on("line", (line) => {
    const event = eventOf(line);
    if (event === null) return;
    if (event.kind === "end") end = event;
    onEvent(event);
  });
  const err = createInterface({ input: child.stderr! });
  err.on("line", (line) => {
    onLine(line);
    // As server/cli/laser.ts prints an error: a line with the message, one with the next step.
    if (line.startsWith("error: ")) error = { message: line.slice("error: ".length), nextStep: "" };
    else if (error?.nextStep === "") error = { ...error, nextStep: line };
  });
  try {
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    });
    return { end, exitCode, error };
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function eventOf(line: string): BatchEvent | null {
  try {
    return parse(BatchEventSchema, JSON.parse(line) as unknown);
  } catch {
    return null;
  }
}
