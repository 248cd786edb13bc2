// The state of a run apart from its steps, shared by both sides, and how an event changes it: the extension
// adds steps as they arrive, the page as it draws them.
import type { RunEvent, RunId, RunResult } from "../../server/protocol/methods.ts";
import { unreachable } from "../../core/base/index.ts";
import type { RunIdentity, RunSnapshot } from "./panel.ts";
import type { PlainRun } from "./plainRun.ts";

export type RunHead = Omit<RunSnapshot, "steps" | "pieces">;

/** A run that was requested and has not started. */
export function emptyHead(runId: RunId, identity: RunIdentity | null = null): RunHead {
  return {
    runId,
    identity,
    header: null,
    tokens: {},
    entries: {},
    progress: null,
    ended: null,
    plainTokensPerSecond: null,
    plainRun: null,
    isPlainPending: false,
    prefillMs: null,
    prefillTokens: null,
  };
}

/** Any other event ends the progress before it. */
export function headWithEvent<Head extends RunHead>(head: Head, event: RunEvent): Head {
  switch (event.kind) {
    case "progress":
      return { ...head, progress: { message: event.message, share: event.share } };
    case "begin":
      return {
        ...head,
        progress: null,
        header: event.header,
        tokens: { ...head.tokens, ...event.tokens },
      };
    case "step":
      return {
        ...head,
        progress: null,
        tokens: { ...head.tokens, ...event.tokens },
        entries: { ...head.entries, ...event.entries },
        prefillMs: event.prefillMs ?? head.prefillMs,
        prefillTokens: event.prefillTokens ?? head.prefillTokens,
      };
    default:
      return unreachable(event);
  }
}

/** @param isPlainPending whether a kept plain run is still looked for */
export function headWithEnd<Head extends RunHead>(
  head: Head,
  result: RunResult,
  isPlainPending = false,
): Head {
  return { ...head, progress: null, ended: result, isPlainPending };
}

export function headWithPlain<Head extends RunHead>(
  head: Head,
  tokensPerSecond: number | null,
  plainRun: PlainRun | null = null,
): Head {
  return { ...head, plainTokensPerSecond: tokensPerSecond, plainRun, isPlainPending: false };
}
