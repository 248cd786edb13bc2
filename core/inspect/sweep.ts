// One prompt run under several settings: what each costs in time, and what it gives up for that. Runs of equal settings
// are rounds of one point.
import type { Rule } from "../laser/index.ts";
import { traceMetrics, withRates, type Trace, type TraceRequest } from "../trace/index.ts";
import { measuredLoopOf } from "./answerLoop.ts";
import { compareAnswers, type AnswerDivergence } from "./compare.ts";
import { wordsInCommon, type Share } from "./quality.ts";

export interface SweepPoint {
  readonly strategy: TraceRequest["strategy"];
  readonly rule: Rule;
  readonly maxDraftTokens: number;
  /** Indices of its runs. */
  readonly runs: readonly number[];
  /** Time of a token in ms, without the prompt and without a loop: the median of the runs, and their ends. */
  readonly msPerToken: { readonly median: number; readonly low: number; readonly high: number } | null;
  /** Log-probability given up for each token of the answer, in nats: of its first run. */
  readonly natsPerToken: number | null;
  /** The first run's words that the baseline wrote, too, and where the two texts part; null for the baseline. */
  readonly text: { readonly same: Share; readonly divergence: AnswerDivergence | null } | null;
}

/** A point for each setting, in the order of their first runs. @param baseline index of the run that texts are compared with */
export function sweepOf(traces: readonly Trace[], baseline: number): SweepPoint[] {
  const groups = new Map<string, number[]>();
  traces.forEach(({ request: { strategy, rule, maxDraftTokens } }, at) => {
    const key = JSON.stringify([strategy, rule, maxDraftTokens]);
    groups.set(key, [...(groups.get(key) ?? []), at]);
  });
  const base = traces[baseline];
  return [...groups.values()].map((runs): SweepPoint => {
    const first = traces[runs[0]!]!;
    const { strategy, rule, maxDraftTokens } = first.request;
    const { natsGivenUp, committed } = traceMetrics(first);
    return {
      ...{ strategy, rule, maxDraftTokens, runs },
      msPerToken: spreadOf(runs.flatMap((at) => msPerTokenOf(traces[at]!) ?? [])),
      natsPerToken: committed === 0 ? null : natsGivenUp / committed,
      text:
        base === undefined || runs.includes(baseline)
          ? null
          : { same: wordsInCommon(first, base), divergence: compareAnswers(base, first).divergence },
    };
  });
}

function msPerTokenOf(trace: Trace): number | null {
  const loop = measuredLoopOf(trace);
  const before = loop === null ? null : withRates(loop.countsBefore).tokensPerSecond;
  const tokensPerSecond = before ?? traceMetrics(trace).tokensPerSecond;
  return tokensPerSecond === null ? null : 1000 / tokensPerSecond;
}

function spreadOf(values: readonly number[]): SweepPoint["msPerToken"] {
  const sorted = [...values].sort((a, b) => a - b);
  if (sorted.length === 0) return null;
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { median, low: sorted[0]!, high: sorted.at(-1)! };
}
