// Messages between the editor's client and the language server beyond the standard methods. Each has one
// descriptor with its name, its direction, the schema of its parameters and the type of its result.
import * as Type from "typebox";
import type { TraceEnd } from "../../core/trace/index.ts";
import type { ErrorText, Parsed } from "../../core/base/index.ts";
import type {
  CatalogueModel,
  DeviceReport,
  FitFor,
  FoundModel,
  GenerateParams,
  HubModelState,
  ModelChoice,
  ModelReport,
  ShownPrompt,
  TokenizedPrompt,
  WorkerStats,
} from "./worker.ts";
import type { RunEvent } from "./workerEvents.ts";

export type { RunEvent } from "./workerEvents.ts";

/** Checked in initialize: `initializationOptions.laserProtocol`, and `laserProtocol` in the server's reply. */
export const METHODS_VERSION = 1;

/** A message, with what its receiver checks. */
export interface Method<Params, Result> {
  readonly method: `laser/${string}`;
  readonly params: Type.TSchema;
  /** Binds the types to the name; it doesn't exist at run time. */
  readonly types?: (params: Params) => Result;
}

const method =
  <Result>() =>
  <Params extends Type.TSchema>(name: `laser/${string}`, params: Params): Method<Parsed<Params>, Result> => ({
    method: name,
    params,
  });

const text = Type.String({ minLength: 1 });
/** The content of a message without parameters is ignored. */
const NOTHING = Type.Unsafe<null>({});

/** Whether models fit this machine, loaded so. The worker checks it. */
const FIT_FOR = Type.Unsafe<FitFor>(Type.Object({}, { additionalProperties: true }));

/** Id of the run, chosen by the client and unique in its session. */
const runId = text;
export type RunId = string;

const RunSchema = Type.Object({
  runId,
  // The worker checks model and run, and names the field that it refuses.
  model: Type.Unsafe<ModelChoice>(Type.Object({}, { additionalProperties: true })),
  generate: Type.Unsafe<GenerateParams>(
    Type.Object({ promptFile: Type.Union([Type.String(), Type.Null()]) }, { additionalProperties: true }),
  ),
  /** Address of the prompt file, which the trace records so that the run can be made again. */
  promptUri: Type.Optional(text),
  /** Where the trace is written; null: nowhere. */
  traceFolder: Type.Union([text, Type.Null()]),
  /** How it is written. */
  traceForm: Type.Enum(["plain", "compact"]),
  /** While another run is active: wait for it, stop it first, or refuse with `busy`. */
  whenBusy: Type.Enum(["queue", "stop", "refuse"]),
});
export type RunParams = Parsed<typeof RunSchema>;

/** How a run ended. A failed or stopped run has a partial trace. */
export interface RunResult {
  readonly finish: TraceEnd["finish"] | "busy";
  /** Path of the trace; null if none was requested or no step was made. */
  readonly tracePath: string | null;
  /** Why it failed; null if it did not. */
  readonly error: ErrorText | null;
  /** Why the trace could not be written; absent if nothing went wrong. */
  readonly traceError?: ErrorText;
}

/** down: crashed too often, or could not start; `error` says what to do. */
export type ServerState = "idle" | "loading" | "ready" | "running" | "down";

export interface ServerStatus {
  readonly state: ServerState;
  readonly stats: WorkerStats | null;
  readonly error: ErrorText | null;
}

// Client → server
/**
 * Starts the worker and its engine, without a model, so that a run that follows finds them; does nothing where they have
 * started. It ends like any idle worker.
 */
export const prepareRequest = method<null>()(
  "laser/prepare",
  // The worker checks it.
  Type.Object({ model: Type.Unsafe<ModelChoice>(Type.Object({}, { additionalProperties: true })) }),
);
/** Runs one generation; its events arrive as `runEvent`, its result when it has ended, however it ended. */
export const runRequest = method<RunResult>()("laser/run", RunSchema);
/** Stops a run after at most one more step, or removes it from the queue; the run's own result says so. */
export const stopRequest = method<null>()("laser/stop", Type.Object({ runId }));
export const modelsRequest = method<readonly CatalogueModel[]>()(
  "laser/models",
  // Null: how models are to be loaded doesn't matter.
  Type.Unsafe<FitFor | null>({}),
);
/** The GGUF files of folders, and which of them can be loaded. */
export const modelFilesRequest = method<readonly FoundModel[]>()(
  "laser/modelFiles",
  Type.Object({
    folders: Type.Array(text),
    fitFor: Type.Optional(FIT_FOR),
    /** Those of LM Studio, Ollama, Hugging Face and llama.cpp, too. */
    ofApps: Type.Optional(Type.Boolean()),
  }),
);
/** Models of the Hugging Face Hub in the cache, and downloads that were stopped. */
export const hubModelsRequest = method<readonly HubModelState[]>()("laser/hubModels", NOTHING);
/** Fetches a model of the hub by its name, with events and `stopRequest` as for `fetchRequest`. */
export const fetchHubRequest = method<{ readonly path: string }>()(
  "laser/fetchHub",
  Type.Object({ runId, hubName: text }),
);
/** What is known of a model; nothing is fetched or loaded. */
export const modelReportRequest = method<ModelReport>()(
  "laser/modelReport",
  // The worker checks it.
  Type.Object({ model: Type.Unsafe<ModelChoice>(Type.Object({}, { additionalProperties: true })) }),
);
/** Fetches a catalogue model; `runEvent`s of kind progress carry `runId`. `stopRequest` ends it. */
export const fetchRequest = method<{ readonly path: string }>()(
  "laser/fetch",
  Type.Object({ runId, catalogueId: text }),
);
/** The back ends of this machine; what has not been tried is tried, with events and `stopRequest` as for `fetchRequest`. */
export const devicesRequest = method<DeviceReport>()(
  "laser/devices",
  Type.Object({ runId, again: Type.Boolean() }),
);
/** Fetches a back end (InstallOffer.id) and tries it, with events and `stopRequest` as for `fetchRequest`. */
export const installBackendRequest = method<DeviceReport>()(
  "laser/installBackend",
  Type.Object({ runId, backend: text }),
);
/** What counting needs to know of the model. */
const CountedModelSchema = Type.Unsafe<CountedModel>(
  Type.Object({ contextTokens: Type.Integer({ minimum: 1 }) }, { additionalProperties: true }),
);
export type CountedModel = Pick<ModelChoice, "path" | "catalogueId" | "contextTokens" | "chatTemplatePath">;

/** Of an open prompt document. */
export interface PromptTokens {
  /** Base name of the model's file. */
  readonly file: string;
  /** Tokens of prompt and answer together. */
  readonly contextTokens: number;
  /** Says that the settings ask for more than the model was made for; null if they don't. */
  readonly contextNote: string | null;
  /** Tokens of the whole prompt with its sample values, chat template included; null if it can't be rendered. */
  readonly promptTokens: number | null;
  /** Why it can't be; null if it can. */
  readonly error: ErrorText | null;
  /** Most tokens of the answer, by the prompt file; null if it says nothing. */
  readonly maxTokens: number | null;
  /** Each section as it is written, in the order of the file. */
  readonly sections: readonly SectionTokens[];
}
export interface SectionTokens {
  readonly role: string;
  /** Offset of its text in the document, in UTF-16 units. */
  readonly start: number;
  /** Where each of its tokens ends, from `start`. */
  readonly ends: readonly number[];
}

/**
 * Counts the tokens of an open document by the model's own tokenizer, which is loaded without weights. Nothing is fetched;
 * null for a document that isn't open. Later hovers count by the same model.
 */
export const promptTokensRequest = method<PromptTokens | null>()(
  "laser/promptTokens",
  Type.Object({ uri: text, model: CountedModelSchema, systemInUserTurn: Type.Boolean() }),
);
/** A prompt with its values, in the chat template of a model. */
export interface RenderedPrompt {
  /** Base name of the model's file. */
  readonly file: string;
  /** Tokens of prompt and answer together. */
  readonly contextTokens: number;
  /** Its tokens and what the model gets, or why it can't be rendered. */
  readonly prompt: { readonly tokens: number; readonly shown: ShownPrompt } | { readonly error: ErrorText };
}
/** Renders a prompt as a run would, by the model's own tokenizer and template. Nothing is fetched. */
export const renderedPromptRequest = method<RenderedPrompt>()(
  "laser/renderedPrompt",
  Type.Object({
    model: CountedModelSchema,
    // The worker checks it.
    prompt: Type.Unsafe<TokenizedPrompt>(Type.Object({}, { additionalProperties: true })),
  }),
);
/** Of texts and messages by the tokenizer of a model, for a chat. */
export interface ChatTokens {
  readonly file: string;
  readonly name: string;
  readonly architecture: string;
  /** Tokens of messages and answer together. */
  readonly contextTokens: number;
  /** Tokens of each text. */
  readonly texts: readonly number[];
  /** Tokens of the messages in the model's chat template; null without messages, or where it refuses them. */
  readonly messages: number | null;
}
/** Counts by the model's own tokenizer, which is loaded without weights. Nothing is fetched. */
export const chatTokensRequest = method<ChatTokens>()(
  "laser/chatTokens",
  Type.Object({
    model: CountedModelSchema,
    systemInUserTurn: Type.Boolean(),
    texts: Type.Array(Type.String()),
    // The worker checks them.
    messages: Type.Unsafe<NonNullable<GenerateParams["messages"]>>(
      Type.Array(Type.Object({}, { additionalProperties: true })),
    ),
  }),
);
/** Kills the worker and resets its crash count, so that it may start again. */
export const restartRequest = method<null>()("laser/restartWorker", NOTHING);

/** What the settings that hold for a document name; paths are absolute. */
export interface Places {
  /** The pool that prompts draft from unless they name one; null: none. */
  readonly poolFile: string | null;
  readonly modelFolders: readonly string[];
}
/** Server → client, because only the client reads settings: so that what exists there can be completed. */
export const placesRequest = method<Places>()("laser/places", Type.Object({ uri: text }));

// Server → client: the server made these itself, so its client does not check them again
/** One event of a run, in order. */
export const runEventNotice = method<never>()(
  "laser/runEvent",
  Type.Unsafe<{ readonly runId: RunId; readonly event: RunEvent }>({}),
);
/** The state changed. Sent once after initialize, too. */
export const statusNotice = method<never>()("laser/status", Type.Unsafe<ServerStatus>({}));

// Client → server, no answer
/** The user trusts the workspace now: running and fetching are allowed from here on. */
export const trustGrantedNotice = method<never>()("laser/trustGranted", NOTHING);
