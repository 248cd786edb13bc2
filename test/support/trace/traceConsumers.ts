// Everything after the reader, applied to one trace: figures, sentences, what-if, filters, series, tables, reports,
// comparisons, pages' models, lists. Says what goes wrong.
import assert from "node:assert/strict";
import { hoverParagraphs } from "../../../extension/answer/hoverText.ts";
import { lensText } from "../../../extension/answer/lensText.ts";
import { runOfTrace } from "../../../extension/shared/traceRun.ts";
import { TokenSpans } from "../../../extension/answer/tokenSpans.ts";
import { traceLabel } from "../../../extension/traces/traceLabels.ts";
import { SummaryLines, summaryOfTrace, type TraceSummary } from "../../../extension/traces/traceSummary.ts";
import {
  acceptanceByPlace,
  budgetCurve,
  compareAnswers,
  compareFigures,
  isMatch,
  laneOf,
  natsOverTokens,
  overTime,
  parseQuery,
  queryTokensOf,
  reportHtml,
  selectionOf,
  serialiseSelection,
  speedUp,
  stepEndsMs,
  stepsCsv,
  suggest,
  timeSplit,
  unlikeConditions,
  whatIf,
  measuredLoopOf,
} from "../../../core/inspect/index.ts";
import type { Rule } from "../../../core/laser/index.ts";
import { traceName } from "../../../server/lsp/traces.ts";
import {
  pieces,
  serialiseTrace,
  parseTrace,
  traceMetrics,
  wholeAnswer,
  type Trace,
} from "../../../core/trace/index.ts";
import { pairOf, readRuns, roundsOf, isRead } from "../../../webview/compare/compareModel.ts";
import { figuresOf } from "../../../webview/run/figures/figures.ts";
import { unitsOf } from "../../../webview/run/stream/granularity.ts";
import { runModelOf, type RunModel } from "../../../webview/run/model/model.ts";
import { treeOf } from "../../../webview/trace/draftTree/treeLayout.ts";
import { whyOf } from "../../../webview/run/card/why.ts";

const RULES: readonly Rule[] = [
  { kind: "strict" },
  { kind: "relaxed", topK: 2, minProbability: 0.1 },
  { kind: "relaxed", topK: 1000, minProbability: 0 },
  { kind: "delta", topK: 4, delta: 0.3 },
  { kind: "ratio", topK: 4, alpha: 0.2 },
];
/** What would hide, or turn the text around it: it is shown by its number. */
const HIDING = /[\u200b-\u200f\u202a-\u202e\u2066-\u2069]/;
const LOOSE = { endOfText: false, maxConsecutiveRelaxed: null, maxNatsGivenUp: null };
const QUERIES = [
  "@rank>1 -@source:pool",
  "@p<50% @group:a|b",
  "@verdict:ghost",
  '"a" @ms>0 @margin<0',
  "@entry=x",
].map((text) => {
  const parsed = parseQuery(text);
  assert.ok(parsed.ok);
  return parsed.query;
});

/**
 * Uses a trace that the reader took in every way it can be used.
 * @param other one that it is compared with
 * @throws what any of them throws, and if a shown number is not finite or a sentence shows none
 */
export function useEverywhere(trace: Trace, other: Trace): void {
  const run = runModelOf(runOfTrace(trace, "run", "a.lasertrace"));
  assertFigures(figuresIn(trace));
  assertWords(sentencesIn(trace, run));
  assertFigures(comparisonOf(trace, other));
  useAsFile(trace);
}

function figuresIn(trace: Trace): unknown {
  const { steps, request, result } = trace;
  const metrics = traceMetrics(trace);
  const choices = [...RULES.map((rule) => [rule, LOOSE] as const), [request.rule, request.guards] as const];
  const curve = budgetCurve(trace, request.guards);
  const lane = laneOf(steps, 3);
  return {
    metrics,
    whatIfs: choices.map(([rule, guards]) => whatIf(trace, rule, guards)),
    curve,
    suggested: suggest(curve, 2),
    tokens: steps.flatMap((step) =>
      queryTokensOf(step, { tokens: trace.tokens, entries: trace.pool?.entryNames ?? {} }),
    ),
    places: acceptanceByPlace(steps),
    buckets: [overTime(steps, 1), overTime(steps, 4)],
    nats: natsOverTokens(steps, 5),
    ends: [...stepEndsMs(steps)],
    split: timeSplit(metrics, result.prefillMs),
    lane: { ...lane, tokenMs: [...lane.tokenMs] },
    speedUp: speedUp(lane, result.tokens, laneOf(steps), result.tokens),
  };
}

function sentencesIn(trace: Trace, run: RunModel): unknown {
  for (const step of trace.steps)
    for (const token of queryTokensOf(step, { tokens: trace.tokens, entries: trace.pool?.entryNames ?? {} }))
      for (const query of QUERIES) isMatch(query, token);
  const snapshot = runOfTrace(trace, "run", "a.lasertrace");
  const spans = new TokenSpans();
  snapshot.steps.forEach((step, i) => {
    spans.add(step, snapshot.pieces[i]!, snapshot.tokens);
  });
  return {
    items: run.steps.map(({ items }) => items.map(({ label }) => label)),
    why: run.steps.map((view) => view.items.map((item) => wordsOf(run, view, item))),
    trees: run.steps.map(({ step }) => treeOf(step)),
    figures: figuresOf(run),
    units: [unitsOf(run.steps, "word"), unitsOf(run.steps, "line")].map((units) =>
      units.map(({ label }) => label),
    ),
    hovers: spans.spans.map((span) => hoverParagraphs(snapshot, span).map(({ parts }) => parts)),
    lens: lensText({
      ...{ state: "ended", finish: trace.result.finish, counts: traceMetrics(trace), isStrict: false },
      loop: measuredLoopOf(trace),
      ...{ name: null, plainRun: null, plainTokensPerSecond: 10, hasTrace: true },
    }),
    label: traceLabel(
      { fileName: "a.lasertrace", beganMs: 0, reading: { ok: true, summary: summaryOfTrace(trace) } },
      60_000,
      "en",
    ),
  };
}

function wordsOf(
  run: RunModel,
  view: RunModel["steps"][number],
  item: RunModel["steps"][number]["items"][number],
): unknown {
  // An excerpt is text of the run or a pool, which the card makes visible.
  const { candidates, excerpt, ...words } = whyOf(run, view, item);
  assertFigures(candidates);
  for (const { probability } of candidates) assert.ok(probability <= 1 + 1e-9, `p = ${probability}`);
  return { ...words, where: excerpt?.where };
}

function comparisonOf(trace: Trace, other: Trace): unknown {
  const [a, b] = [trace, other].map((one, i) => ({
    uri: String(i),
    name: "x",
    content: { text: serialiseTrace(one) },
  }));
  const runs = readRuns([a!, b!]).filter(isRead);
  assert.equal(runs.length, 2, "a trace that was written again is refused");
  assert.deepEqual(compareAnswers(trace, trace).divergence, null);
  const { comparison, rows, blocks, differences } = pairOf(runs[0]!, runs[1]!);
  return {
    ...{ comparison, rows, blocks, differences, rounds: roundsOf(runs) },
    backwards: compareAnswers(other, trace),
    figures: compareFigures([trace, other], 1).map(({ cells }) => cells),
    conditions: unlikeConditions(trace, other).map(({ text }) => text),
  };
}

function useAsFile(trace: Trace): void {
  const text = serialiseTrace(trace);
  assert.deepEqual(parseTrace(text), JSON.parse(JSON.stringify(trace)));
  const summary = summaryOfLines(text);
  if (summary !== null) assertClose(summary.metrics, traceMetrics(trace));
  stepsCsv(trace);
  serialiseSelection(selectionOf(trace, [0, 2, 99]));
  assert.match(traceName(trace), /^[\p{L}\p{N}_.-]+$/u);
  assert.ok(wholeAnswer(trace).endsWith(trace.result.text));
  assert.equal(pieces(trace).length, trace.result.tokens.length);
  const parts = { script: "", style: "", plainTraceText: text, note: "", hash: () => "" };
  const html = reportHtml({ ...parts, title: trace.request.promptFile ?? "", traceText: text });
  assert.equal(html.match(/<\/?script/gi)?.length, 6, "the report has other scripts than its own");
}

/** null: keys in another order, which asks for the whole file. */
function summaryOfLines(text: string): TraceSummary | null {
  const lines = new SummaryLines();
  try {
    for (const line of text.split("\n")) lines.take(line);
  } catch {
    return null;
  }
  return lines.end();
}

/** Summed step by step, so up to rounding. */
function assertClose(found: object, expected: object): void {
  const short = (value: object): string =>
    JSON.stringify(value, (_, item: unknown) => (typeof item === "number" ? item.toPrecision(10) : item));
  assert.equal(short(found), short(expected));
}

/** Every number in it is finite. */
function assertFigures(value: unknown, at = ""): void {
  if (typeof value === "number") assert.ok(Number.isFinite(value), `${at} = ${value}`);
  if (typeof value !== "object" || value === null) return;
  for (const [key, item] of Object.entries(value)) assertFigures(item, `${at}/${key}`);
}

/** And no sentence in it shows a figure that went wrong. */
function assertWords(value: unknown, at = ""): void {
  assertFigures(value, at);
  if (typeof value === "string") {
    assert.doesNotMatch(value, /NaN|Infinity|undefined|\[object|Invalid Date/, at);
    assert.doesNotMatch(value, HIDING, at);
  }
  if (typeof value !== "object" || value === null) return;
  for (const [key, item] of Object.entries(value)) assertWords(item, `${at}/${key}`);
}
