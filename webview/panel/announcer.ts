// What the live region announces about a run: a summary of its steps at most about once a second, and how it
// ended. Driven by the messages themselves, without a timer: what is held back is part of the next summary.
// Pure.
import { t } from "../../core/base/index.ts";
import { keptOf } from "../../core/trace/index.ts";
import type { RunModel } from "../run/model/model.ts";

export const ANNOUNCE_EVERY_MS = 1500;

export interface Announced {
  readonly text: string;
  readonly atMs: number;
  readonly runId: string | null;
  readonly steps: number;
  readonly hasEnded: boolean;
}

export const NOTHING_ANNOUNCED: Announced = {
  text: "",
  atMs: -Infinity,
  runId: null,
  steps: 0,
  hasEnded: false,
};

/** The next announcement; `last` itself if there is nothing new, or it is too early. */
export function announce(last: Announced, run: RunModel | null, nowMs: number): Announced {
  if (run === null) return last;
  const isSame = last.runId === run.runId;
  const before = isSame ? last.steps : 0;
  const steps = run.steps.length;
  if (run.ended !== null) {
    if (isSame && last.hasEnded) return last;
    return { text: endText(run), atMs: nowMs, runId: run.runId, steps, hasEnded: true };
  }
  if (steps === before || nowMs - last.atMs < ANNOUNCE_EVERY_MS) return last;
  return { text: stepText(run), atMs: nowMs, runId: run.runId, steps, hasEnded: false };
}

function stepText({ steps, counts }: RunModel): string {
  const last = steps.at(-1)!;
  const drafted = last.step.draft.length;
  const kept = keptOf(last.step);
  const draft = drafted === 0 ? t("no draft") : t("{0} of {1} drafted tokens kept", kept, drafted);
  return t("Step {0}: {1}. {2} tokens so far.", steps.length, draft, counts.committed);
}

function endText({ ended, counts }: RunModel): string {
  const tokens = t("{0} tokens in {1} steps", counts.committed, counts.steps);
  switch (ended?.finish) {
    case "failed":
      return t("The run failed: {0}", ended.error?.message ?? t("no reason was given"));
    case "stopped":
      return t("Stopped: {0}.", tokens);
    case "busy":
      return t("Another run is in progress.");
    case "endOfText":
    case "stop":
    case "loop":
    case "complete":
    case "maxTokens":
    case undefined:
      return t("Finished: {0}.", tokens);
  }
}
