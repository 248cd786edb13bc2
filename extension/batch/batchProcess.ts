// `laser run` as its own process, with its progress as JSON lines: its crash affects neither editor nor server.
import { createInterface } from "node:readline";
import * as Type from "typebox";
import { parse, type ErrorText, type Parsed } from "../../core/base/index.ts";
import { startLaser, type LaserPrograms } from "../host/laserProcess.ts";

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
    notUsable: count,
    rows: orNull(count),
  }),
]);
export type BatchEvent = Parsed<typeof BatchEventSchema>;
export type BatchRows = Extract<BatchEvent, { kind: "rows" }>;
export type BatchEnd = Extract<BatchEvent, { kind: "end" }>;

export interface BatchOutcome {
  /** null: it ended without an end event, as when it was killed or refused its input. */
  readonly end: BatchEnd | null;
  readonly exitCode: number | null;
  readonly error: ErrorText | null;
}

/**
 * Runs it to its end. When the signal is raised, answers in progress are finished first.
 * @throws what starting a process throws
 */
export async function runBatchProcess(
  { program, onLine }: LaserPrograms,
  args: readonly string[],
  onEvent: (event: BatchEvent) => void,
  signal: AbortSignal,
): Promise<BatchOutcome> {
  const laser = startLaser(program, ["run", ...args, "--progress=json"], signal);
  let end: BatchEnd | null = null;
  createInterface({ input: laser.stdout }).on("line", (line) => {
    const event = eventOf(line);
    if (event === null) return;
    if (event.kind === "end") end = event;
    onEvent(event);
  });
  createInterface({ input: laser.stderr }).on("line", onLine);
  const exitCode = await laser.ended;
  return { end, exitCode, error: laser.error() };
}

function eventOf(line: string): BatchEvent | null {
  try {
    return parse(BatchEventSchema, JSON.parse(line) as unknown);
  } catch {
    return null;
  }
}
