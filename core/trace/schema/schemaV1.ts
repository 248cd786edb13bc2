// The trace format, version 1, which had only chains and can always be opened: the parts in which it differs.
import * as Type from "typebox";
import { DraftTokenSchema, PlanSchema, RowSchema, StepSchema, TraceSchema, VerdictSchema } from "./schema.ts";
import { logit, share } from "./schemaFields.ts";

const StepSchemaV1 = Type.Object({
  ...Type.Omit(StepSchema, ["path", "repeatedTokens"]).properties,
  draft: Type.Array(Type.Omit(DraftTokenSchema, ["parent"])),
  verdicts: Type.Array(Type.Object({ ...VerdictSchema.properties, probabilityLow: share() })),
  rows: Type.Array(Type.Object({ ...RowSchema.properties, logSumExpHigh: logit() })),
  plan: Type.Omit(PlanSchema, ["declined"]),
});

export const TraceSchemaV1 = Type.Object({
  ...TraceSchema.properties,
  version: Type.Literal(1),
  steps: Type.Array(StepSchemaV1),
});
