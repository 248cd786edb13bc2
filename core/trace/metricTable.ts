// The definition of each figure, for every place that shows it.
import type { TraceMetrics } from "./metrics.ts";

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
  steps: ["steps", "Draft-verify rounds, not counting the prefill."],
  draftlessSteps: ["steps", "Steps that sent no draft."],
  drafted: ["tokens", "Drafted tokens that were sent for verification, unreached ones included."],
  accepted: ["tokens", "Drafted tokens that were the target's choice."],
  relaxed: ["tokens", "Drafted tokens kept only because verification is relaxed."],
  rejected: ["tokens", "Drafted tokens that were judged and not kept."],
  unreached: ["tokens", "Drafted tokens after a rejected one: evaluated, never judged."],
  committed: [
    "tokens",
    "Tokens of the answer: accepted + relaxed + 1 for each step, an end-of-text token included.",
  ],
  committedDrafted: ["tokens", "Tokens committed by steps that sent a draft."],
  keptHistogram: ["steps", "Entry i counts the steps that kept i drafted tokens."],
  edl: [
    "tokens/step",
    "Effective decoding length: tokens committed per step, with steps without a draft, without the prefill.",
    "committed tokens",
    "all steps",
  ],
  edlDrafted: [
    "tokens/step",
    "Effective decoding length over the steps that sent a draft.",
    "tokens committed by steps with a draft",
    "steps with a draft",
  ],
  acceptance: ["", "Share of drafted tokens that were kept.", "accepted + relaxed tokens", "drafted tokens"],
  relaxedShare: [
    "",
    "Share of the answer that is not the target's choice.",
    "relaxed tokens",
    "committed tokens",
  ],
  natsGivenUp: [
    "nats",
    "Log-probability given up by relaxed accepts: the sum of ln P(most probable) − ln P(kept).",
  ],
  openDecisions: [
    "decisions",
    "Relaxed accepts that the lower bound of the probability would have rejected.",
  ],
  draftMs: ["ms", "Time spent on finding drafts."],
  verifyMs: ["ms", "Time spent on evaluating roots and drafts."],
  otherMs: ["ms", "Time spent on judging, rollback and bookkeeping."],
  totalMs: ["ms", "draftMs + verifyMs + otherMs, without the prefill."],
  tokensPerSecond: [
    "tokens/s",
    "Decoding speed, without the prefill.",
    "committed tokens",
    "seconds of all steps",
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
