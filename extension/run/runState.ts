// The state of a run, updated by each message; the panel is hydrated with it.
import type { RunEvent, RunId } from "../../server/protocol/methods.ts";
import { inheritedText } from "../../core/trace/index.ts";
import type { RunIdentity, RunSnapshot } from "../shared/panel.ts";
import { emptyHead, headWithEvent } from "../shared/runHead.ts";

/** A run that was requested and has not started. */
export function startedRun(runId: RunId, identity: RunIdentity | null = null): RunSnapshot {
  return { ...emptyHead(runId, identity), steps: [], pieces: [] };
}

export function withEvent(run: RunSnapshot, event: RunEvent): RunSnapshot {
  const known = headWithEvent(run, event);
  if (event.kind !== "step") return known;
  return { ...known, steps: [...run.steps, event.step], pieces: [...run.pieces, event.pieces] };
}

/** The text of the answer so far, including the text it inherits from an earlier answer. */
export function answerText({ header, tokens, pieces }: RunSnapshot): string {
  const inherited = header === null ? "" : inheritedText(header.request, tokens);
  return inherited + pieces.flatMap((ofStep) => ofStep.map(({ text }) => text)).join("");
}
