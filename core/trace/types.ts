// The static types of a trace, derived from the schema so that the two can't differ.
import type * as Type from "typebox";
import type { Frozen } from "../base/index.ts";
import type { TraceSchema } from "./schema.ts";

export type Trace = Frozen<Type.Static<typeof TraceSchema>>;
export type TraceStep = Trace["steps"][number];
export type TraceRequest = Trace["request"];
/** The point of an earlier run that a run continues from. */
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

/** A token id as text: its text, its bytes if they are not valid UTF-8 on their own, or the name of a control token. */
export type TokenText = Trace["tokens"][string];
