// Parses the client's initialization options. Bounds have defaults; tests pass smaller ones.
import { CRASH_WINDOW_MS, MOST_CRASHES } from "../protocol/crashCount.ts";
import { METHODS_VERSION } from "../protocol/methods.ts";
import { ServerError } from "./errors.ts";

export interface ServerOptions {
  readonly trusted: boolean;
  /** The worker is stopped after this time without a request; 0: never. */
  readonly idleUnloadMs: number;
  readonly limits: ServerLimits;
}

export interface ServerLimits {
  /** From the worker's start to its reply to hello. */
  readonly handshakeMs: number;
  /** From shutdown to the end of its process. */
  readonly shutdownMs: number;
  /** From stop to the end of the stopped request. Covers one chunk of a prompt on a slow machine. */
  readonly stopMs: number;
  /** After this many crashes within the window the worker is not restarted. */
  readonly crashes: number;
  readonly crashWindowMs: number;
  /** Idle time after a keystroke before a document is checked. */
  readonly debounceMs: number;
  /** Bounds on the traces kept in a folder. */
  readonly traces: number;
  readonly traceBytes: number;
}

export const DEFAULT_LIMITS: ServerLimits = {
  handshakeMs: 20_000,
  shutdownMs: 3_000,
  stopMs: 30_000,
  crashes: MOST_CRASHES,
  crashWindowMs: CRASH_WINDOW_MS,
  debounceMs: 150,
  traces: 50,
  traceBytes: 200_000_000,
};

const DEFAULT_IDLE_UNLOAD_MINUTES = 10;
/** The maximum of setTimeout; longer waits would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Reads `initializationOptions`: `{laserProtocol, trusted?, idleUnloadMinutes?, limits?}`. Limits that are absent or
 * not a number of at least 0 get their default.
 * @throws ServerError methodsVersion when the client speaks another version
 */
export function readOptions(given: unknown): ServerOptions {
  const options = record(given);
  if (options.laserProtocol !== METHODS_VERSION) {
    const client = options.laserProtocol === undefined ? "none" : JSON.stringify(options.laserProtocol);
    throw new ServerError({ tag: "methodsVersion", client, server: METHODS_VERSION });
  }
  const limits = record(options.limits);
  const minutes = amount(options.idleUnloadMinutes) ?? DEFAULT_IDLE_UNLOAD_MINUTES;
  return {
    trusted: options.trusted !== false,
    idleUnloadMs: Math.min(minutes * 60_000, LONGEST_TIMER_MS),
    limits: Object.fromEntries(
      Object.entries(DEFAULT_LIMITS).map(([key, value]) => [key, amount(limits[key]) ?? (value as number)]),
    ) as unknown as ServerLimits,
  };
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function amount(value: unknown): number | null {
  return typeof value === "number" && value >= 0 ? value : null;
}
