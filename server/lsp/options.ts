// Parses the client's initialization options. Bounds have defaults; tests pass smaller ones.
import * as Type from "typebox";
import { parseParts, type Parsed } from "../../core/base/index.ts";
import { CRASH_WINDOW_MS, MAX_CRASHES } from "../protocol/crashCount.ts";
import { METHODS_VERSION } from "../protocol/methods.ts";
import { ServerError } from "./errors.ts";

export interface ServerOptions {
  readonly trusted: boolean;
  /** Whether another extension serves prompt files: all but the `laser:` block is left to it. */
  readonly laserOnly: boolean;
  /** The worker is stopped after this time without a request; 0: never. */
  readonly idleUnloadMs: number;
  readonly limits: ServerLimits;
}

const amount = Type.Number({ minimum: 0 });

const ServerLimitsSchema = Type.Object({
  /** From the worker's start to its reply to hello. */
  handshakeMs: amount,
  /** From shutdown to the end of its process. */
  shutdownMs: amount,
  /** From stop to the end of the stopped request. Covers one chunk of a prompt on a slow machine. */
  stopMs: amount,
  /** After this many crashes within the window the worker is not restarted. */
  crashes: amount,
  crashWindowMs: amount,
  /** Idle time after a keystroke before a document is checked. */
  debounceMs: amount,
  /** The process that counts tokens ends after this time without a request. */
  tokenizerIdleMs: amount,
  /** Bounds on the traces kept in a folder. */
  traces: amount,
  traceBytes: amount,
});
export type ServerLimits = Parsed<typeof ServerLimitsSchema>;

export const DEFAULT_LIMITS: ServerLimits = {
  handshakeMs: 20_000,
  shutdownMs: 3_000,
  stopMs: 30_000,
  crashes: MAX_CRASHES,
  crashWindowMs: CRASH_WINDOW_MS,
  debounceMs: 150,
  tokenizerIdleMs: 300_000,
  traces: 50,
  traceBytes: 200_000_000,
};

const InitializationSchema = Type.Object({
  laserProtocol: Type.Unknown(),
  trusted: Type.Boolean(),
  laserOnly: Type.Boolean(),
  idleUnloadMinutes: amount,
  limits: Type.Unknown(),
});
const DEFAULTS = {
  laserProtocol: undefined,
  trusted: true,
  laserOnly: false,
  idleUnloadMinutes: 10,
  limits: {},
};

/** The maximum of setTimeout; longer waits would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Reads `initializationOptions`: `{laserProtocol, trusted?, laserOnly?, idleUnloadMinutes?, limits?}`. Limits that are absent or
 * not a number of at least 0 get their default.
 * @throws ServerError methodsVersion when the client speaks another version
 */
export function readOptions(given: unknown): ServerOptions {
  const options = parseParts(InitializationSchema, given, DEFAULTS);
  if (options.laserProtocol !== METHODS_VERSION) {
    const client = options.laserProtocol === undefined ? "none" : JSON.stringify(options.laserProtocol);
    throw new ServerError({ tag: "methodsVersion", client, server: METHODS_VERSION });
  }
  return {
    trusted: options.trusted,
    laserOnly: options.laserOnly,
    idleUnloadMs: Math.min(options.idleUnloadMinutes * 60_000, LONGEST_TIMER_MS),
    limits: parseParts(ServerLimitsSchema, options.limits, DEFAULT_LIMITS),
  };
}
