// Prompts run under several settings: what each costs in time, and what it gives up for that. Runs of equal settings are one
// point: rounds of the same prompt, and the same setting on other prompts.
import type { Rule } from "../laser/index.ts";
import { traceMetrics, withRates, type Trace, type TraceRequest } from "../trace/index.ts";
import { measuredLoopOf } from "./answerLoop.ts";
import { compareAnswers, type AnswerDivergence } from "./compare/compare.ts";
import { wordsInCommon, type Share } from "./quality.ts";

export interface SweepPoint {
  readonly strategy: TraceRequest["strategy"];
  readonly rule: Rule;
  readonly maxDraftTokens: number;
  /** Indices of its runs. */
  readonly runs: readonly number[];
  /** How many prompts these runs are of. */
  readonly prompts: number;
  /**
   * Time of a token in ms, without the prompt and without a loop. Of one prompt the median of its rounds, from the fastest to
   * the slowest; of several the mean of their medians, from the fastest prompt to the slowest.
   */
  readonly msPerToken: { readonly middle: number; readonly low: number; readonly high: number } | null;
  /** Log-probability given up ÷ tokens of the answers, in nats: over the first run of each prompt. */
  readonly natsPerToken: number | null;
  /** What became of the texts; null for the baseline. */
  readonly text: SweptText | null;
}

export interface SweptText {
  /** Words of the first run of each prompt that the baseline wrote for it, too. */
  readonly same: Share;
  /** Prompts whose text is the baseline's. */
  readonly alike: Share;
  /** The first run whose text is another; null if all are alike. */
  readonly differs: { readonly run: number; readonly divergence: AnswerDivergence } | null;
}

/** What distinguishes the prompts of a sweep: the text that the model was given. */
export function promptKeyOf({ request: { rendered, inheritedTokens = 0 } }: Trace): string {
  return `${inheritedTokens} ${rendered}`;
}

/**
 * A point for each setting, in the order of their first runs. @param baseline index of the run whose setting texts are
 * compared with
 */
export function sweepOf(traces: readonly Trace[], baseline: number): SweepPoint[] {
  const settings = groupsOf(traces, traces.keys(), settingKeyOf);
  const bases = new Map<string, number>();
  for (const runs of settings.values())
    if (runs.includes(baseline))
      for (const at of runs) {
        const key = promptKeyOf(traces[at]!);
        if (!bases.has(key)) bases.set(key, at);
      }
  return [...settings.values()].map((runs): SweepPoint => {
    const { strategy, rule, maxDraftTokens } = traces[runs[0]!]!.request;
    const rounds = [...groupsOf(traces, runs, promptKeyOf).values()];
    const firsts = rounds.map(([first]) => first!);
    return {
      ...{ strategy, rule, maxDraftTokens, runs, prompts: rounds.length },
      msPerToken: timeOf(rounds.map((ofPrompt) => ofPrompt.flatMap((at) => msPerTokenOf(traces[at]!) ?? []))),
      natsPerToken: natsPerTokenOf(firsts.map((at) => traces[at]!)),
      text: runs.includes(baseline) ? null : sweptText(traces, firsts, bases),
    };
  });
}

function groupsOf(
  traces: readonly Trace[],
  places: Iterable<number>,
  keyOf: (trace: Trace) => string,
): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const at of places) {
    const key = keyOf(traces[at]!);
    groups.set(key, [...(groups.get(key) ?? []), at]);
  }
  return groups;
}

const settingKeyOf = ({ request: { strategy, rule, maxDraftTokens } }: Trace): string =>
  JSON.stringify([strategy, rule, maxDraftTokens]);

/** Null if no prompt has a run of the baseline. */
function sweptText(
  traces: readonly Trace[],
  firsts: readonly number[],
  bases: ReadonlyMap<string, number>,
): SweptText | null {
  const same = { part: 0, whole: 0 };
  const alike = { part: 0, whole: 0 };
  let differs: SweptText["differs"] = null;
  for (const run of firsts) {
    const trace = traces[run]!;
    const base = traces[bases.get(promptKeyOf(trace)) ?? -1];
    if (base === undefined) continue;
    const words = wordsInCommon(trace, base);
    same.part += words.part;
    same.whole += words.whole;
    const { divergence } = compareAnswers(base, trace);
    alike.whole++;
    if (divergence === null) alike.part++;
    else differs ??= { run, divergence };
  }
  return alike.whole === 0 ? null : { same, alike, differs };
}

function natsPerTokenOf(traces: readonly Trace[]): number | null {
  let nats = 0;
  let tokens = 0;
  for (const { natsGivenUp, committed } of traces.map(traceMetrics)) {
    nats += natsGivenUp;
    tokens += committed;
  }
  return tokens === 0 ? null : nats / tokens;
}

function msPerTokenOf(trace: Trace): number | null {
  const loop = measuredLoopOf(trace);
  const before = loop === null ? null : withRates(loop.countsBefore).tokensPerSecond;
  const tokensPerSecond = before ?? traceMetrics(trace).tokensPerSecond;
  return tokensPerSecond === null ? null : 1000 / tokensPerSecond;
}

/** @param byPrompt the times of the rounds of each prompt */
function timeOf(byPrompt: readonly (readonly number[])[]): SweepPoint["msPerToken"] {
  const measured = byPrompt.filter((times) => times.length > 0);
  const [only, ...others] = measured;
  if (only === undefined) return null;
  if (others.length === 0) return { middle: medianOf(only), low: Math.min(...only), high: Math.max(...only) };
  const medians = measured.map(medianOf);
  const sum = medians.reduce((all, ms) => all + ms, 0);
  return { middle: sum / medians.length, low: Math.min(...medians), high: Math.max(...medians) };
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
