// The columns of the timeline: one per step, or several neighbouring steps per column if there are more steps
// than pixels allow. Pure.
import { t } from "../../core/base/index.ts";
import { keptOf, type TraceStep } from "../../core/trace/index.ts";
import { stepMs } from "../../core/inspect/index.ts";

/** A narrower bar can't be distinguished from its neighbour. */
export const MIN_COLUMN_PX = 3;

/** `from` … `to` are step indices, inclusive. Amounts are means over its steps, in tokens and ms. */
export interface Column {
  readonly from: number;
  readonly to: number;
  readonly drafted: number;
  readonly kept: number;
  readonly relaxed: number;
  readonly draftMs: number;
  readonly verifyMs: number;
  /** The position after which nothing was judged; null if nothing was rejected, or for several steps. */
  readonly rejectedAt: number | null;
  /** Positions of relaxed tokens; empty for several steps. */
  readonly relaxedAt: readonly number[];
}

/** Steps per column if a step is `stepPx` wide. */
export function stepsPerColumn(stepPx: number): number {
  return Math.max(1, Math.ceil(MIN_COLUMN_PX / stepPx - 1e-9));
}

/** The columns that contain steps `first` … `last`; a column begins at a multiple of `together`. */
export function columnsOf(
  steps: readonly TraceStep[],
  together: number,
  first: number,
  last: number,
): Column[] {
  const columns: Column[] = [];
  const end = Math.min(steps.length, last + 1);
  for (let from = first - (first % together); from < end; from += together)
    columns.push(columnOf(steps, from, Math.min(steps.length, from + together)));
  return columns;
}

function columnOf(steps: readonly TraceStep[], from: number, end: number): Column {
  const sum = { drafted: 0, kept: 0, relaxed: 0, draftMs: 0, verifyMs: 0 };
  for (let i = from; i < end; i++) {
    const step = steps[i]!;
    sum.drafted += step.draft.length;
    for (const { kind } of step.verdicts) {
      if (kind === "relaxed") sum.relaxed++;
      if (kind === "accepted" || kind === "relaxed") sum.kept++;
    }
    sum.draftMs += step.draftMs;
    sum.verifyMs += step.verifyMs;
  }
  const amount = end - from;
  const one = amount === 1 ? steps[from]! : null;
  return {
    from,
    to: end - 1,
    drafted: sum.drafted / amount,
    kept: sum.kept / amount,
    relaxed: sum.relaxed / amount,
    draftMs: sum.draftMs / amount,
    verifyMs: sum.verifyMs / amount,
    rejectedAt: one?.next.kind === "correction" ? one.path.length : null,
    relaxedAt: one?.path.flatMap((place, at) => (one.verdicts[place]?.kind === "relaxed" ? [at] : [])) ?? [],
  };
}

/** The ends of the scales. */
export interface Scales {
  /** The longest draft, in tokens; at least 4. */
  readonly mostDrafted: number;
  /** 1 step in 100 may take longer; its bar is cut, so that one slow evaluation does not flatten all others. */
  readonly mostMs: number;
  /** The longest step. */
  readonly longestMs: number;
}

export function scalesOf(steps: readonly TraceStep[]): Scales {
  const ms = Float64Array.from(steps, ({ draftMs, verifyMs }) => draftMs + verifyMs).sort();
  const longestMs = ms.at(-1) ?? 0;
  const usual = ms[Math.max(0, Math.ceil(0.99 * ms.length) - 1)] ?? 0;
  const mostDrafted = steps.reduce((most, { draft }) => Math.max(most, draft.length), 4);
  return { mostDrafted, mostMs: longestMs > 1.5 * usual ? usual : longestMs, longestMs };
}

/** E.g. "Step 12: kept 3 of 5 drafted, 31 ms"; several steps by their sums. */
export function stepsSentence(steps: readonly TraceStep[], from: number, to: number): string {
  let [drafted, kept, relaxed, ms] = [0, 0, 0, 0];
  for (const step of steps.slice(from, to + 1)) {
    drafted += step.draft.length;
    kept += keptOf(step);
    relaxed += step.verdicts.filter(({ kind }) => kind === "relaxed").length;
    ms += stepMs(step);
  }
  const name = from === to ? t("Step {0}", from + 1) : t("Steps {0} to {1}", from + 1, to + 1);
  const what = drafted === 0 ? t("no draft") : t("kept {0} of {1} drafted", kept, drafted);
  return `${name}: ${what}${relaxed === 0 ? "" : t(", {0} relaxed", relaxed)}, ${ms.toFixed(ms < 9.95 ? 1 : 0)} ms`;
}

/** The line below the timeline: the column at the pointer, or the step at the cursor, or the whole run. */
export function readout(
  steps: readonly TraceStep[],
  { mostMs, longestMs }: Scales,
  hovered: Column | null,
  currentStep: number,
): string {
  if (steps.length === 0) return t("There are no steps yet.");
  if (hovered !== null && hovered.to < steps.length) {
    const isMean = hovered.to > hovered.from;
    return `${stepsSentence(steps, hovered.from, hovered.to)}${isMean ? t("; the bar is their mean") : ""}`;
  }
  if (currentStep >= 0 && currentStep < steps.length) return stepsSentence(steps, currentStep, currentStep);
  const isCut = mostMs < longestMs;
  return `${steps.length} steps.${isCut ? t(" Bars with a gap are longer than the scale, up to {0} ms.", longestMs.toFixed(0)) : ""}`;
}
