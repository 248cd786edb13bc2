// What the editor's client and the language server say to each other beyond the standard methods. Each
// message has one descriptor: its name, its direction and, as types, what it carries. Plain data.
import type { TraceEnd, TraceForm } from "../trace/index.ts";
import type { ErrorText } from "./errors/text.ts";
import type { CatalogueModel, GenerateParams, ModelChoice, WorkerEvent, WorkerStats } from "./worker.ts";

/** Checked in initialize: `initializationOptions.laserProtocol`, and `laserProtocol` in the server's answer. */
export const METHODS_VERSION = 1;

/** The types of a message travel with its name; nothing of them exists at run time. */
export interface Method<Params, Result> {
  readonly method: `laser/${string}`;
  readonly types?: (params: Params) => Result;
}

const method = <Params, Result>(name: `laser/${string}`): Method<Params, Result> => ({ method: name });

/** Names one run, chosen by the client; unlike any other of its session. */
export type RunId = string;

export interface RunParams {
  readonly runId: RunId;
  readonly model: ModelChoice;
  readonly generate: GenerateParams;
  /** Where the trace is kept; null: nowhere. */
  readonly traceFolder: string | null;
  /** How it is written. */
  readonly traceForm: TraceForm;
  /** While another run goes on: wait for it, stop it first, or refuse with `busy`. */
  readonly whenBusy: "queue" | "stop" | "refuse";
}

/** How a run ended. A failed or stopped run has a trace too, as far as it came. */
export interface RunResult {
  readonly finish: TraceEnd["finish"] | "busy";
  /** Path of the trace; null where none is kept or no step was made. */
  readonly tracePath: string | null;
  /** Why it failed; null for every other end. */
  readonly error: ErrorText | null;
  /** Why the trace that was to be kept could not be; left out where nothing is amiss. */
  readonly traceError?: ErrorText;
}

/** A worker's event as the editor hears it: `request` gives way to the run. */
export type RunEvent = WorkerEvent extends infer Event
  ? Event extends { readonly request: number }
    ? Omit<Event, "request">
    : never
  : never;

/** down: crashed too often, or could not start; `error` says how to go on. */
export type ServerState = "idle" | "loading" | "ready" | "running" | "down";

export interface ServerStatus {
  readonly state: ServerState;
  readonly stats: WorkerStats | null;
  readonly error: ErrorText | null;
}

// Client → server
/** Runs one generation; its events arrive as `runEvent`. Its result comes when it ended, however it ended. */
export const runRequest = method<RunParams, RunResult>("laser/run");
/** Stops a run after at most one more step, or takes it out of the queue; the run's own result says so. */
export const stopRequest = method<{ readonly runId: RunId }, null>("laser/stop");
/** Loads a model ahead of a run. */
export const loadRequest = method<{ readonly model: ModelChoice }, WorkerStats>("laser/load");
/** Frees model and memory; the worker ends. */
export const unloadRequest = method<null, null>("laser/unload");
export const modelsRequest = method<null, readonly CatalogueModel[]>("laser/models");
/** Fetches a catalogue model; `runEvent`s of kind progress carry `runId`. `stopRequest` ends it. */
export const fetchRequest = method<
  { readonly runId: RunId; readonly catalogueId: string },
  { readonly path: string }
>("laser/fetch");
/** Ends the worker at once and forgets its crashes, so that it may start again. */
export const restartRequest = method<null, null>("laser/restartWorker");

// Server → client
/** One event of a run, in order. */
export const runEventNotice = method<{ readonly runId: RunId; readonly event: RunEvent }, never>(
  "laser/runEvent",
);
/** The state changed. Sent once after initialize, too. */
export const statusNotice = method<ServerStatus, never>("laser/status");

// Client → server, no answer
/** The user trusts the workspace now: running, loading and fetching are allowed from here on. */
export const trustGrantedNotice = method<null, never>("laser/trustGranted");
