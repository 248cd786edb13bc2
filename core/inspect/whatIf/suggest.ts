// The loosest setting within a budget of log-probability given up: what relaxed rules (k, p) would have made of a
// recorded run, and which of them gain most for what they give up.
//
// Everything after a rule's first divergence (see whatIf) is an estimate, because each step is
// judged on the text that was actually written.
import type { Guards, Rule } from "../../laser/index.ts";
import type { Trace } from "../../trace/index.ts";
import { draftedTokensOf, judgeAgain } from "./judgeAgain.ts";
import type { DraftedToken } from "./judgeStep.ts";
import { roundNumberIn } from "./roundNumber.ts";

/** A rule with the totals of the run under it. */
export interface CurvePoint {
  readonly rule: Rule;
  readonly natsGivenUp: number;
  /** Tokens committed ÷ all steps; a run without steps has no curve. */
  readonly edl: number;
  /** Relaxed ÷ committed tokens. */
  readonly relaxedShare: number;
  readonly steps: number;
  readonly committed: number;
  readonly relaxed: number;
}

/** All k up to this are tried; of larger ones only some of the recorded ranks. */
const SMALL_RANKS = 8;
const MAX_LARGE_RANKS = 6;
/** Thresholds tried for each k: this many at quantiles of the recorded probabilities, and as many at equal ratios. */
const THRESHOLDS_BY_SHARE = 24;
const THRESHOLDS_BY_RATIO = 24;
/** Below this, thresholds are tried at quantiles only: the published rule uses 0.1, a thousand times as much. */
const MIN_BY_RATIO = 1e-4;

/**
 * The Pareto front of EDL against nats given up, both ascending. The first point gives up nothing. Of rules with equal
 * results the tightest is listed. Empty for a run without steps.
 * @param guards applied with every rule
 */
export function budgetCurve(trace: Trace, guards: Guards): readonly CurvePoint[] {
  const drafted = draftedTokensOf(trace);
  if (trace.steps.length === 0) return [];
  const points = candidateRules(drafted.tokens).map((rule): CurvePoint => {
    const { steps, committed, relaxed, natsGivenUp } = judgeAgain(drafted, rule, guards);
    const [edl, relaxedShare] = [committed / steps, relaxed / committed];
    return { rule, natsGivenUp, edl, relaxedShare, steps, committed, relaxed };
  });
  // The sort is stable and rules are ordered from tight to loose, so the tightest of equals comes first.
  points.sort((a, b) => a.natsGivenUp - b.natsGivenUp || b.committed - a.committed);
  const front: CurvePoint[] = [];
  for (const point of points) if (point.committed > (front.at(-1)?.committed ?? 0)) front.push(point);
  return front;
}

/** The best point of a curve within a budget in nats; null if even the first exceeds it. */
export function suggest(curve: readonly CurvePoint[], budgetNats: number): CurvePoint | null {
  return curve.findLast(({ natsGivenUp }) => natsGivenUp <= budgetNats) ?? null;
}

/** From tight to loose: strict, then each k with falling p. */
function candidateRules(tokens: readonly DraftedToken[]): Rule[] {
  const open = tokens.filter(({ isTargetChoice, rank }) => !isTargetChoice && rank !== null);
  const probabilities = distinct(open.map(({ probability }) => probability));
  const thresholds = thresholdsFor(probabilities);
  const rules = ranksFor(open).flatMap((topK) =>
    thresholds.map((minProbability): Rule => ({ kind: "relaxed", topK, minProbability })),
  );
  return [{ kind: "strict" }, ...rules];
}

function ranksFor(open: readonly DraftedToken[]): number[] {
  const ranks = distinct(open.map(({ rank }) => rank!));
  const large = ranks.filter((rank) => rank > SMALL_RANKS);
  return [...ranks.filter((rank) => rank <= SMALL_RANKS), ...spread(large, MAX_LARGE_RANKS)];
}

/**
 * Thresholds, descending to 0. A rule's result changes only where p crosses a recorded probability, so the roundest
 * number between two of them represents the whole interval.
 */
function thresholdsFor(probabilities: readonly number[]): number[] {
  const least = Math.max(MIN_BY_RATIO, probabilities.find((one) => one > 0) ?? 1);
  const byRatio = Array.from({ length: THRESHOLDS_BY_RATIO }, (_, i) => {
    const wanted = least ** (i / (THRESHOLDS_BY_RATIO - 1));
    return probabilities.findLast((one) => one <= wanted);
  });
  const chosen = distinct([...spread(probabilities, THRESHOLDS_BY_SHARE), ...byRatio.filter(isNumber)]);
  const next = (value: number): number => probabilities.find((one) => one > value) ?? 1;
  const round = chosen.map((low) => roundNumberIn(low, next(low)));
  return distinct([0, ...round]).reverse();
}

const isNumber = (value: number | undefined): value is number => value !== undefined;

/** Ascending, without duplicates. */
function distinct(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}

/** At most `most` of ascending values, evenly spaced, including the first and the last. */
function spread(values: readonly number[], most: number): number[] {
  if (values.length <= most) return [...values];
  return Array.from({ length: most }, (_, i) => values[Math.round((i * (values.length - 1)) / (most - 1))]!);
}
