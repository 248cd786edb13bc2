// The output of `laser inspect`: the run, its figures, its decisions and the answers to the questions asked,
// as text or as one JSON object.
import { several } from "../../../core/base/index.ts";
import {
  acceptanceByPlace,
  loopWords,
  measuredLoopOf,
  type CurvePoint,
  type MeasuredLoop,
  type QueryToken,
  type WhatIf,
} from "../../../core/inspect/index.ts";
import {
  heldTokens,
  heldToWords,
  inheritedText,
  isChainDraft,
  originOfRun,
  originWords,
  traceMetrics,
  withRates,
  type Trace,
  type TraceMetrics,
  routeWords,
  skippedLinesWords,
} from "../../../core/trace/index.ts";
import { edlOf, NOT_MEASURED, shareOf } from "./figures.ts";
import { deviceName } from "./writeAnswer.ts";
import { answerLines, decisionLines } from "./inspectSteps.ts";
import { formatTable, type Column } from "./table.ts";
import { legend, oneLine } from "./tokens.ts";
import { matchLines, settingName, suggestionLines, whatIfLines } from "./whatIfOutput.ts";
import type { Setting } from "../options/whatIfSetting.ts";

/** A trace and the answers to questions on it; null: not asked. */
export interface Inspected {
  readonly trace: Trace;
  readonly whatIf: { readonly setting: Setting; readonly result: WhatIf } | null;
  readonly suggestion: {
    readonly budgetNats: number;
    readonly curve: readonly CurvePoint[];
    /** null: nothing is within the budget. */
    readonly point: CurvePoint | null;
  } | null;
  readonly matches: readonly QueryToken[] | null;
  /** Files that were written. */
  readonly written: readonly string[];
}

/** E.g. "describe.prompty, 2025-01-02T03:04:05Z". */
export function traceTitle({ request, createdAt }: Trace): string {
  return `${request.promptFile ?? "selected text"}, ${createdAt}`;
}

/** The whole report. */
export function reportOf(inspected: Inspected, style: "colour" | "marks"): string {
  const { trace, whatIf, suggestion, matches, written } = inspected;
  const loop = measuredLoopOf(trace);
  const parts = [
    headLines(trace, loop),
    figureLines(trace, loop),
    placeLines(trace),
    ...answerParts(trace, style),
    decisionLines(trace, style),
    legend(style === "colour", "all").split("\n"),
    whatIf && whatIfLines(trace, whatIf.setting, whatIf.result),
    suggestion && suggestionLines(suggestion),
    matches && matchLines(trace, matches),
    written.map((path) => `written: ${path}`),
  ];
  return parts
    .filter((lines) => lines !== null && lines.length > 0)
    .map((lines) => lines!.join("\n"))
    .join("\n\n");
}

function headLines(trace: Trace, loop: MeasuredLoop | null): string[] {
  const { request, model, device, pool, result, generator } = trace;
  const origin = originOfRun(trace);
  const parent = origin?.parent ?? null;
  const heldTo = heldToWords(request);
  const skipped = skippedLinesWords(pool);
  const rows = [
    ["run", `${traceTitle(trace)} by ${generator}`],
    ...(origin === null ? [] : [["resumes", originWords(origin)]]),
    ...(parent === null
      ? []
      : [["earlier", `${parent.file ?? "a trace without a file"}, ${parent.createdAt}`]]),
    ["model", `${model.name} (${model.file})`],
    ["device", deviceName(device)],
    ["strategy", `${request.strategy}, ${settingName(request, request)}`],
    ...(heldTo === null ? [] : [["held to", heldTo]]),
    ["sampling", `temperature ${request.sampling.temperature}, seed ${request.sampling.seed}`],
    [
      "pool",
      pool === null
        ? "none"
        : `${pool.name}: ${several(pool.entries, "answer")}, ${several(pool.tokens, "token")}`,
    ],
    ...(skipped === null ? [] : [["left out", skipped]]),
    ...(pool?.route === undefined ? [] : [["group", routeWords(pool.route)]]),
    ["ended", result.error === undefined ? result.finish : `${result.finish}: ${result.error.message}`],
    ...(loop === null ? [] : [["loop", `the answer ${loopWords(loop)}; rates are those before it`]]),
  ];
  return rows.map(([name = "", value = ""]) => `${name.padEnd(8)}  ${oneLine(value)}`);
}

/** The answer; the part inherited from an earlier run is shown separately. */
function answerParts(trace: Trace, style: "colour" | "marks"): string[][] {
  const inherited = inheritedText(trace.request, trace.tokens);
  const own = answerLines(trace, style);
  if (inherited === "") return [["Answer", ...own]];
  return [
    ["Inherited from the earlier answer", inherited],
    ["Answer after the inherited text", ...own],
  ];
}

/** The tokens evaluated before the first step; the last prompt token, the root, is not among them. */
function prefillWords(trace: Trace): string {
  const { request, result } = trace;
  const { inheritedTokens = 0 } = request;
  const heldCount = heldTokens(trace);
  const held = heldCount === 0 ? "" : `; ${heldCount} before them were still in the model's cache`;
  if (inheritedTokens === 0) return `prompt tokens before the first step: ${result.prefillTokens}${held}`;
  // Without a step it is not known how many of the prompt came before these.
  if (trace.steps.length === 0) return `prompt and inherited tokens before it ended: ${result.prefillTokens}`;
  const inherited = Math.min(result.prefillTokens, Math.max(0, inheritedTokens - 1));
  return `tokens before the first step: ${result.prefillTokens - inherited} of the prompt, ${inherited} inherited${held}`;
}

const FIGURE_COLUMNS: readonly Column[] = [
  { title: "figure", align: "left" },
  { title: "value", align: "right" },
  { title: "meaning", align: "left" },
];
const LOOP_COLUMNS: readonly Column[] = [
  FIGURE_COLUMNS[0]!,
  { title: "before the loop", align: "right" },
  { title: "whole answer", align: "right" },
  FIGURE_COLUMNS[2]!,
];

interface Rate {
  readonly name: string;
  readonly valueOf: (figures: TraceMetrics) => string;
  readonly meaning: string;
}

/** What a loop flatters: its drafts are copied for free. */
const RATES: readonly Rate[] = [
  {
    name: "speed",
    valueOf: ({ tokensPerSecond }) =>
      tokensPerSecond === null ? NOT_MEASURED : `${tokensPerSecond.toFixed(1)} tokens/s`,
    meaning: "committed tokens ÷ time of all steps, prefill excluded",
  },
  { name: "EDL", valueOf: edlOf, meaning: "committed tokens ÷ all steps" },
  {
    name: "EDL with a draft",
    valueOf: ({ edlDrafted, committedDrafted, steps, draftlessSteps }) =>
      edlDrafted === null
        ? NOT_MEASURED
        : `${edlDrafted.toFixed(2)} (${committedDrafted}/${steps - draftlessSteps})`,
    meaning: "the same over steps that sent a draft",
  },
  {
    name: "acceptance",
    valueOf: ({ accepted, relaxed, drafted }) => shareOf(accepted + relaxed, drafted),
    meaning: "accepted + relaxed ÷ drafted tokens",
  },
  {
    name: "relaxed share",
    valueOf: ({ relaxed, committed }) => shareOf(relaxed, committed),
    meaning: "relaxed ÷ committed tokens",
  },
];

/** If the answer loops, rates are given twice: before the loop, and over the whole answer. Sums are always of the whole. */
function figureLines(trace: Trace, loop: MeasuredLoop | null): string[] {
  const figures = traceMetrics(trace);
  const { relaxed, totalMs } = figures;
  const part = (ms: number): string =>
    totalMs === 0 ? "no step took any time" : `${((100 * ms) / totalMs).toFixed(1)} % of the steps`;
  const { prefillMs } = trace.result;
  const before = loop === null ? null : withRates(loop.countsBefore);
  const rates = RATES.map(({ name, valueOf, meaning }) => [
    ...[name, ...(before === null ? [] : [valueOf(before)])],
    ...[valueOf(figures), meaning],
  ]);
  const sums = [
    [
      "given up",
      `${figures.natsGivenUp.toFixed(2)} nats`,
      "Σ ln P(most probable) − ln P(kept), relaxed accepts",
    ],
    [
      "open decisions",
      `${figures.openDecisions}/${relaxed}`,
      "relaxed accepts that exact figures might reject",
    ],
    ...shapeRows(trace),
    ["rejected", String(figures.rejected), "drafted, judged, not kept"],
    ["unreached", String(figures.unreached), "drafted after a rejected token, never judged"],
    ["time drafting", `${figures.draftMs.toFixed(1)} ms`, part(figures.draftMs)],
    ["time verifying", `${figures.verifyMs.toFixed(1)} ms`, part(figures.verifyMs)],
    ["other time", `${figures.otherMs.toFixed(1)} ms`, part(figures.otherMs)],
    ["prefill", prefillMs === null ? NOT_MEASURED : `${prefillMs.toFixed(1)} ms`, prefillWords(trace)],
  ];
  if (before === null) return formatTable(FIGURE_COLUMNS, [...rates, ...sums]);
  const withBefore = sums.map(([name = "", value = "", meaning = ""]) => [name, "", value, meaning]);
  return formatTable(LOOP_COLUMNS, [...rates, ...withBefore]);
}

/** Trees and declined drafts, where a run has any. */
function shapeRows({ steps }: Trace): string[][] {
  const trees = steps.filter(({ draft }) => !isChainDraft(draft));
  const declined = steps.filter(({ plan }) => plan.declined !== null);
  const largest = trees.reduce((most, { draft }) => Math.max(most, draft.length), 0);
  return [
    ...(trees.length === 0
      ? []
      : [
          [
            "trees",
            `${trees.length}/${steps.length}`,
            `steps whose draft has branches, of up to ${largest} tokens`,
          ],
        ]),
    ...(declined.length === 0
      ? []
      : [
          [
            "declined drafts",
            `${declined.length}/${steps.length}`,
            "steps whose best draft was not worth its time",
          ],
        ]),
  ];
}

const PLACE_COLUMNS: readonly Column[] = [
  { title: "position in draft", align: "right" },
  { title: "kept of drafted", align: "right" },
  { title: "kept of judged", align: "right" },
];
const DEPTH_COLUMNS: readonly Column[] = [
  { title: "depth in draft", align: "right" },
  ...PLACE_COLUMNS.slice(1),
  { title: "kept of drafts that reach it", align: "right" },
];

function placeLines({ steps }: Trace): string[] {
  const places = acceptanceByPlace(steps);
  if (places.length === 0) return [];
  const hasTrees = steps.some(({ draft }) => !isChainDraft(draft));
  const rows = places.map(({ place, drafted, judged, kept, steps: reaching }) => [
    ...[String(place), shareOf(kept, drafted), shareOf(kept, judged)],
    ...(hasTrees ? [shareOf(kept, reaching)] : []),
  ]);
  const title = hasTrees
    ? "Acceptance by depth in the draft, 0 = directly after the root"
    : "Acceptance by position in the draft, 0 = its first token";
  return [title, ...formatTable(hasTrees ? DEPTH_COLUMNS : PLACE_COLUMNS, rows)];
}

/**
 * What --json prints: figures as numbers, null if nothing was measured or asked. Steps count from 0 as in a
 * trace; the filter and the text output count them from 1.
 */
export function jsonOf({ trace, whatIf, suggestion, matches, written }: Inspected): object {
  const { request, model, device, createdAt, generator, result } = trace;
  const { promptFile, strategy, rule, guards } = request;
  const loop = measuredLoopOf(trace);
  return {
    run: {
      ...{ createdAt, generator, promptFile, strategy, rule, guards, model, device, finish: result.finish },
      ...(request.parent !== undefined && { parent: request.parent }),
      ...(request.inheritedTokens !== undefined && {
        inheritedTokens: request.inheritedTokens,
        inheritedText: inheritedText(request, trace.tokens),
      }),
    },
    figures: traceMetrics(trace),
    loop: loop && { tokensBefore: loop.tokensBefore, figuresBefore: withRates(loop.countsBefore) },
    acceptanceByPlace: acceptanceByPlace(trace.steps),
    whatIf: whatIf && {
      ...whatIf.setting,
      ...whatIf.result,
      edl: whatIf.result.steps === 0 ? null : whatIf.result.committed / whatIf.result.steps,
      relaxedShare: whatIf.result.committed === 0 ? null : whatIf.result.relaxed / whatIf.result.committed,
      isExact: whatIf.result.divergence === null,
    },
    suggestion,
    matches: matches?.map((match) => ({ ...match, step: match.step - 1 })) ?? null,
    written,
  };
}
