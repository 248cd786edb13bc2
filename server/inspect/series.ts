// Figures of a run in the order of its time: ends of steps, ranges of steps with their rates, log-probability given up.
// Time is what the steps took; the prefill lies before 0. Pure; it must not know how a series is drawn.
import type { Rule } from "../laser/index.ts";
import {
  countSteps,
  keptOf,
  withRates,
  type StepCounts,
  type TraceMetrics,
  type TraceStep,
} from "../trace/index.ts";

/** Counts here leave out how open a decision was, the one figure that asks for the rule. */
const ANY_RULE: Rule = { kind: "strict" };

/** What a step took in ms. */
export function stepMs({ draftMs, verifyMs, otherMs }: TraceStep): number {
  return draftMs + verifyMs + otherMs;
}

/** When each step ended, in ms from the start of the first. */
export function stepEndsMs(steps: readonly TraceStep[]): Float64Array {
  let ms = 0;
  return Float64Array.from(steps, (step) => (ms += stepMs(step)));
}

/** Consecutive steps together. */
export interface Bucket {
  /** Index of its first step, and of its last. */
  readonly from: number;
  readonly to: number;
  readonly startMs: number;
  readonly endMs: number;
  /** Its own time ÷ the time of all steps; 0 where nothing took time. */
  readonly timeShare: number;
  /** Rates are those of its counts: speed is its tokens ÷ its own seconds, not a mean of its steps' speeds. */
  readonly metrics: TraceMetrics;
}

const MOST_BUCKETS = 200;

/**
 * Cuts a run into at most `buckets` ranges of as many steps each; only the last may be shorter.
 * Their counts add up to those of the run, their times to its time.
 */
export function overTime(steps: readonly TraceStep[], buckets: number): Bucket[] {
  const ends = stepEndsMs(steps);
  const totalMs = ends.at(-1) ?? 0;
  return ranges(steps.length, Math.min(buckets, MOST_BUCKETS)).map(([from, end]) => {
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

/** 0 … `length` cut into at most `most` ranges [from, end) of one size; the last may be shorter. */
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
  /** Of all that was measured, prefill included; null where that is nothing. */
  readonly ofAll: number | null;
  /** Of the steps' time; null for the prefill, which is none of it. */
  readonly ofSteps: number | null;
}

/** Where the time of a run went. @param prefillMs null where it was not measured */
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

/** A relaxed accept, and what the answer had given up with it. */
export interface NatsPoint {
  readonly step: number;
  /** The first relaxed token of the step. */
  readonly place: number;
  /** Tokens committed when the step had ended. */
  readonly tokens: number;
  /** Given up by then, in nats; never falls. */
  readonly nats: number;
}

/**
 * Log-probability given up so far, at the steps that gave some up.
 * @param most how many points at most; some are left out then, never the last
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
