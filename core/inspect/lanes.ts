// A run on a time axis, and how much faster it was than a plain run of the same prompt. Time is the time of
// the steps; the prefill, which is the same in both, is before 0. Pure.
import { keptOf, type TraceStep } from "../trace/index.ts";
import { ranges, stepMs } from "./series.ts";

/** Consecutive steps as one mark of a lane, with the time of each part. */
export interface LaneMark {
  /** Indices of its first and its last step. */
  readonly from: number;
  readonly to: number;
  readonly startMs: number;
  readonly draftMs: number;
  readonly verifyMs: number;
  readonly otherMs: number;
  readonly tokens: number;
}

export interface Lane {
  readonly totalMs: number;
  /** tokenMs[i]: when committed token i was available (the end of its step), in ms from the start of the first step. */
  readonly tokenMs: Float64Array;
  readonly marks: readonly LaneMark[];
}

/** Two lanes with this many marks of up to three parts stay below a thousand shapes. */
const MAX_LANE_MARKS = 120;

/** The lane of a run; in long runs a mark covers several steps. */
export function laneOf(steps: readonly TraceStep[], mostMarks = MAX_LANE_MARKS): Lane {
  const tokenMs: number[] = [];
  let ms = 0;
  const marks = ranges(steps.length, mostMarks).map(([from, end]): LaneMark => {
    const mark = { from, to: end - 1, startMs: ms, draftMs: 0, verifyMs: 0, otherMs: 0, tokens: 0 };
    for (const step of steps.slice(from, end)) {
      ms += stepMs(step);
      mark.draftMs += step.draftMs;
      mark.verifyMs += step.verifyMs;
      mark.otherMs += step.otherMs;
      const tokens = keptOf(step) + 1;
      mark.tokens += tokens;
      for (let i = 0; i < tokens; i++) tokenMs.push(ms);
    }
    return mark;
  });
  return { totalMs: ms, tokenMs: Float64Array.from(tokenMs), marks };
}

/** The speed-up over a plain run: above 1 is faster. */
export interface SpeedUp {
  /** Length of the common beginning in tokens. Plain and strict runs write the same text; a relaxed one may diverge. */
  readonly alikeTokens: number;
  /** Both have the same tokens. */
  readonly isSameText: boolean;
  /** Plain ms ÷ this run's ms up to the last common token; null if there is none, or no time passed. */
  readonly overAlike: number | null;
  /** Tokens per second of this run ÷ those of the plain run, each over its own text; null if either has none. */
  readonly overAll: number | null;
}

/**
 * @param tokens what the run of `lane` committed
 * @param plainTokens what the plain run committed
 */
export function speedUp(
  lane: Lane,
  tokens: readonly number[],
  plain: Lane,
  plainTokens: readonly number[],
): SpeedUp {
  const most = Math.min(tokens.length, plainTokens.length, lane.tokenMs.length, plain.tokenMs.length);
  let alikeTokens = 0;
  while (alikeTokens < most && tokens[alikeTokens] === plainTokens[alikeTokens]) alikeTokens++;
  const last = alikeTokens - 1;
  return {
    alikeTokens,
    isSameText: alikeTokens === tokens.length && alikeTokens === plainTokens.length,
    overAlike: alikeTokens === 0 ? null : ratio(plain.tokenMs[last]!, lane.tokenMs[last]!),
    overAll: ratio(lane.tokenMs.length * plain.totalMs, plain.tokenMs.length * lane.totalMs),
  };
}

function ratio(numerator: number, denominator: number): number | null {
  const quotient = numerator / denominator;
  return numerator > 0 && Number.isFinite(quotient) ? quotient : null;
}
