// What is known of a run, as a value that each message changes: what the panel is hydrated with. Pure; it must not know
// vscode nor who sends the messages.
import { unreachable } from "../server/laser/index.ts";
import type { RunEvent, RunId, RunResult } from "../server/protocol/methods.ts";
import type { RunSnapshot } from "./protocol/panel.ts";

/** A run that was asked for and has not begun. */
export function startedRun(runId: RunId): RunSnapshot {
  return {
    runId,
    header: null,
    tokens: {},
    entries: {},
    steps: [],
    pieces: [],
    progress: null,
    ended: null,
    plainTokensPerSecond: null,
  };
}

export function withEvent(run: RunSnapshot, event: RunEvent): RunSnapshot {
  switch (event.kind) {
    case "progress":
      return { ...run, progress: { message: event.message, share: event.share } };
    case "begin":
      return { ...run, header: event.header, tokens: { ...run.tokens, ...event.tokens } };
    case "step":
      return {
        ...run,
        progress: null,
        steps: [...run.steps, event.step],
        pieces: [...run.pieces, event.pieces],
        tokens: { ...run.tokens, ...event.tokens },
        entries: { ...run.entries, ...event.entries },
      };
    default:
      return unreachable(event);
  }
}

export function withEnd(run: RunSnapshot, result: RunResult): RunSnapshot {
  return { ...run, progress: null, ended: result };
}

export function withPlain(run: RunSnapshot, tokensPerSecond: number): RunSnapshot {
  return { ...run, plainTokensPerSecond: tokensPerSecond };
}

/** The text of the answer so far. */
export function answerText(run: RunSnapshot): string {
  return run.pieces.flatMap((pieces) => pieces.map(({ text }) => text)).join("");
}
