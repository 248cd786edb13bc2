// The messages between the model page and the extension. The page gets everything that is known in one message and asks for the
// rest by command.
import * as Type from "typebox";
import { ErrorTextSchema, type Parsed } from "../../core/base/index.ts";
import type { CostTable } from "../../core/laser/index.ts";
import type { DeviceReport, ModelChoice, ModelReport } from "../../server/protocol/worker.ts";

const interval = Type.Object({ value: Type.Number(), low: Type.Number(), high: Type.Number() });

/** What `laser estimate --json` prints, as far as the page shows it. */
export const EstimateSchema = Type.Object({
  verdict: Type.String(),
  file: Type.String(),
  answers: Type.Integer(),
  tokens: Type.Integer(),
  steps: Type.Integer(),
  drafted: Type.Integer(),
  kept: Type.Integer(),
  slower: Type.Integer(),
  speedUp: interval,
  medianSpeedUp: interval,
  edl: interval,
  tokensPerSecond: Type.Number(),
  plainTokensPerSecond: Type.Number(),
  /** T(n) as it was measured for this. */
  costs: Type.Unsafe<CostTable["points"]>(Type.Array(Type.Object({}, { additionalProperties: true }))),
  definitions: Type.Record(Type.String(), Type.String()),
});
export type Estimate = Parsed<typeof EstimateSchema>;

/** As the editor asks for a model: it always names the threads, because it needs a core itself. */
export type EditorModelChoice = ModelChoice & { readonly threads: number };

/** What is known of the model that the settings choose. */
export interface KnownModel {
  readonly report: ModelReport;
  readonly choice: EditorModelChoice;
  /** Null: the back ends could not be asked for. */
  readonly devices: DeviceReport | null;
  /** Name of the pool file in use; null: none. */
  readonly pool: string | null;
}

const text = Type.String();
export const ToModelPageSchema = Type.Union([
  Type.Object({ kind: Type.Literal("loading") }),
  Type.Object({ kind: Type.Literal("known"), known: Type.Unsafe<KnownModel>({ type: "object" }) }),
  /** There is no model, or none that can be read. */
  Type.Object({ kind: Type.Literal("unknown"), error: ErrorTextSchema }),
  Type.Object({ kind: Type.Literal("estimating"), pool: text }),
  Type.Object({ kind: Type.Literal("estimated"), estimate: EstimateSchema }),
  /** Null: it was stopped. */
  Type.Object({ kind: Type.Literal("notEstimated"), error: Type.Union([ErrorTextSchema, Type.Null()]) }),
]);
export type ToModelPage = Parsed<typeof ToModelPageSchema>;

/** What the page can ask for; the extension decides whether it can be done. */
export const MODEL_PAGE_COMMANDS = [
  "chooseModel",
  "engineChoices",
  "showDevices",
  "installGpuSupport",
  "generate",
  "estimate",
  "stopEstimate",
  "refresh",
] as const;

export const FromModelPageSchema = Type.Union([
  Type.Object({ kind: Type.Literal("ready") }),
  Type.Object({ kind: Type.Literal("command"), command: Type.Enum(MODEL_PAGE_COMMANDS) }),
]);
export type FromModelPage = Parsed<typeof FromModelPageSchema>;
