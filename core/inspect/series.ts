// Figures of a run over time: when steps ended, rates of ranges of steps, log-probability given up. Time is
// the time of the steps; the prefill is before 0. Pure.
import type { Rule } from "../laser/index.ts";
import {
  countSteps,
  keptOf,
  withRates,
  type StepCounts,
  type TraceMetrics,
  type TraceStep,
} from "../trace/index.ts";

/** Counts without open decisions, the only figure that depends on the rule. */
const ANY_RULE: Rule = { kind: "strict" };

/** Duration of a step in ms. */
export function stepMs({ draftMs, verifyMs, otherMs }: TraceStep): number {
  return draftMs + verifyMs + otherMs;
}

/** When each step ended, in ms from the start of the first. */
export function stepEndsMs(steps: readonly TraceStep[]): Float64Array {
  let ms = 0;
  return Float64Array.from(steps, (step) => (ms += stepMs(step)));
}

/** Consecutive steps. */
export interface Bucket {
  /** Indices of its first and its last step. */
  readonly from: number;
  readonly to: number;
  readonly startMs: number;
  readonly endMs: number;
  /** Its time ÷ the time of all steps; 0 if that is 0. */
  readonly timeShare: number;
  /** Rates are computed from its counts: speed is its tokens ÷ its seconds, not a mean of its steps' speeds. */
  readonly metrics: TraceMetrics;
}

const MAX_BUCKETS = 200;

/**
 * Splits a run into at most `buckets` ranges of equally many steps; only the last may be shorter.
 * Their counts and times add up to those of the run.
 */
export function overTime(steps: readonly TraceStep[], buckets: number): Bucket[] {
  const ends = stepEndsMs(steps);
  const totalMs = ends.at(-1) ?? 0;
  return ranges(steps.length, Math.min(buckets, MAX_BUCKETS)).map(([from, end]) => {
    const startMs = from === 0 ? 0 : ends[from - 1]!;
    const endMs = ends[end - 1]!;
    return {
      from,
      to: end - 1,
      startMs,
      endMs,
      timeShare: totalMs === 0 ? 0 : (endMs - startMs) / totalMs,
      metrics: withRates(countSteps(steps.slice(from, end), ANY_RULE)),
    };
  });
}

/** Splits 0 … `length` into at most `most` ranges [from, end) of equal size; the last may be shorter. */
export function ranges(length: number, most: number): [from: number, end: number][] {
  const size = Math.max(1, Math.ceil(length / Math.max(1, Math.floor(most))));
  return Array.from({ length: Math.ceil(length / size) }, (_, i) => [
    i * size,
    Math.min(length, (i + 1) * size),
  ]);
}

const TIME_PARTS = ["prefill", "verify", "draft", "other"] as const;
export type TimePart = (typeof TIME_PARTS)[number];

export interface TimeShare {
  readonly part: TimePart;
  /** null: not measured. */
  readonly ms: number | null;
  /** Share of all measured time, prefill included; null if that is 0. */
  readonly ofAll: number | null;
  /** Share of the steps' time; null for the prefill, which is not part of it. */
  readonly ofSteps: number | null;
}

/** Where the time of a run was spent. @param prefillMs null if it was not measured */
export function timeSplit(counts: StepCounts, prefillMs: number | null): TimeShare[] {
  const stepsMs = counts.draftMs + counts.verifyMs + counts.otherMs;
  const allMs = stepsMs + (prefillMs ?? 0);
  const ms: Readonly<Record<TimePart, number | null>> = {
    prefill: prefillMs,
    verify: counts.verifyMs,
    draft: counts.draftMs,
    other: counts.otherMs,
  };
  const ratio = (part: number | null, whole: number) => (part === null || whole === 0 ? null : part / whole);
  return TIME_PARTS.map((part) => ({
    part,
    ms: ms[part],
    ofAll: ratio(ms[part], allMs),
    ofSteps: part === "prefill" ? null : ratio(ms[part], stepsMs),
  }));
}

/** A relaxed accept, with the log-probability given up so far. */
export interface NatsPoint {
  readonly step: number;
  /** The first relaxed token of the step. */
  readonly place: number;
  /** Tokens committed by the end of the step. */
  readonly tokens: number;
  /** Given up by then, in nats; never decreases. */
  readonly nats: number;
}

/**
 * Cumulative log-probability given up, at the steps that gave some up.
 * @param most maximum number of points; others are dropped, but never the last
 */
export function natsOverTokens(steps: readonly TraceStep[], most: number): NatsPoint[] {
  const points: NatsPoint[] = [];
  let [tokens, nats] = [0, 0];
  steps.forEach((step, index) => {
    tokens += keptOf(step) + 1;
    const place = step.verdicts.findIndex(({ kind }) => kind === "relaxed");
    if (place < 0) return;
    nats += countSteps([step], ANY_RULE).natsGivenUp;
    points.push({ step: index, place, tokens, nats });
  });
  return ranges(points.length, most).map(([, end]) => points[end - 1]!);
}
