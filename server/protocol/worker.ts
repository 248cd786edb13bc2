// The worker's protocol: messages between a client (language server, batch runner) and the process that holds
// model and pools. One JSON message at a time, over IPC or one per line over stdio.
//
// The client speaks first: hello with its version. The worker answers done, or failed with protocolVersion
// and ends. Each request carries an id and gets exactly one reply: done or failed. Events of a run come
// between, in order.
//
// The requests are in workerRequests.ts. The language server sends hello, load, fetch, generate, stop, models, modelFiles,
// tokenize, poolGroups, devices, installBackend and shutdown. A batch client, which writes many answers through `laser
// worker`, has eight
// more: answer, which is generate without the events of steps; lanes, so that several answers are written at once; groups
// and route, which say what group an answer is about; pool, so that the first answer doesn't wait for the index; add, which
// lets the pool in memory grow; stats, to watch memory between answers; and unload, to free the model while it does
// something else. server/cluster is such a client, in Python.
//
// Version 2 added answer and add; version 3 lanes, groups, route, and what an answer is about.
import * as Type from "typebox";
import type { DeviceMemory, DeviceReport, RefusedBackend } from "../engine/devices/report.ts";
import type { FoundModel, HubModelState, ModelFit } from "../engine/models/index.ts";
import type { CostTable } from "../../core/laser/index.ts";
import type { PoolRoute, TraceDevice, TraceEnd, TraceModel } from "../../core/trace/index.ts";
import { ErrorTextSchema, type ErrorText } from "../../core/base/index.ts";
import { WorkerEventSchemas, type WorkerEvent } from "./workerEvents.ts";

export type { BackendReport, DeviceReport, InstallOffer } from "../engine/devices/report.ts";
export type { FoundModel, HubModelState, ModelFit } from "../engine/models/index.ts";
export type { CommittedPiece, TokenClass, WorkerEvent } from "./workerEvents.ts";
export type {
  AddedAnswer,
  AnswerParams,
  AnswerSubject,
  ContinueFrom,
  FitFor,
  GenerateParams,
  ModelChoice,
  TokenizedPrompt,
  WorkerRequest,
} from "./workerRequests.ts";

export const WORKER_PROTOCOL_VERSION = 3;

/** Counts and times are those of core/trace/metrics.ts; times in ms. */
export interface AnswerResult {
  readonly finish: TraceEnd["finish"];
  readonly text: string;
  /** The parts of the text that are the target's own choice, for a pool: the whole text if nothing is relaxed. */
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
  /** Which group it was sent to, and why; null if its subject was not given. */
  readonly route: PoolRoute | null;
}

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
  readonly licence: string;
  /** By the size of the file until it is there; its head then says more. Null unless `fitFor` was given. */
  readonly fit: ModelFit | null;
}

/** What is known of the model that is loaded. */
export interface LoadedReport {
  readonly device: TraceDevice;
  /** T(n): what evaluating n tokens at once takes, by threads. */
  readonly costs: CostTable;
  /** guessed: from the file's size, corrected by runs; measured: in idle time; given: by LASER_COSTS. */
  readonly costsFrom: "guessed" | "measured" | "given";
}

export interface ModelReport {
  readonly file: FoundModel;
  /** As the file names itself; null if it doesn't. */
  readonly name: string | null;
  readonly layers: number | null;
  /** Null: not known. */
  readonly vocabularySize: number | null;
  /** Of the file; the settings may name another. `text` is null for one of more than 4 kB. */
  readonly template: { readonly bytes: number; readonly text: string | null } | null;
  /** Null while another model, or none, is loaded. */
  readonly loaded: LoadedReport | null;
}

export interface TokenizeResult {
  /** Base name of the model's file, and the name and architecture that it gives. */
  readonly file: string;
  readonly name: string;
  readonly architecture: string;
  /** Tokens of prompt and answer together: of the choice, and not more than the model was trained for. */
  readonly contextTokens: number;
  /** The longest text that the model was made for; null if its file doesn't say. */
  readonly trainContextTokens: number | null;
  /** Of each text, where each of its tokens ends, in UTF-16 units; tokens within one character end at its end. */
  readonly ends: readonly (readonly number[])[];
  /** Tokens of the whole prompt, chat template included, or why it can't be rendered; null if none was given. */
  readonly prompt:
    | { readonly tokens: number; readonly shown: ShownPrompt | null }
    | { readonly error: ErrorText }
    | null;
}

/** A prompt as the model gets it. */
export interface ShownPrompt {
  readonly messages: readonly {
    readonly role: string;
    readonly content: string;
    /** Of the content alone. */
    readonly tokens: number;
  }[];
  /** The messages in the model's chat template. */
  readonly rendered: string;
  /** Whether the template can't express a system message, which is then left out. */
  readonly leavesOutSystem: boolean;
}

/** The result of each request. */
export interface WorkerResults {
  readonly hello: { readonly version: number; readonly generator: string };
  readonly load: WorkerStats;
  readonly prepare: null;
  readonly fetch: { readonly path: string; readonly quantisation: string };
  /** How the run ended; its header and steps came as events. "stopped" is not a failure. */
  readonly generate: TraceEnd;
  readonly stop: null;
  readonly pool: { readonly name: string; readonly entries: number; readonly tokens: number };
  readonly answer: AnswerResult;
  readonly lanes: { readonly lanes: number; readonly contextTokens: number };
  /** Groups that the file names, and subjects that have one; null without a file. */
  readonly groups: { readonly groups: number; readonly subjects: number } | null;
  readonly poolGroups: readonly string[];
  readonly route: readonly PoolRoute[];
  readonly add: { readonly name: string; readonly entries: number; readonly tokens: number };
  readonly stats: WorkerStats;
  readonly models: readonly CatalogueModel[];
  readonly modelFiles: readonly FoundModel[];
  readonly hubModels: readonly HubModelState[];
  readonly fetchHub: { readonly path: string };
  readonly modelReport: ModelReport;
  readonly devices: DeviceReport;
  readonly installBackend: DeviceReport;
  readonly tokenize: TokenizeResult;
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
