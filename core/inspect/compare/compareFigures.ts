// The figures of several runs, each against the same figure of a baseline run.
import { measuredLoopOf } from "../answerLoop.ts";
import {
  METRIC_DEFINITIONS,
  traceMetrics,
  withRates,
  type MetricDefinition,
  type Trace,
} from "../../trace/index.ts";

/** Figures that are one number: all but the histogram. */
export type FigureName = Exclude<MetricDefinition["name"], "keptHistogram">;

export interface FigureCell {
  /** null: not measured, e.g. the acceptance of a run that drafted nothing. */
  readonly value: number | null;
  /** The same over the steps before the loop in which the answer ends; null without a loop, and for a plain count. */
  readonly beforeLoop: number | null;
  /** Relative to the baseline; null for the baseline itself, and if either value is unknown or the denominator is 0. */
  readonly against: FigureRelation | null;
}

/** Both sides before their loops, where one ends in a loop. */
export interface FigureRelation {
  /** ratio: value ÷ baseline · difference: value − baseline, for shares and for counts that are often 0. */
  readonly kind: "ratio" | "difference";
  readonly amount: number;
  /** The baseline's value: a shown difference is that of the two shown (rounded) values. */
  readonly baseline: number;
  /** null if neither direction is better, or both values are equal. */
  readonly isBetter: boolean | null;
}

export interface FigureRow extends Omit<MetricDefinition, "name"> {
  readonly name: FigureName;
  /** null if neither more nor less is better. */
  readonly better: "higher" | "lower" | null;
  /** One for each trace, in their order. */
  readonly cells: readonly FigureCell[];
}

/** How a figure is compared with the baseline, and which direction is better. */
const HELD: Readonly<Record<FigureName, readonly [FigureRelation["kind"], FigureRow["better"]]>> = {
  tokensPerSecond: ["ratio", "higher"],
  edl: ["ratio", "higher"],
  edlDrafted: ["ratio", "higher"],
  acceptance: ["difference", "higher"],
  relaxedShare: ["difference", "lower"],
  natsGivenUp: ["difference", "lower"],
  openDecisions: ["difference", "lower"],
  committed: ["ratio", null],
  steps: ["ratio", null],
  draftlessSteps: ["difference", null],
  drafted: ["difference", null],
  accepted: ["difference", null],
  relaxed: ["difference", "lower"],
  rejected: ["difference", null],
  unreached: ["difference", null],
  committedDrafted: ["difference", null],
  // Times of answers of different lengths are not comparable: speed is the figure with a better direction.
  totalMs: ["ratio", null],
  draftMs: ["ratio", null],
  verifyMs: ["ratio", null],
  otherMs: ["ratio", null],
};

/** Figures that a loop flatters. */
const RATES: readonly FigureName[] = ["tokensPerSecond", "edl", "edlDrafted", "acceptance", "relaxedShare"];

/** One row for each figure, the most important first. `baseline` is an index into `traces`. */
export function compareFigures(traces: readonly Trace[], baseline: number): FigureRow[] {
  const metrics = traces.map(traceMetrics);
  const before = traces.map((trace) => {
    const loop = measuredLoopOf(trace);
    return loop === null ? null : withRates(loop.countsBefore);
  });
  return (Object.keys(HELD) as FigureName[]).map((name) => {
    const definition = METRIC_DEFINITIONS.find((entry) => entry.name === name)!;
    const [kind, better] = HELD[name];
    const isRate = RATES.includes(name);
    const beforeLoop = (at: number): number | null => (isRate ? (before[at]?.[name] ?? null) : null);
    const base = beforeLoop(baseline) ?? metrics[baseline]?.[name] ?? null;
    const cells = metrics.map((figures, at) => {
      const value = figures[name];
      const compared = beforeLoop(at) ?? value;
      const against = at === baseline ? null : relationOf(compared, base, kind, better);
      return { value, beforeLoop: beforeLoop(at), against };
    });
    return { ...definition, name, better, cells };
  });
}

function relationOf(
  value: number | null,
  base: number | null,
  kind: FigureRelation["kind"],
  better: FigureRow["better"],
): FigureRelation | null {
  if (value === null || base === null) return null;
  const amount = kind === "ratio" ? value / base : value - base;
  if (!Number.isFinite(amount)) return null;
  const isBetter = better === null || value === base ? null : value > base === (better === "higher");
  return { kind, amount, baseline: base, isBetter };
}
