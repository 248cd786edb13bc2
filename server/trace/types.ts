// The static types of a trace, read off the schema so that the two can't differ. Types only.
import type * as Type from "typebox";
import type { TraceSchema } from "./schema.ts";

type Frozen<T> = T extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Frozen<T[Key]> }
    : T;

export type Trace = Frozen<Type.Static<typeof TraceSchema>>;
export type TraceStep = Trace["steps"][number];
export type TraceRequest = Trace["request"];
/** Where a run goes on from: a place of an earlier one. */
export type TraceParent = NonNullable<TraceRequest["parent"]>;
export type TraceModel = Trace["model"];
export type TraceDevice = Trace["device"];
export type TracePool = NonNullable<Trace["pool"]>;
export type TraceResult = Trace["result"];
export type TraceVerdict = TraceStep["verdicts"][number];
export type TraceRow = TraceStep["rows"][number];
export type TracePlan = TraceStep["plan"];
export type TraceDraftToken = TraceStep["draft"][number];
export type TraceAlternative = TraceStep["alternatives"][number];

/** How a token id reads: its text, its bytes where they alone are not valid UTF-8, or the name of a control token. */
export type TokenText = Trace["tokens"][string];
