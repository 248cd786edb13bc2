// The worker's protocol: what a client (language server, batch runner) and the process that holds model and
// pools say to each other. One JSON message at a time, over IPC or one a line over stdio. Plain data only.
//
// The client speaks first: hello with its version. The worker answers welcome, or failed with protocolVersion
// and ends. Each request carries an id and gets exactly one reply: done or failed. Events of a run come
// between, in order.
import type { GpuChoice } from "../engine/errors.ts";
import type { NextKind, TokenId } from "../laser/index.ts";
import type {
  NamedEntries,
  NamedTokens,
  TraceDevice,
  TraceEnd,
  TraceHeader,
  TraceModel,
  TraceParent,
  TraceRequest,
  TraceStep,
} from "../trace/index.ts";
import type { ErrorText } from "./errors/text.ts";
import type { GenerationSettings } from "./settings.ts";

export const WORKER_PROTOCOL_VERSION = 1;

/** Which model, and how. Two equal choices need no second load. */
export interface ModelChoice {
  /** A GGUF file, or a model of the catalogue; the demo model where both are left out. */
  readonly path?: string;
  readonly catalogueId?: string;
  readonly gpu: GpuChoice;
  readonly contextTokens: number;
  /** Processor threads at most; all cores when left out. */
  readonly threads?: number;
}

/** A value of a prompt variable, as JSON. */
export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

export interface GenerateParams {
  /** The text of a .prompty file, or plain text, which is one user message. */
  readonly source: string;
  /** Name of the prompt file; null for a selection or an unsaved text. */
  readonly promptFile: string | null;
  readonly values: Readonly<Record<string, JsonValue>>;
  readonly settings: GenerationSettings;
  /** A file of earlier answers; null: none. */
  readonly poolPath: string | null;
  /** Goes on from a place of a recorded answer: then `source` and `values` are not read. */
  readonly continueFrom?: ContinueFrom;
}

/**
 * Where a run goes on from. The prompt is the recorded one, token by token; `settings.maxTokens` counts the whole
 * answer, inherited tokens included.
 */
export interface ContinueFrom {
  readonly messages: TraceRequest["messages"];
  readonly rendered: string;
  /** The rendered prompt's tokens, then the answer tokens that stand. */
  readonly promptTokens: readonly TokenId[];
  /** How many of the last promptTokens are answer tokens. */
  readonly inheritedTokens: number;
  readonly parent: TraceParent;
  /** Whose tokens they are. */
  readonly model: Pick<TraceModel, "name" | "tokenizerFingerprint">;
}

export type WorkerRequest =
  | { readonly kind: "hello"; readonly id: number; readonly version: number }
  /** Loads a model, in place of the one that is loaded. Nothing is fetched: a missing catalogue model is a failure. */
  | { readonly kind: "load"; readonly id: number; readonly model: ModelChoice }
  /** Fetches a catalogue model; progress events tell how far. */
  | { readonly kind: "fetch"; readonly id: number; readonly catalogueId: string }
  | { readonly kind: "generate"; readonly id: number; readonly params: GenerateParams }
  /** Ends the request with that id after at most one more step; its own reply says how it ended. */
  | { readonly kind: "stop"; readonly id: number; readonly request: number }
  /** Reads and indexes a pool ahead of a run. */
  | { readonly kind: "pool"; readonly id: number; readonly poolPath: string }
  | { readonly kind: "stats"; readonly id: number }
  /** The catalogue, with what of it is in the cache. */
  | { readonly kind: "models"; readonly id: number }
  | { readonly kind: "unload"; readonly id: number }
  /** Ends the process in good order. */
  | { readonly kind: "shutdown"; readonly id: number };

export interface WorkerStats {
  readonly model: TraceModel | null;
  readonly device: TraceDevice | null;
  readonly pool: { readonly name: string; readonly entries: number; readonly tokens: number } | null;
  readonly residentBytes: number;
  readonly running: boolean;
}

export interface CatalogueModel {
  readonly id: string;
  readonly title: string;
  /** Size of the file that is there, else of the one that would be fetched. */
  readonly modelBytes: number;
  /** Where the file is; null while it is not fetched. */
  readonly path: string | null;
  /** Bytes of an interrupted download that the next one goes on from; 0 where nothing is kept. */
  readonly keptBytes: number;
}

/** How a committed token came about. */
export type TokenClass = "accepted" | "relaxed" | NextKind;

/** A committed token and the text that it completes: none for a control token or a part of a character. */
export interface CommittedPiece {
  readonly id: TokenId;
  readonly text: string;
  readonly tokenClass: TokenClass;
}

/** What each request is answered with. */
export interface WorkerResults {
  readonly hello: { readonly version: number; readonly generator: string };
  readonly load: WorkerStats;
  readonly fetch: { readonly path: string; readonly quantisation: string };
  /** How the run ended; its header and steps came as events. "stopped" is no failure. */
  readonly generate: TraceEnd;
  readonly stop: null;
  readonly pool: { readonly name: string; readonly entries: number; readonly tokens: number };
  readonly stats: WorkerStats;
  readonly models: readonly CatalogueModel[];
  readonly unload: null;
  readonly shutdown: null;
}

/** Events of one request, between it and its reply. */
export type WorkerEvent =
  /** A slow step: loading, measuring, fetching, reading the prompt. `share` 0 … 1 where it is known. */
  | {
      readonly kind: "progress";
      readonly request: number;
      readonly message: string;
      readonly share: number | null;
    }
  /** A run begins: everything of its trace but steps and result. */
  | {
      readonly kind: "begin";
      readonly request: number;
      readonly header: TraceHeader;
      readonly tokens: NamedTokens;
    }
  | {
      readonly kind: "step";
      readonly request: number;
      readonly step: TraceStep;
      readonly pieces: readonly CommittedPiece[];
      /** Names of ids and pool entries that were not named before in this run. */
      readonly tokens: NamedTokens;
      readonly entries: NamedEntries;
    };

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

/** Everything a worker says. */
export type WorkerMessage = WorkerEvent | WorkerReply;
