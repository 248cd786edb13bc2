// What passes between a trial and its process: a request as the argument, one report back.
import * as Type from "typebox";
import type { Parsed } from "../../../core/base/index.ts";
import { GPU_BACKENDS } from "./backends.ts";

const Backend = Type.Union(GPU_BACKENDS.map((backend) => Type.Literal(backend)));

export const BackendFileSchema = Type.Object({
  backend: Backend,
  way: Type.Union([Type.Literal("package"), Type.Literal("plugin")]),
  file: Type.String({ minLength: 1 }),
});

/** The argument of the process, as JSON. */
export const TrialRequestSchema = Type.Object({
  file: BackendFileSchema,
  modelPath: Type.String({ minLength: 1 }),
});
export type TrialRequest = Parsed<typeof TrialRequestSchema>;

const bytes = Type.Integer({ minimum: 0 });

export const UsableSchema = Type.Object({
  kind: Type.Literal("usable"),
  /** In the order of their numbers; never empty. */
  devices: Type.Array(
    Type.Object({
      name: Type.String(),
      description: Type.String(),
      totalBytes: bytes,
      freeBytes: bytes,
      isIntegrated: Type.Optional(Type.Boolean()),
    }),
    { minItems: 1 },
  ),
  /** Memory of all devices together. */
  totalBytes: bytes,
  /** What was free when it was tried. */
  freeBytes: bytes,
});

/** The faults that the process itself can report. */
export const TrialReportSchema = Type.Union([
  UsableSchema,
  Type.Object({ kind: Type.Literal("noDevice") }),
  Type.Object({ kind: Type.Literal("notLoaded"), reason: Type.String() }),
  Type.Object({ kind: Type.Literal("failed"), reason: Type.String() }),
  Type.Object({ kind: Type.Literal("wrongLogits"), row: Type.Integer({ minimum: 0 }) }),
]);
export type TrialReport = Parsed<typeof TrialReportSchema>;
