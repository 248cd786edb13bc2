// The static types of a trace in memory: those of its file, with every optional field present.
import type { TraceFile, TraceFileStep } from "./schema/schemaTypes.ts";

type Filled<T, Key extends keyof T> = T & { readonly [K in Key]-?: Exclude<T[K], undefined> };
type Items<T extends readonly unknown[], Key extends keyof T[number]> = readonly Filled<T[number], Key>[];

/** One round of draft and verification. */
export type TraceStep = Omit<
  TraceFileStep,
  "draft" | "verdicts" | "rows" | "plan" | "path" | "repeatedTokens"
> & {
  readonly draft: Items<TraceFileStep["draft"], "parent">;
  readonly verdicts: Items<TraceFileStep["verdicts"], "probabilityLow">;
  readonly path: readonly number[];
  readonly rows: Items<TraceFileStep["rows"], "logSumExpHigh">;
  readonly plan: Filled<TraceFileStep["plan"], "declined">;
  readonly repeatedTokens: number;
};
export type Trace = Omit<TraceFile, "steps"> & { readonly steps: readonly TraceStep[] };
export type TraceRequest = Trace["request"];
/** The point of an earlier run that a run continues from. */
export type TraceParent = NonNullable<TraceRequest["parent"]>;
export type TraceModel = Trace["model"];
export type TraceDevice = Trace["device"];
export type TracePool = NonNullable<Trace["pool"]>;
/** The group that a request was sent to, and why. */
export type PoolRoute = NonNullable<TracePool["route"]>;
export type TraceResult = Trace["result"];
export type TraceVerdict = TraceStep["verdicts"][number];
export type TraceRow = TraceStep["rows"][number];
export type TracePlan = TraceStep["plan"];
export type TraceDraftToken = TraceStep["draft"][number];
export type TraceAlternative = TraceStep["alternatives"][number];

/** A token id as text: its text, its bytes if they are not valid UTF-8 on their own, or the name of a control token. */
export type TokenText = Trace["tokens"][string];
