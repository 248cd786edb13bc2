// Parses what a client sends: a value from outside becomes a WorkerRequest, or a fault that names the field.
// Nothing is checked again after this.
import * as Type from "typebox";
import { Value } from "typebox/value";
import {
  DEFAULT_SETTINGS,
  Engine,
  GenerationSchema,
  settingName,
  settingOf,
  settingProblem,
} from "../../core/settings/index.ts";
import { GuardsSchema, ParentSchema, RuleSchema, SamplingSchema } from "../../core/trace/index.ts";
import type { AnswerParams, JsonValue, WorkerRequest } from "../protocol/worker.ts";
import { WorkerError } from "./errors.ts";
import { schemaProblem } from "../protocol/shape.ts";

const text = Type.String();
const name = Type.String({ minLength: 1 });
const count = Type.Integer({ minimum: 0 });
const atLeastOne = Type.Integer({ minimum: 1 });
const orNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

const { gpu, gpuLayers, contextTokens, threads } = Engine.properties;
/** A setting without a limit is left out instead of null. */
const ModelSchema = Type.Object({
  path: Type.Optional(name),
  catalogueId: Type.Optional(name),
  gpu,
  device: Type.Optional(name),
  gpuLayers: Type.Optional(gpuLayers.anyOf[0]),
  contextTokens,
  threads: Type.Optional(threads.anyOf[0]),
  chatTemplatePath: Type.Optional(name),
});

const ContinueFromSchema = Type.Object({
  messages: Type.Array(Type.Object({ role: name, content: text })),
  rendered: text,
  promptTokens: Type.Array(count, { minItems: 1 }),
  inheritedTokens: count,
  parent: ParentSchema,
  model: Type.Object({ name: text, tokenizerFingerprint: text }),
});

const ParamsSchema = Type.Object({
  source: text,
  promptFile: orNull(text),
  // It was parsed from JSON, so any value is a JSON value.
  values: Type.Record(Type.String(), Type.Unsafe<JsonValue>({})),
  settings: GenerationSchema,
  poolPath: orNull(name),
  continueFrom: Type.Optional(ContinueFromSchema),
});

/** A continued run keeps what its trace recorded, perhaps outside the bounds of today's settings. */
const ContinuedParamsSchema = Type.Object({
  ...ParamsSchema.properties,
  settings: Type.Object({
    ...GenerationSchema.properties,
    relaxed: RuleSchema,
    guards: GuardsSchema,
    sampling: SamplingSchema,
    maxTokens: atLeastOne,
  }),
  continueFrom: ContinueFromSchema,
});

const AnswerSchema = Type.Object({
  source: text,
  promptFile: orNull(text),
  values: ParamsSchema.properties.values,
  // Checked by name afterwards: see settingsFault.
  settings: Type.Unsafe<AnswerParams["settings"]>(Type.Record(Type.String(), Type.Unknown())),
});

/** As many as a client has after one partition; more come in several requests. */
const MAX_ADDED = 10_000;
const AddedSchema = Type.Object({ id: name, group: orNull(text), text: name });

const id = atLeastOne;
const bare = <Kind extends string>(kind: Kind) => Type.Object({ kind: Type.Literal(kind), id });

/** The shape of each request, by its kind. */
const SCHEMAS = {
  hello: Type.Object({ kind: Type.Literal("hello"), id, version: Type.Integer() }),
  load: Type.Object({ kind: Type.Literal("load"), id, model: ModelSchema }),
  fetch: Type.Object({ kind: Type.Literal("fetch"), id, catalogueId: name }),
  generate: Type.Object({ kind: Type.Literal("generate"), id, params: ParamsSchema }),
  stop: Type.Object({ kind: Type.Literal("stop"), id, request: id }),
  pool: Type.Object({ kind: Type.Literal("pool"), id, poolPath: name }),
  answer: Type.Object({ kind: Type.Literal("answer"), id, params: AnswerSchema }),
  add: Type.Object({
    kind: Type.Literal("add"),
    id,
    answers: Type.Array(AddedSchema, { minItems: 1, maxItems: MAX_ADDED }),
  }),
  stats: bare("stats"),
  models: bare("models"),
  modelFiles: Type.Object({ kind: Type.Literal("modelFiles"), id, folders: Type.Array(name) }),
  devices: Type.Object({ kind: Type.Literal("devices"), id, again: Type.Boolean() }),
  installBackend: Type.Object({ kind: Type.Literal("installBackend"), id, backend: name }),
  unload: bare("unload"),
  shutdown: bare("shutdown"),
} as const satisfies Readonly<Record<WorkerRequest["kind"], Type.TSchema>>;

const CONTINUE = Type.Object({ kind: Type.Literal("generate"), id, params: ContinuedParamsSchema });

const KINDS = Object.keys(SCHEMAS) as WorkerRequest["kind"][];

/** @throws WorkerError badRequest naming the field */
export function parseRequest(value: unknown): WorkerRequest {
  const kind = fieldOf(value, "kind");
  const known = KINDS.find((candidate) => candidate === kind);
  if (known === undefined)
    throw new WorkerError({
      tag: "badRequest",
      field: "kind",
      reason: kind === undefined ? "is missing" : `must be one of ${KINDS.join(", ")}`,
    });
  const given = known === "generate" ? withLaterSettings(value) : value;
  const schema = known === "generate" && continues(value) ? CONTINUE : SCHEMAS[known];
  if (Value.Check(schema, given)) {
    const fault = given.kind === "answer" ? settingsFault(given.params.settings) : null;
    if (fault !== null) throw new WorkerError({ tag: "badRequest", ...fault });
    return given;
  }
  const { field, reason } = schemaProblem(schema, given) ?? { field: "", reason: "is invalid" };
  throw new WorkerError({ tag: "badRequest", field, reason });
}

function continues(value: unknown): boolean {
  return fieldOf(fieldOf(value, "params"), "continueFrom") !== undefined;
}

/** The first value by name that is not a setting of a generation, or outside its bounds; null if all are fine. */
function settingsFault(values: object): { readonly field: string; readonly reason: string } | null {
  for (const [key, value] of Object.entries(values)) {
    const field = `params.settings.${key}`;
    const found = settingName(key);
    const [group = ""] = key.split(".");
    if (found !== key || !Object.hasOwn(DEFAULT_SETTINGS, group))
      return { field, reason: "is not a setting of an answer" };
    const wanted = settingProblem(settingOf(found), value);
    if (wanted !== null) return { field, reason: `must be ${wanted}` };
  }
  return null;
}

/** A client written before these settings existed leaves them out. */
function withLaterSettings(value: unknown): unknown {
  const params = fieldOf(value, "params");
  const settings = fieldOf(params, "settings");
  if (typeof settings !== "object" || settings === null) return value;
  const { stop, systemInUserTurn, jsonSchema, grammar, planner } = DEFAULT_SETTINGS;
  const whole = { stop, systemInUserTurn, jsonSchema, grammar, planner, ...settings };
  return { ...(value as object), params: { ...(params as object), settings: whole } };
}

/** The id to answer under: that of the message, or 0 if it has none. */
export function idOf(value: unknown): number {
  const found = fieldOf(value, "id");
  return Value.Check(id, found) ? found : 0;
}

function fieldOf(value: unknown, field: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return Object.entries(value).find(([key]) => key === field)?.[1];
}
