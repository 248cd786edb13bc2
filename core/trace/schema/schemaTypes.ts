// The static types of trace files, derived from their schemas so that the two can't differ.
import type * as Type from "typebox";
import type { Frozen } from "../../base/index.ts";
import type { TraceSchema } from "./schema.ts";
import type { TraceSchemaV1 } from "./schemaV1.ts";

export type TraceFile = Frozen<Type.Static<typeof TraceSchema>>;
export type TraceFileStep = TraceFile["steps"][number];
export type TraceFileV1 = Frozen<Type.Static<typeof TraceSchemaV1>>;
