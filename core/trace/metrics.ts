// All figures of a run, derived from its steps on reading: counts first, which can be added over runs, then
// rates. The definitions are in metricTable.ts.
import { unreachable } from "../base/index.ts";
import { isKept, type KeptKind, type NextKind, type Rule } from "../laser/index.ts";
import { rowIndexOf } from "./tree.ts";
import type { Trace, TraceRow, TraceStep, TraceVerdict } from "./types.ts";

/** Counts of several runs may be added; rates may not. */
export interface StepCounts {
  readonly steps: number;
  readonly draftlessSteps: number;
  readonly drafted: number;
  readonly accepted: number;
  readonly relaxed: number;
  readonly rejected: number;
  readonly unreached: number;
  /** Tokens of the answer: every step commits its kept drafts and one token of the target. */
  readonly committed: number;
  /** Tokens committed by steps that had a draft. */
  readonly committedDrafted: number;
  /** keptHistogram[i] = steps that kept i drafted tokens. */
  readonly keptHistogram: readonly number[];
  readonly natsGivenUp: number;
  readonly openDecisions: number;
  readonly draftMs: number;
  readonly verifyMs: number;
  readonly otherMs: number;
}

/** Rates; null if the denominator is 0 or too small for a finite result. */
export interface StepRates {
  readonly edl: number | null;
  readonly edlDrafted: number | null;
  readonly acceptance: number | null;
  readonly relaxedShare: number | null;
  readonly totalMs: number;
  readonly tokensPerSecond: number | null;
}

export type TraceMetrics = StepCounts & StepRates;

/** All figures of a trace. */
export function traceMetrics(trace: Trace): TraceMetrics {
  return withRates(countSteps(trace.steps, trace.request.rule));
}

/** The drafted tokens kept by a step, then the target's token. */
export function committedOf({ draft, path, next }: TraceStep): number[] {
  return [...path.map((place) => draft[place]!.id), next.id];
}

/** How many drafted tokens per step kept. */
export function keptOf({ path }: Pick<TraceStep, "path">): number {
  return path.length;
}

/** The class of committed token `at` of a step. Kept drafts come first, then the target's token. */
export function committedClassOf({ verdicts, path, next }: TraceStep, at: number): KeptKind | NextKind {
  const kind = verdicts[path[at] ?? verdicts.length]?.kind;
  return isKept(kind) ? kind : next.kind;
}

/** Counts steps that were judged under `rule`. */
export function countSteps(steps: readonly TraceStep[], rule: Rule): StepCounts {
  const counts = { ...NO_STEPS, keptHistogram: [] as number[] };
  for (const step of steps) {
    const kept = keptOf(step);
    step.verdicts.forEach((verdict, place) => {
      counts[verdict.kind]++;
      const row = step.rows[rowIndexOf(step, place)];
      const drafted = step.draft[place];
      if (verdict.kind === "relaxed" && row && drafted)
        counts.natsGivenUp += natsGivenUpBy(drafted.id, verdict, row);
      if (row && isOpen(rule, verdict)) counts.openDecisions++;
    });
    counts.steps++;
    counts.drafted += step.draft.length;
    counts.committed += kept + 1;
    if (step.draft.length === 0) counts.draftlessSteps++;
    else counts.committedDrafted += kept + 1;
    while (counts.keptHistogram.length <= kept) counts.keptHistogram.push(0);
    counts.keptHistogram[kept]!++;
    counts.draftMs += step.draftMs;
    counts.verifyMs += step.verifyMs;
    counts.otherMs += step.otherMs;
  }
  return counts;
}

/** Adds the counts of two sets of steps; rates over several runs are derived from the sum. */
export function addCounts(a: StepCounts, b: StepCounts): StepCounts {
  const histogram = { length: Math.max(a.keptHistogram.length, b.keptHistogram.length) };
  return {
    steps: a.steps + b.steps,
    draftlessSteps: a.draftlessSteps + b.draftlessSteps,
    drafted: a.drafted + b.drafted,
    accepted: a.accepted + b.accepted,
    relaxed: a.relaxed + b.relaxed,
    rejected: a.rejected + b.rejected,
    unreached: a.unreached + b.unreached,
    committed: a.committed + b.committed,
    committedDrafted: a.committedDrafted + b.committedDrafted,
    keptHistogram: Array.from(histogram, (_, i) => (a.keptHistogram[i] ?? 0) + (b.keptHistogram[i] ?? 0)),
    natsGivenUp: a.natsGivenUp + b.natsGivenUp,
    openDecisions: a.openDecisions + b.openDecisions,
    draftMs: a.draftMs + b.draftMs,
    verifyMs: a.verifyMs + b.verifyMs,
    otherMs: a.otherMs + b.otherMs,
  };
}

/** Adds the rates to some counts. */
export function withRates(counts: StepCounts): TraceMetrics {
  const totalMs = counts.draftMs + counts.verifyMs + counts.otherMs;
  return {
    ...counts,
    edl: ratio(counts.committed, counts.steps),
    edlDrafted: ratio(counts.committedDrafted, counts.steps - counts.draftlessSteps),
    acceptance: ratio(counts.accepted + counts.relaxed, counts.drafted),
    relaxedShare: ratio(counts.relaxed, counts.committed),
    totalMs,
    tokensPerSecond: ratio(1000 * counts.committed, totalMs),
  };
}

/**
 * Time to the first token: reading the prompt, then the first step; waiting and loading, which a trace does not record, are
 * left out. Null if the run made no step, or the prompt's time was not measured.
 */
export function firstTokenMs(
  prefillMs: number | null,
  first: Pick<TraceStep, "draftMs" | "verifyMs" | "otherMs"> | undefined,
): number | null {
  if (prefillMs === null || first === undefined) return null;
  return prefillMs + first.draftMs + first.verifyMs + first.otherMs;
}

/** The counts of no steps: the initial value of a sum. */
export const NO_STEPS: StepCounts = {
  steps: 0,
  draftlessSteps: 0,
  drafted: 0,
  accepted: 0,
  relaxed: 0,
  rejected: 0,
  unreached: 0,
  committed: 0,
  committedDrafted: 0,
  keptHistogram: [],
  natsGivenUp: 0,
  openDecisions: 0,
  draftMs: 0,
  verifyMs: 0,
  otherMs: 0,
};

function ratio(numerator: number, denominator: number): number | null {
  const quotient = numerator / denominator;
  return Number.isFinite(quotient) ? quotient : null;
}

/**
 * The nats given up by keeping a drafted token: ln P(top) − ln P(kept). The logit of a token outside the recorded
 * candidates follows from its probability.
 */
export function natsGivenUpBy(
  id: number,
  { probability }: Pick<TraceVerdict, "probability">,
  row: TraceRow,
): number {
  const top = row.logits[0];
  if (top === undefined) return 0;
  const place = row.ids.indexOf(id);
  const logit = place >= 0 ? row.logits[place]! : Math.log(probability) + row.logSumExp;
  // The probability underflows to 0: at least the distance to the last candidate was given up.
  return top - (Number.isFinite(logit) ? logit : row.logits.at(-1)!);
}

/**
 * Whether the interval of the true probability leaves the decision open: kept by its upper bound, not by its lower.
 * Only relaxed accepts can be: the upper bound decides, so whatever it rejects the lower bound rejects too.
 */
function isOpen(rule: Rule, verdict: TraceVerdict): boolean {
  if (verdict.kind !== "relaxed") return false;
  switch (rule.kind) {
    case "relaxed":
      return verdict.probabilityLow <= rule.minProbability;
    // Relative to the best: both probabilities shrink by the same ratio, so their distance can only shrink.
    case "delta":
    case "ratio":
    case "strict":
      return false;
    default:
      return unreachable(rule);
  }
}
