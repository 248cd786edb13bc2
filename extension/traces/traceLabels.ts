// The text of a kept trace in the Traces view: name, time, strategy and figures.
import type { TraceReading } from "./traceSummaries.ts";
import type { TraceSummary } from "./traceSummary.ts";
import { oneLineText, shareWords, withRates } from "../../core/trace/index.ts";
import { loopWords } from "../../core/inspect/index.ts";
import { givenName, promptOfName } from "./traceNames.ts";

/** A listed file and its summary; null until it is read. */
export interface ListedTrace {
  readonly fileName: string;
  readonly beganMs: number;
  readonly reading: TraceReading | null;
}

export interface TraceLabel {
  readonly label: string;
  readonly description: string;
  /** One figure or fact per line. */
  readonly tooltip: string;
  /** Name of a VS Code product icon. */
  readonly icon: string;
}

const ICONS: Readonly<Record<TraceSummary["strategy"], string>> = {
  plain: "dash",
  "prompt-lookup": "search",
  "laser-strict": "verified",
  laser: "zap",
};

/** @param language for relative times, e.g. "en" */
export function traceLabel(listed: ListedTrace, nowMs: number, language: string): TraceLabel {
  const { fileName, beganMs, reading } = listed;
  // A name given by the user does not say when the run was.
  const createdMs = reading?.ok === true ? Date.parse(reading.summary.createdAt) : Number.NaN;
  const when = relativeTime(Number.isNaN(createdMs) ? beganMs : createdMs, nowMs, language);
  if (reading === null) {
    return {
      label: oneLineText(promptOfName(fileName)),
      description: when,
      tooltip: oneLineText(fileName),
      icon: "file",
    };
  }
  if (!reading.ok) {
    const [name, reason] = [fileName, reading.reason].map(oneLineText) as [string, string];
    const tooltip = `${name}\n${reason}`;
    return { label: oneLineText(promptOfName(fileName)), description: reason, tooltip, icon: "warning" };
  }
  const { summary } = reading;
  const { loop } = summary;
  const { edl, tokensPerSecond } = loop === null ? summary.metrics : withRates(loop.countsBefore);
  const facts = [
    when,
    summary.strategy,
    ...(summary.finish === "stopped" || summary.finish === "failed" ? [summary.finish] : []),
    ...(loop === null ? [] : [loopWords(loop)]),
    ...(edl === null ? [] : [`EDL ${edl.toFixed(2)}${loop === null ? "" : " before"}`]),
    ...(tokensPerSecond === null ? [] : [`${tokensPerSecond.toFixed(1)} tokens/s`]),
  ];
  return {
    label: oneLineText(givenName(fileName) ?? promptName(summary)),
    description: facts.join(" · "),
    tooltip: tooltipOf(summary, fileName, language),
    icon: iconOf(summary),
  };
}

/** E.g. "film" of "film.prompty". */
function promptName({ promptFile }: TraceSummary): string {
  const file = (promptFile ?? "").split(/[/\\]/).at(-1) ?? "";
  return file === "" ? "selected text" : file.replace(/\.prompty$/, "");
}

function iconOf({ finish, strategy }: TraceSummary): string {
  if (finish === "failed") return "error";
  return finish === "stopped" ? "debug-stop" : ICONS[strategy];
}

function tooltipOf(summary: TraceSummary, fileName: string, language: string): string {
  const { promptFile, createdAt, strategy, isStrict, modelName, finish, metrics, loop } = summary;
  const edlBefore = loop === null ? null : withRates(loop.countsBefore).edl;
  const { committed, steps, drafted, accepted, relaxed, edl, acceptance, relaxedShare, tokensPerSecond } =
    metrics;
  const ends = {
    endOfText: "ended by the model",
    stop: "ended at a stop sequence",
    loop: "ended because it repeated itself",
    complete: "complete by its JSON schema or grammar",
    maxTokens: "token limit reached",
    stopped: "stopped",
    failed: "failed",
  };
  return [
    promptFile ?? "selected text",
    new Date(createdAt).toLocaleString(language),
    `Strategy ${strategy}, ${isStrict ? "strict" : "relaxed"}; ${modelName}`,
    `${committed} tokens in ${steps} steps; ${ends[finish]}`,
    ...(loop === null
      ? []
      : [
          `The answer ${loopWords(loop)}${edlBefore === null ? "" : `: EDL ${edlBefore.toFixed(2)} before it`}`,
        ]),
    ...(edl === null ? [] : [`EDL ${edl.toFixed(2)} tokens/step${loop === null ? "" : ", loop included"}`]),
    ...(tokensPerSecond === null ? [] : [`${tokensPerSecond.toFixed(1)} tokens/s, excluding prefill`]),
    ...(acceptance === null
      ? []
      : [`Acceptance ${shareWords(acceptance)}: ${accepted + relaxed} of ${drafted} drafted tokens`]),
    ...(isStrict || relaxedShare === null
      ? []
      : [`Relaxed ${shareWords(relaxedShare)}: ${relaxed} of ${committed} tokens`]),
    fileName,
  ]
    .map(oneLineText)
    .join("\n");
}

const MINUTE_MS = 60_000;
const UNITS = [
  { unit: "minute", ms: MINUTE_MS, below: 60 },
  { unit: "hour", ms: 60 * MINUTE_MS, below: 24 },
  { unit: "day", ms: 24 * 60 * MINUTE_MS, below: 30 },
  { unit: "month", ms: 30 * 24 * 60 * MINUTE_MS, below: 12 },
  { unit: "year", ms: 12 * 30 * 24 * 60 * MINUTE_MS, below: Infinity },
] as const;

/** E.g. "this minute", "5 minutes ago", "yesterday"; a time in the future counts as now. */
export function relativeTime(thenMs: number, nowMs: number, language: string): string {
  const words = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const passed = Math.max(0, nowMs - thenMs);
  const found = UNITS.find(({ ms, below }) => Math.floor(passed / ms) < below) ?? UNITS[0];
  return words.format(-Math.floor(passed / found.ms), found.unit);
}
