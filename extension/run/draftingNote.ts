// Whether drafting does anything, and if not, why: for the status bar. By the settings before a run, by the last run after one.
import { t } from "../../core/base/index.ts";
import { STRATEGY_TRAITS } from "../../core/laser/index.ts";
import type { GenerationSettings } from "../../core/settings/index.ts";
import { countSteps, noDraftReason, withRates, type TraceStep } from "../../core/trace/index.ts";
import type { RunSnapshot } from "../shared/panel.ts";

/** Runs of fewer steps say nothing about drafting. */
const MIN_STEPS = 8;

export interface DraftingNote {
  /** For the status bar, e.g. "no drafts". */
  readonly short: string;
  /** A sentence for its tooltip. */
  readonly sentence: string;
}

type LastRun = Pick<RunSnapshot, "header" | "steps" | "plainTokensPerSecond">;

/**
 * Null while drafting works, or as long as there is no sign that it doesn't. @param last null: no run of this
 * window has ended
 */
export function draftingNote(
  settings: Pick<GenerationSettings, "strategy">,
  last: LastRun | null,
): DraftingNote | null {
  if (!STRATEGY_TRAITS[settings.strategy].drafts)
    return {
      short: t("drafting off"),
      sentence: t('Drafting is off: the setting laser.strategy is "{0}".', settings.strategy),
    };
  const request = last?.header?.request;
  if (last === null || request === undefined || !STRATEGY_TRAITS[request.strategy].drafts) return null;
  const { steps, plainTokensPerSecond: plain } = last;
  if (steps.length < MIN_STEPS) return null;
  const { drafted, accepted, relaxed, tokensPerSecond } = withRates(countSteps(steps, request.rule));
  if (drafted === 0)
    return {
      short: t("no drafts"),
      sentence: t(
        "The last run sent no draft in {0} steps. Most often: {1}.",
        steps.length,
        noDraftReason(mostOften(steps)),
      ),
    };
  if (accepted + relaxed === 0)
    return {
      short: t("no draft kept"),
      sentence: t(
        "The last run kept none of {0} drafted tokens, so drafting took time and gained nothing.",
        drafted,
      ),
    };
  if (plain === null || tokensPerSecond === null || tokensPerSecond >= plain) return null;
  const ratio = (Math.floor((100 * tokensPerSecond) / plain) / 100).toFixed(2);
  return {
    short: t("drafts don't pay off"),
    sentence: t(
      "The last run was slower with drafts: {0} of the speed of plain decoding, measured ({1} and {2} tokens/s).",
      ratio,
      tokensPerSecond.toFixed(1),
      plain.toFixed(1),
    ),
  };
}

function mostOften(steps: readonly TraceStep[]): NonNullable<TraceStep["plan"]["noDraft"]> {
  const counts = new Map<NonNullable<TraceStep["plan"]["noDraft"]>, number>();
  for (const { plan } of steps)
    if (plan.noDraft !== null) counts.set(plan.noDraft, (counts.get(plan.noDraft) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? "noMatch";
}
