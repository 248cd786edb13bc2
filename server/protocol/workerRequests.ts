// What a client asks of the worker: the schema of each request, and from it the request's type. server/worker/process/requests.ts
// parses by these schemas.
import * as Type from "typebox";
import type { Parsed } from "../../core/base/index.ts";
import { MAX_LANES } from "../../core/laser/index.ts";
import { Engine, GenerationSchema, type SettingValues } from "../../core/settings/index.ts";
import { GuardsSchema, ParentSchema, RuleSchema, SamplingSchema } from "../../core/trace/index.ts";

const text = Type.String();
const name = Type.String({ minLength: 1 });
const count = Type.Integer({ minimum: 0 });
const atLeastOne = Type.Integer({ minimum: 1 });
const orNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

const { gpu, gpuLayers, contextTokens, threads, kvType } = Engine.properties;

/** Which model, and how to load it. Loading the same choice again costs nothing. */
const ModelSchema = Type.Object({
  /** A GGUF file, or a model of the catalogue; default: the demo model. */
  path: Type.Optional(name),
  catalogueId: Type.Optional(name),
  gpu,
  /** One GPU by its name or number in DeviceReport; default: all of them. */
  device: Type.Optional(name),
  /** Layers that the GPU holds; default: as many as fit. */
  gpuLayers: Type.Optional(gpuLayers.anyOf[0]),
  contextTokens,
  /** Maximum CPU threads; default: all cores. An editor asks for fewer. */
  threads: Type.Optional(threads.anyOf[0]),
  /** How keys and values are stored; default: f16. */
  kvType: Type.Optional(kvType),
  /** A file whose text replaces the model's chat template. */
  chatTemplatePath: Type.Optional(name),
});
export type ModelChoice = Parsed<typeof ModelSchema>;

/** What it depends on, besides the file, whether a model fits a machine. */
const FitForSchema = Type.Pick(ModelSchema, ["gpu", "device", "gpuLayers", "contextTokens", "kvType"]);
export type FitFor = Parsed<typeof FitForSchema>;

/**
 * Where a run continues from. The prompt is the recorded one, token by token; `settings.maxTokens` is for the whole
 * answer, inherited tokens included.
 */
const ContinueFromSchema = Type.Object({
  messages: Type.Array(Type.Object({ role: name, content: text })),
  rendered: text,
  /** The rendered prompt's tokens, then the inherited answer tokens. */
  promptTokens: Type.Array(count, { minItems: 1 }),
  /** How many of the last promptTokens are answer tokens. */
  inheritedTokens: count,
  parent: ParentSchema,
  /** The model that produced the tokens. */
  model: Type.Object({ name: text, tokenizerFingerprint: text }),
});
export type ContinueFrom = Parsed<typeof ContinueFromSchema>;

/** A value of a prompt variable, as JSON. */
type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

const promptFields = {
  /** The text of a .prompty file, or plain text, which is one user message. */
  source: text,
  /** The messages as they are, of a chat: `source` and `values` are then ignored, and no text is a template. */
  messages: Type.Optional(
    Type.Array(Type.Object({ role: Type.Enum(["system", "user", "assistant"] as const), content: text }), {
      minItems: 1,
    }),
  ),
  /** Name of the prompt file; null for a selection or unsaved text. */
  promptFile: orNull(text),
  // They were parsed from JSON, so any value is a JSON value.
  values: Type.Unsafe<Readonly<Record<string, JsonValue>>>(Type.Record(Type.String(), Type.Unknown())),
};

const GenerateSchema = Type.Object({
  ...promptFields,
  settings: GenerationSchema,
  /** A file of earlier answers; null: none. */
  poolPath: orNull(name),
  /**
   * Drafts from the answers of that file, although some of its lines are not answers; default: it is refused.
   */
  skipsBadLines: Type.Optional(Type.Boolean()),
  /** Continues a recorded answer; `source` and `values` are then ignored. */
  continueFrom: Type.Optional(ContinueFromSchema),
});
export type GenerateParams = Parsed<typeof GenerateSchema>;

/** A continued run keeps what its trace recorded, perhaps outside the bounds of today's settings. */
const ContinuedSchema = Type.Object({
  ...GenerateSchema.properties,
  settings: Type.Object({
    ...GenerationSchema.properties,
    relaxed: RuleSchema,
    guards: GuardsSchema,
    sampling: SamplingSchema,
    maxTokens: atLeastOne,
  }),
  continueFrom: ContinueFromSchema,
});

/** What an answer is about. The groups file that `groups` named last says which group that is, unless `group` does. */
const AboutSchema = Type.Object({
  /** The user or item, as the pool's answers name it; null or omitted: unknown. */
  subject: Type.Optional(orNull(name)),
  /** Attributes of it by which it may be grouped, such as { genre: "Comedy|Drama" }. */
  attributes: Type.Optional(Type.Record(Type.String(), Type.String())),
  /** The group by its name, which must be one of the groups file if there is one; null: look it up. */
  group: Type.Optional(orNull(name)),
});
export type AnswerSubject = Parsed<typeof AboutSchema>;
/** The most subjects of one `route`. */
const MAX_ROUTED = 10_000;

/**
 * An answer drafts from the pool that the worker holds: the file that `pool` named last, and what `add` added to it. Its
 * values are a row of data: those that the prompt does not use are ignored, and no sample of the prompt file is used
 * for one that is missing.
 */
const AnswerSchema = Type.Object({
  ...Type.Omit(Type.Object(promptFields), ["messages"]).properties,
  /**
   * Values by the names of settings, such as { "maxTokens": 64, "relaxed.topK": 3 }. They override the parameters of the
   * prompt file, which override the defaults. Each is checked by its name, after the shape.
   */
  settings: Type.Unsafe<Partial<SettingValues>>(Type.Record(Type.String(), Type.Unknown())),
  /** Its group's answers count in full when it is drafted. Omitted: all of the pool counts equally. */
  about: Type.Optional(AboutSchema),
});
export type AnswerParams = Parsed<typeof AnswerSchema>;

/** An answer for the pool in memory. */
const AddedSchema = Type.Object({ id: name, group: orNull(text), text: name });
export type AddedAnswer = Parsed<typeof AddedSchema>;
/** As many as a client has after one partition; more are sent in several requests. */
const MAX_ADDED = 10_000;

/** A prompt whose tokens are counted; `systemInUserTurn` is the setting of that name. */
const TokenizedPromptSchema = Type.Object({ ...promptFields, systemInUserTurn: Type.Boolean() });
export type TokenizedPrompt = Parsed<typeof TokenizedPromptSchema>;
/** More than a prompt has sections. */
const MAX_TEXTS = 10_000;

const id = atLeastOne;
const request = <Kind extends string, Fields extends Type.TProperties>(kind: Kind, fields: Fields) =>
  Type.Object({ kind: Type.Literal(kind), id, ...fields });

/** The schema of each request, by its kind. */
export const WorkerRequestSchemas = {
  hello: request("hello", { version: Type.Integer() }),
  /** Loads a model instead of the current one. Nothing is fetched: a missing catalogue model is a failure. */
  load: request("load", { model: ModelSchema }),
  /**
   * Starts what loading that model will need besides its file: the library, and the trials of back ends. Nothing of a model
   * is read, and no memory of a GPU is taken. A load that comes meanwhile waits for it.
   */
  prepare: request("prepare", { model: ModelSchema }),
  /** Fetches a catalogue model and sends progress events. */
  fetch: request("fetch", { catalogueId: name }),
  generate: request("generate", { params: GenerateSchema }),
  /** Stops the request with that id after at most one more step; its own reply says how it ended. */
  stop: request("stop", { request: id }),
  /** For batch clients: reads and indexes a pool ahead of a run. */
  pool: request("pool", { poolPath: name }),
  /**
   * For batch clients: one answer, without events of its steps. As many at once as there are lanes; one more is refused
   * (`lanesBusy`). They end in any order.
   */
  answer: request("answer", { params: AnswerSchema }),
  /**
   * For batch clients: adds answers to the pool in memory, or begins one. No file changes. They are kept until `pool` or
   * `generate` names a file, or the model is unloaded. With lanes, answers that are being written continue meanwhile.
   */
  add: request("add", { answers: Type.Array(AddedSchema, { minItems: 1, maxItems: MAX_ADDED }) }),
  /**
   * For batch clients: this many answers may be written at once from now on (1: one after another), each in a context of the
   * model's size. They share evaluations and are not reproducible. It waits for all earlier requests; loading
   * another model resets it to 1.
   */
  lanes: request("lanes", { lanes: Type.Integer({ minimum: 1, maximum: MAX_LANES }) }),
  /** For batch clients: the groups file that says what group an answer is about; null: none. Needs no model. */
  groups: request("groups", { groupsPath: orNull(name) }),
  /** Names of the groups that a pool has answers of. Needs no model. */
  poolGroups: request("poolGroups", { poolPath: name }),
  /** For batch clients: the group of each subject, as `answer` would find it. Needs no model. */
  route: request("route", { about: Type.Array(AboutSchema, { maxItems: MAX_ROUTED }) }),
  /**
   * Tokens of texts, and of a prompt as the model gets it, by the tokenizer of a model's file, which is loaded without
   * weights. Nothing is fetched, and no loaded model is unloaded.
   */
  tokenize: request("tokenize", {
    model: Type.Pick(ModelSchema, ["path", "catalogueId", "contextTokens", "chatTemplatePath"]),
    texts: Type.Array(text, { maxItems: MAX_TEXTS }),
    prompt: orNull(TokenizedPromptSchema),
    /** The prompt as the model gets it comes with its count. */
    isShown: Type.Optional(Type.Boolean()),
  }),
  /** For batch clients: what is loaded, and the memory of the process. Answered at once, even during a run. */
  stats: request("stats", {}),
  /** The catalogue, and which of its models are in the cache. */
  models: request("models", { fitFor: Type.Optional(FitForSchema) }),
  /**
   * The GGUF files of folders, and which of them can be loaded. With `fitFor`: whether each fits this machine, loaded so.
   * `ofApps`: those of other programs for local models, too, which are only read.
   */
  modelFiles: request("modelFiles", {
    folders: Type.Array(name),
    fitFor: Type.Optional(FitForSchema),
    ofApps: Type.Optional(Type.Boolean()),
  }),
  /** What the cache holds of the Hugging Face Hub, downloads that were stopped included. */
  hubModels: request("hubModels", {}),
  /** Fetches a model of the hub by its name, "user/repo" or "user/repo:Q4_K_M", or continues a download. */
  fetchHub: request("fetchHub", { hubName: name }),
  /** What a model's file says, and what is known of it if it is the loaded one. Nothing is fetched or loaded. */
  modelReport: request("modelReport", { model: ModelSchema }),
  /** The back ends of this machine, each tried unless its result is kept; `again`: all of them are tried. */
  devices: request("devices", { again: Type.Boolean() }),
  /** Fetches a back end that is not shipped (see InstallOffer.id), with progress events, and tries it. */
  installBackend: request("installBackend", { backend: name }),
  /** For batch clients: frees model and pool; the process stays. */
  unload: request("unload", {}),
  /** Shuts the process down cleanly. */
  shutdown: request("shutdown", {}),
} as const;

/** The schema of a `generate` that continues a recorded answer. */
export const ContinuedRequestSchema = request("generate", { params: ContinuedSchema });

type Schemas = typeof WorkerRequestSchemas;
export type WorkerRequest = { [Kind in keyof Schemas]: Parsed<Schemas[Kind]> }[keyof Schemas];
