// What both sides keep of a run beside its steps, and how an event changes it: the extension adds the steps as they come,
// the page adds them as it draws them. Pure; it must not know either side.
import type { RunEvent, RunId, RunResult } from "../../server/protocol/methods.ts";
import { unreachable } from "../../server/laser/index.ts";
import type { RunSnapshot } from "./panel.ts";

export type RunHead = Omit<RunSnapshot, "steps" | "pieces">;

/** A run that was asked for and has not begun. */
export function emptyHead(runId: RunId): RunHead {
  return {
    runId,
    header: null,
    tokens: {},
    entries: {},
    progress: null,
    ended: null,
    plainTokensPerSecond: null,
  };
}

/** Whatever goes on ends the progress before it. */
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
      };
    default:
      return unreachable(event);
  }
}

export function headWithEnd<Head extends RunHead>(head: Head, result: RunResult): Head {
  return { ...head, progress: null, ended: result };
}

export function headWithPlain<Head extends RunHead>(head: Head, tokensPerSecond: number): Head {
  return { ...head, plainTokensPerSecond: tokensPerSecond };
}
