// Everything the figures are drawn from, computed at once from the steps of a run. Pure.
import {
  acceptanceByPlace,
  laneOf,
  natsOverTokens,
  overTime,
  speedUp,
  stepEndsMs,
  timeSplit,
  type Bucket,
  type Lane,
  type NatsPoint,
  type PlaceCounts,
  type SpeedUp,
  type TimeShare,
} from "../../core/inspect/index.ts";
import {
  METRIC_DEFINITIONS,
  withRates,
  type StepCounts,
  type TraceMetrics,
  type TraceStep,
} from "../../core/trace/index.ts";

/** A plain run of the same prompt. */
export interface PlainRun {
  readonly steps: readonly TraceStep[];
  /** The token ids that it wrote. */
  readonly committed: readonly number[];
  readonly name: string;
}

export interface RunInput {
  readonly steps: readonly TraceStep[];
  readonly counts: StepCounts;
  /** Counts of the steps before the loop in which the answer ends; null without a loop. */
  readonly countsBefore: StepCounts | null;
  /** null if not measured. */
  readonly prefillMs: number | null;
  /** The token ids that the run wrote so far. */
  readonly committed: readonly number[];
  readonly plain: PlainRun | null;
}

export interface Measures {
  readonly metrics: TraceMetrics;
  /** Over the steps before the loop in which the answer ends; null without a loop. */
  readonly beforeLoop: TraceMetrics | null;
  readonly places: readonly PlaceCounts[];
  readonly buckets: readonly Bucket[];
  readonly nats: readonly NatsPoint[];
  readonly times: readonly TimeShare[];
  /** When each step ended. */
  readonly endsMs: Float64Array;
  readonly lane: Lane;
  readonly plain: { readonly name: string; readonly lane: Lane; readonly speedUp: SpeedUp } | null;
}

/** Ranges of fewer steps are too noisy for a rate. */
const MIN_STEPS = 4;
const MAX_RANGES = 60;
const MAX_POINTS = 80;

export function measuresOf({ steps, counts, countsBefore, prefillMs, committed, plain }: RunInput): Measures {
  const lane = laneOf(steps);
  const plainLane = plain === null ? null : laneOf(plain.steps);
  return {
    metrics: withRates(counts),
    beforeLoop: countsBefore === null ? null : withRates(countsBefore),
    places: acceptanceByPlace(steps),
    buckets: overTime(steps, Math.min(MAX_RANGES, Math.max(1, Math.floor(steps.length / MIN_STEPS)))),
    nats: natsOverTokens(steps, MAX_POINTS),
    times: timeSplit(counts, prefillMs),
    endsMs: stepEndsMs(steps),
    lane,
    plain:
      plain === null || plainLane === null
        ? null
        : {
            name: plain.name,
            lane: plainLane,
            speedUp: speedUp(lane, committed, plainLane, plain.committed),
          },
  };
}

/** When the step began; null without such a step. */
export function startOf({ endsMs }: Measures, step: number): number | null {
  if (step < 0 || step >= endsMs.length) return null;
  return step === 0 ? 0 : endsMs[step - 1]!;
}

/** The definition of a figure, with numerator and denominator. */
export function definitionOf(name: keyof TraceMetrics): string {
  const entry = METRIC_DEFINITIONS.find((definition) => definition.name === name);
  const quotient = entry?.numerator ? ` ${sentence(entry.numerator)} ÷ ${entry.denominator ?? ""}.` : "";
  return `${entry?.definition ?? ""}${quotient}`;
}

function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
