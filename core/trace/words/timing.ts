// Whether a run's text can depend on how long its steps took: relaxed verification keeps what was drafted, and an adaptive
// planner drafts by measured times.
import { t } from "../../base/index.ts";
import { STRATEGY_TRAITS } from "../../laser/index.ts";
import type { TraceRequest } from "../types.ts";

type Planned = Pick<TraceRequest, "strategy" | "rule" | "planner" | "reproducible">;

/** Strict text is the target's own; it depends on the drafts only by rounding, unless the run is reproducible. */
export function followsTiming({ strategy, planner, reproducible }: Planned): boolean {
  const { drafts, strict } = STRATEGY_TRAITS[strategy];
  return drafts && planner !== "repeatable" && !(strict && reproducible);
}

/** A sentence for the head of a run; null if its text depends only on the request. */
export function timingWords(request: Planned): string | null {
  if (!followsTiming(request)) return null;
  return request.rule.kind === "strict"
    ? t(
        "The adaptive planner drafts by measured times: identical runs may differ where two tokens are almost equally probable.",
      )
    : t(
        "The adaptive planner drafts by measured times, and relaxed verification keeps what was drafted: identical runs may give different texts.",
      );
}
