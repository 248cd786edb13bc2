// The definition of each figure, for every place that shows it.
import { t } from "../../base/index.ts";
import type { TraceMetrics } from "../metrics.ts";

export interface MetricDefinition {
  readonly name: keyof TraceMetrics;
  /** "" for a plain count. */
  readonly unit: string;
  readonly definition: string;
  /** null if the figure is not a quotient. */
  readonly numerator: string | null;
  readonly denominator: string | null;
}

type Words = readonly [unit: string, definition: string, numerator?: string, denominator?: string];

const words: Readonly<Record<keyof TraceMetrics, Words>> = {
  steps: ["steps", t("Draft-verify rounds, not counting the prefill.")],
  draftlessSteps: ["steps", t("Steps that sent no draft.")],
  drafted: ["tokens", t("Drafted tokens that were sent for verification, unreached ones included.")],
  accepted: ["tokens", t("Drafted tokens that were the target's choice.")],
  relaxed: ["tokens", t("Drafted tokens kept only because verification is relaxed.")],
  rejected: ["tokens", t("Drafted tokens that were judged and not kept.")],
  unreached: ["tokens", t("Drafted tokens after a rejected one: evaluated, never judged.")],
  committed: [
    "tokens",
    t("Tokens of the answer: accepted + relaxed + 1 for each step, an end-of-text token included."),
  ],
  committedDrafted: ["tokens", t("Tokens committed by steps that sent a draft.")],
  keptHistogram: ["steps", t("Entry i counts the steps that kept i drafted tokens.")],
  edl: [
    "tokens/step",
    t(
      "Effective decoding length: tokens committed per step, with steps without a draft, without the prefill.",
    ),
    t("committed tokens"),
    t("all steps"),
  ],
  edlDrafted: [
    "tokens/step",
    t("Effective decoding length over the steps that sent a draft."),
    t("tokens committed by steps with a draft"),
    t("steps with a draft"),
  ],
  acceptance: [
    "",
    t("Share of drafted tokens that were kept."),
    t("accepted + relaxed tokens"),
    t("drafted tokens"),
  ],
  relaxedShare: [
    "",
    t("Share of the answer that is not the target's choice."),
    t("relaxed tokens"),
    t("committed tokens"),
  ],
  natsGivenUp: [
    "nats",
    t("Log-probability given up by relaxed accepts: the sum of ln P(most probable) − ln P(kept)."),
  ],
  openDecisions: [
    "decisions",
    t("Relaxed accepts that the lower bound of the probability would have rejected."),
  ],
  draftMs: ["ms", t("Time spent on finding drafts.")],
  verifyMs: ["ms", t("Time spent on evaluating roots and drafts.")],
  otherMs: ["ms", t("Time spent on judging, rollback and bookkeeping.")],
  totalMs: ["ms", t("draftMs + verifyMs + otherMs, without the prefill.")],
  tokensPerSecond: [
    "tokens/s",
    t("Decoding speed, without the prefill."),
    t("committed tokens"),
    t("seconds of all steps"),
  ],
};

/** One definition per figure, in display order. */
export const METRIC_DEFINITIONS: readonly MetricDefinition[] = (
  Object.entries(words) as [keyof TraceMetrics, Words][]
).map(([name, [unit, definition, numerator, denominator]]) => ({
  name,
  unit,
  definition,
  numerator: numerator ?? null,
  denominator: denominator ?? null,
}));
