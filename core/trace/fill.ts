// Between a trace in its file and in memory. The file leaves out what follows from the rest: a parent in a chain, the
// lower end of a probability that is known exactly. In memory every field is present.
import { isKept } from "../laser/index.ts";
import { TRACE_VERSION } from "./schema/schema.ts";
import type { TraceFile, TraceFileStep, TraceFileV1 } from "./schema/schemaTypes.ts";
import type { Trace, TraceStep } from "./types.ts";

/** A trace from its file. Shares complete parts with the file's value. */
export function fillTrace(file: TraceFile): Trace {
  return { ...file, steps: file.steps.map(fillStep) };
}

/** A trace from a file of version 1, which has only chains. Its keys with another meaning are dropped. */
export function migrateV1(file: TraceFileV1): Trace {
  return { ...file, version: TRACE_VERSION, steps: file.steps.map(migrateStepV1) };
}

/** Reads single steps of a file of some version, unchecked; null for a version that is not read. */
export function stepReader(version: unknown): ((step: unknown) => TraceStep) | null {
  if (version === 1) return (step) => migrateStepV1(step as TraceFileV1["steps"][number]);
  return version === TRACE_VERSION ? (step) => fillStep(step as TraceFileStep) : null;
}

/** One step of a file of version 1. */
function migrateStepV1(step: TraceFileV1["steps"][number]): TraceStep {
  return {
    ...step,
    draft: step.draft.map((drafted, place) => ({ ...drafted, parent: place - 1 })),
    path: leadingKept(step),
    plan: { ...step.plan, declined: null },
    repeatedTokens: 0,
  };
}

/** One step of a file. */
function fillStep(step: TraceFileStep): TraceStep {
  return {
    ...step,
    draft: step.draft.map((drafted, place) => ({ ...drafted, parent: drafted.parent ?? place - 1 })),
    verdicts: step.verdicts.map((verdict) => ({
      ...verdict,
      probabilityLow: verdict.probabilityLow ?? verdict.probability,
    })),
    path: step.path ?? leadingKept(step),
    rows: step.rows.map((row) => ({ ...row, logSumExpHigh: row.logSumExpHigh ?? row.logSumExp })),
    plan: { ...step.plan, declined: step.plan.declined ?? null },
    repeatedTokens: step.repeatedTokens ?? 0,
  };
}

/** The reverse: a step as its file holds it. */
export function compactStep(step: TraceStep): TraceFileStep {
  return omit(
    {
      ...step,
      draft: step.draft.map((drafted, place) =>
        drafted.parent === place - 1 ? omit(drafted, "parent") : drafted,
      ),
      verdicts: step.verdicts.map((verdict) =>
        verdict.probabilityLow === verdict.probability ? omit(verdict, "probabilityLow") : verdict,
      ),
      rows: step.rows.map((row) => (row.logSumExpHigh === row.logSumExp ? omit(row, "logSumExpHigh") : row)),
      plan: step.plan.declined === null ? omit(step.plan, "declined") : step.plan,
    },
    ...(isSame(step.path, leadingKept(step)) ? (["path"] as const) : []),
    ...(step.repeatedTokens === 0 ? (["repeatedTokens"] as const) : []),
  );
}

function leadingKept({ verdicts }: Pick<TraceFileStep, "verdicts">): number[] {
  const path: number[] = [];
  while (isKept(verdicts[path.length]?.kind)) path.push(path.length);
  return path;
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

function omit<T extends object, Key extends keyof T>(value: T, ...keys: Key[]): Omit<T, Key> {
  const copy = { ...value };
  for (const key of keys) Reflect.deleteProperty(copy, key);
  return copy;
}
