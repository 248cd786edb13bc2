// Messages between the editor's client and the language server beyond the standard methods. Each has one
// descriptor with its name, its direction and the types of its contents.
import type { TraceEnd, TraceForm } from "../../core/trace/index.ts";
import type { ErrorText } from "../../core/base/index.ts";
import type {
  CatalogueModel,
  DeviceReport,
  FoundModel,
  GenerateParams,
  ModelChoice,
  WorkerStats,
} from "./worker.ts";
import type { RunEvent } from "./workerEvents.ts";

export type { RunEvent } from "./workerEvents.ts";

/** Checked in initialize: `initializationOptions.laserProtocol`, and `laserProtocol` in the server's reply. */
export const METHODS_VERSION = 1;

/** Binds the types of a message to its name; they don't exist at run time. */
export interface Method<Params, Result> {
  readonly method: `laser/${string}`;
  readonly types?: (params: Params) => Result;
}

const method = <Params, Result>(name: `laser/${string}`): Method<Params, Result> => ({ method: name });

/** Id of the run, chosen by the client and unique in its session. */
export type RunId = string;

export interface RunParams {
  readonly runId: RunId;
  readonly model: ModelChoice;
  readonly generate: GenerateParams;
  /** Where the trace is written; null: nowhere. */
  readonly traceFolder: string | null;
  /** How it is written. */
  readonly traceForm: TraceForm;
  /** While another run is active: wait for it, stop it first, or refuse with `busy`. */
  readonly whenBusy: "queue" | "stop" | "refuse";
}

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
/** Runs one generation; its events arrive as `runEvent`, its result when it has ended, however it ended. */
export const runRequest = method<RunParams, RunResult>("laser/run");
/** Stops a run after at most one more step, or removes it from the queue; the run's own result says so. */
export const stopRequest = method<{ readonly runId: RunId }, null>("laser/stop");
export const modelsRequest = method<null, readonly CatalogueModel[]>("laser/models");
/** The GGUF files of folders, and which of them can be loaded. */
export const modelFilesRequest = method<{ readonly folders: readonly string[] }, readonly FoundModel[]>(
  "laser/modelFiles",
);
/** Fetches a catalogue model; `runEvent`s of kind progress carry `runId`. `stopRequest` ends it. */
export const fetchRequest = method<
  { readonly runId: RunId; readonly catalogueId: string },
  { readonly path: string }
>("laser/fetch");
/** The back ends of this machine; what has not been tried is tried, with events and `stopRequest` as for `fetchRequest`. */
export const devicesRequest = method<{ readonly runId: RunId; readonly again: boolean }, DeviceReport>(
  "laser/devices",
);
/** Fetches a back end (InstallOffer.id) and tries it, with events and `stopRequest` as for `fetchRequest`. */
export const installBackendRequest = method<
  { readonly runId: RunId; readonly backend: string },
  DeviceReport
>("laser/installBackend");
/** Kills the worker and resets its crash count, so that it may start again. */
export const restartRequest = method<null, null>("laser/restartWorker");

// Server → client
/** One event of a run, in order. */
export const runEventNotice = method<{ readonly runId: RunId; readonly event: RunEvent }, never>(
  "laser/runEvent",
);
/** The state changed. Sent once after initialize, too. */
export const statusNotice = method<ServerStatus, never>("laser/status");

// Client → server, no answer
/** The user trusts the workspace now: running and fetching are allowed from here on. */
export const trustGrantedNotice = method<null, never>("laser/trustGranted");
