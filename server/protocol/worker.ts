// The worker's protocol: messages between a client (language server, batch runner) and the process that holds
// model and pools. One JSON message at a time, over IPC or one per line over stdio.
//
// The client speaks first: hello with its version. The worker answers done, or failed with protocolVersion
// and ends. Each request carries an id and gets exactly one reply: done or failed. Events of a run come
// between, in order.
//
// The language server sends hello, load, fetch, generate, stop, models, modelFiles, devices, installBackend and shutdown. A batch client, which writes many
// answers through `laser worker`, has eight more: answer, which is generate without the events of steps; lanes, so that several
// answers are written at once; groups and route, which say what group an answer is about; pool, so that the
// first answer doesn't wait for the index; add, which lets the pool in memory grow; stats, to watch memory between
// answers; and unload, to free the model while it does something else. server/cluster is such a client, in Python.
//
// Version 2 added answer and add; version 3 lanes, groups, route, and what an answer is about.
import * as Type from "typebox";
import type { DeviceMemory, DeviceReport, RefusedBackend } from "../engine/devices/report.ts";
import type { GpuChoice } from "../engine/errors.ts";
import type { FoundModel } from "../engine/models/index.ts";
import type { TokenId } from "../../core/laser/index.ts";
import type {
  PoolRoute,
  TraceDevice,
  TraceEnd,
  TraceModel,
  TraceParent,
  TraceRequest,
} from "../../core/trace/index.ts";
import { ErrorTextSchema, type ErrorText } from "../../core/base/index.ts";
import type { GenerationSettings, SettingValues } from "../../core/settings/index.ts";
import { WorkerEventSchemas, type WorkerEvent } from "./workerEvents.ts";

export type { BackendReport, DeviceReport, InstallOffer } from "../engine/devices/report.ts";
export type { FoundModel } from "../engine/models/index.ts";
export type { CommittedPiece, TokenClass, WorkerEvent } from "./workerEvents.ts";

export const WORKER_PROTOCOL_VERSION = 3;
/** The most subjects of one `route`. */
export const MAX_ROUTED = 10_000;

/** Which model, and how to load it. Loading an equal choice again costs nothing. */
export interface ModelChoice {
  /** A GGUF file, or a model of the catalogue; default: the demo model. */
  readonly path?: string;
  readonly catalogueId?: string;
  readonly gpu: GpuChoice;
  /** One GPU by its name or number in DeviceReport; default: all of them. */
  readonly device?: string;
  /** Layers that the GPU holds; default: as many as fit. */
  readonly gpuLayers?: number;
  readonly contextTokens: number;
  /** Maximum CPU threads; default: all cores. */
  readonly threads?: number;
  /** A file whose text replaces the model's chat template. */
  readonly chatTemplatePath?: string;
}

/** A value of a prompt variable, as JSON. */
export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

export interface GenerateParams {
  /** The text of a .prompty file, or plain text, which is one user message. */
  readonly source: string;
  /** Name of the prompt file; null for a selection or unsaved text. */
  readonly promptFile: string | null;
  readonly values: Readonly<Record<string, JsonValue>>;
  readonly settings: GenerationSettings;
  /** A file of earlier answers; null: none. */
  readonly poolPath: string | null;
  /** Continues a recorded answer; `source` and `values` are then ignored. */
  readonly continueFrom?: ContinueFrom;
}

/**
 * An answer drafts from the pool that the worker holds: the file that `pool` named last, and what `add` added to it. Its
 * values are a row of data: those that the prompt does not use are ignored, and no sample of the prompt file stands in
 * for one that is missing.
 */
export interface AnswerParams extends Pick<GenerateParams, "source" | "promptFile" | "values"> {
  /**
   * Values by the names of settings, such as { "maxTokens": 64, "relaxed.topK": 3 }. They override the parameters of the
   * prompt file, which override the defaults.
   */
  readonly settings: Partial<SettingValues>;
  /** What the answer is about: its group's answers count in full when it is drafted. Omitted: all of the pool counts alike. */
  readonly about?: AnswerSubject;
}

/** What an answer is about. The groups file that `groups` named last says which group that is, unless `group` does. */
export interface AnswerSubject {
  /** The user or item, as the pool's answers name it; null or omitted: unknown. */
  readonly subject?: string | null;
  /** Attributes of it by which it may be grouped, such as { genre: "Comedy|Drama" }. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** The group by its name, which must be one of the groups file if there is one; null: look it up. */
  readonly group?: string | null;
}

/** Counts and times are those of core/trace/metrics.ts; times in ms. */
export interface AnswerResult {
  readonly finish: TraceEnd["finish"];
  readonly text: string;
  /** The parts of the text that are the target's own choice, for a pool: the whole text where nothing is relaxed. */
  readonly ownChoice: readonly string[];
  readonly promptTokens: number;
  /** Prompt tokens that were evaluated: the others were still in the cache. */
  readonly prefillTokens: number;
  readonly prefillMs: number;
  /** Drafting, verifying and the rest of all steps. */
  readonly decodeMs: number;
  readonly steps: number;
  /** Tokens of the answer. */
  readonly committed: number;
  readonly drafted: number;
  readonly accepted: number;
  readonly relaxed: number;
  /** Whether the rule kept only the target's own choice. */
  readonly strict: boolean;
  /** Which group it was sent to, and why; null where nothing was said of what it is about. */
  readonly route: PoolRoute | null;
}

/** An answer for the pool in memory. */
export interface AddedAnswer {
  readonly id: string;
  readonly group: string | null;
  readonly text: string;
}

/**
 * Where a run continues from. The prompt is the recorded one, token by token; `settings.maxTokens` is for the whole
 * answer, inherited tokens included.
 */
export interface ContinueFrom {
  readonly messages: TraceRequest["messages"];
  readonly rendered: string;
  /** The rendered prompt's tokens, then the inherited answer tokens. */
  readonly promptTokens: readonly TokenId[];
  /** How many of the last promptTokens are answer tokens. */
  readonly inheritedTokens: number;
  readonly parent: TraceParent;
  /** The model that produced the tokens. */
  readonly model: Pick<TraceModel, "name" | "tokenizerFingerprint">;
}

export type WorkerRequest =
  | { readonly kind: "hello"; readonly id: number; readonly version: number }
  /** Loads a model instead of the current one. Nothing is fetched: a missing catalogue model is a failure. */
  | { readonly kind: "load"; readonly id: number; readonly model: ModelChoice }
  /** Fetches a catalogue model and sends progress events. */
  | { readonly kind: "fetch"; readonly id: number; readonly catalogueId: string }
  | { readonly kind: "generate"; readonly id: number; readonly params: GenerateParams }
  /** Stops the request with that id after at most one more step; its own reply says how it ended. */
  | { readonly kind: "stop"; readonly id: number; readonly request: number }
  /** The catalogue, and which of its models are in the cache. */
  | { readonly kind: "models"; readonly id: number }
  /** The GGUF files of folders, and which of them can be loaded. */
  | { readonly kind: "modelFiles"; readonly id: number; readonly folders: readonly string[] }
  /** The back ends of this machine, each tried unless its result is kept; `again`: all of them are tried. */
  | { readonly kind: "devices"; readonly id: number; readonly again: boolean }
  /** Fetches a back end that is not shipped (see InstallOffer.id), with progress events, and tries it. */
  | { readonly kind: "installBackend"; readonly id: number; readonly backend: string }
  /** For batch clients: reads and indexes a pool ahead of a run. */
  | { readonly kind: "pool"; readonly id: number; readonly poolPath: string }
  /**
   * For batch clients: one answer, without events of its steps. As many at once as there are lanes; one more is refused
   * (`lanesBusy`). They end in any order.
   */
  | { readonly kind: "answer"; readonly id: number; readonly params: AnswerParams }
  /**
   * For batch clients: so many answers may be written at once from now on (1: one after another), each in a context of the
   * model's size. They share evaluations and are not reproducible. It waits for all earlier requests; loading another
   * model goes back to 1.
   */
  | { readonly kind: "lanes"; readonly id: number; readonly lanes: number }
  /** For batch clients: the groups file that says what group an answer is about; null: none. Needs no model. */
  | { readonly kind: "groups"; readonly id: number; readonly groupsPath: string | null }
  /** For batch clients: the group of each subject, as `answer` would find it. Needs no model. */
  | { readonly kind: "route"; readonly id: number; readonly about: readonly AnswerSubject[] }
  /**
   * For batch clients: adds answers to the pool in memory, or begins one. No file changes. They are kept until `pool` or
   * `generate` names a file, or the model is unloaded. With lanes, answers that are being written go on meanwhile.
   */
  | { readonly kind: "add"; readonly id: number; readonly answers: readonly AddedAnswer[] }
  /** For batch clients: what is loaded, and the memory of the process. Answered at once, even during a run. */
  | { readonly kind: "stats"; readonly id: number }
  /** For batch clients: frees model and pool; the process stays. */
  | { readonly kind: "unload"; readonly id: number }
  /** Shuts the process down cleanly. */
  | { readonly kind: "shutdown"; readonly id: number };

export interface WorkerStats {
  readonly model: TraceModel | null;
  readonly device: TraceDevice | null;
  /** Memory of the GPU just after the load, in use by all programs; null on CPU or where it is not known. */
  readonly deviceMemory: DeviceMemory | null;
  /** Back ends that would have been preferred for the model, and why they are not used. */
  readonly refused: readonly RefusedBackend[];
  readonly pool: { readonly name: string; readonly entries: number; readonly tokens: number } | null;
  readonly residentBytes: number;
  readonly running: boolean;
}

export interface CatalogueModel {
  readonly id: string;
  readonly title: string;
  /** Size of the cached file, or else of the one that would be fetched. */
  readonly modelBytes: number;
  /** Path of the file; null until it is fetched. */
  readonly path: string | null;
  /** Bytes of an interrupted download that the next one resumes from. */
  readonly keptBytes: number;
}

/** The result of each request. */
export interface WorkerResults {
  readonly hello: { readonly version: number; readonly generator: string };
  readonly load: WorkerStats;
  readonly fetch: { readonly path: string; readonly quantisation: string };
  /** How the run ended; its header and steps came as events. "stopped" is not a failure. */
  readonly generate: TraceEnd;
  readonly stop: null;
  readonly pool: { readonly name: string; readonly entries: number; readonly tokens: number };
  readonly answer: AnswerResult;
  readonly lanes: { readonly lanes: number; readonly contextTokens: number };
  /** Groups that the file names, and subjects that have one; null without a file. */
  readonly groups: { readonly groups: number; readonly subjects: number } | null;
  readonly route: readonly PoolRoute[];
  readonly add: { readonly name: string; readonly entries: number; readonly tokens: number };
  readonly stats: WorkerStats;
  readonly models: readonly CatalogueModel[];
  readonly modelFiles: readonly FoundModel[];
  readonly devices: DeviceReport;
  readonly installBackend: DeviceReport;
  readonly unload: null;
  readonly shutdown: null;
}

export type WorkerReply =
  | {
      [Kind in keyof WorkerResults]: {
        readonly kind: "done";
        readonly id: number;
        readonly request: Kind;
        readonly result: WorkerResults[Kind];
      };
    }[keyof WorkerResults]
  | { readonly kind: "failed"; readonly id: number; readonly error: ErrorText };

/** Every message from a worker. */
export type WorkerMessage = WorkerEvent | WorkerReply;

const replyId = Type.Integer();
/** The frame of a message; what a reply carries depends on the request that it answers. */
export const WorkerMessageSchema = Type.Unsafe<WorkerMessage>(
  Type.Union([
    ...WorkerEventSchemas,
    Type.Object({
      kind: Type.Literal("done"),
      id: replyId,
      request: Type.String(),
      result: Type.Optional(Type.Unknown()),
    }),
    Type.Object({ kind: Type.Literal("failed"), id: replyId, error: ErrorTextSchema }),
  ]),
);
