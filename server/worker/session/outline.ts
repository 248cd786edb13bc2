// Steps of a run whose trace is not kept: what was committed and by whose choice, without the rows, which then need not
// be read. On a fast GPU reading them takes longer than the evaluation itself.
import type { DecodeEvent, Step, Verdict } from "../../../core/laser/index.ts";

/** What is known of a probability that was not read. */
const UNREAD = { rank: null, probability: 1, probabilityLow: 0, threshold: null, margin: null } as const;
const KEPT: Verdict = { kind: "accepted", reason: "ownChoice", ...UNREAD };
const NOT_KEPT: Verdict = { kind: "unreached", reason: "behindRejection", ...UNREAD };

/** A step without rows; a drafted token that was not judged counts as kept if it lies on the kept path. */
export function outlineOf(event: DecodeEvent): DecodeEvent {
  return event.kind === "step" ? { ...event, step: withoutRows(event.step) } : event;
}

function withoutRows(step: Step): Step {
  const kept = new Set(step.path);
  return {
    ...step,
    rows: [],
    verdicts: Array.from(
      { length: step.draft.length },
      (_, place) => step.verdicts[place] ?? (kept.has(place) ? KEPT : NOT_KEPT),
    ),
  };
}
