// The text of a kept trace in the Traces view: name, time, strategy and figures.
import { t } from "../../core/base/index.ts";
import type { TraceReading } from "./traceSummaries.ts";
import type { TraceSummary } from "./traceSummary.ts";
import { loopWords } from "../../core/inspect/index.ts";
import { oneLineText, shareWords, withRates } from "../../core/trace/index.ts";
import { clockTime, howWords, runName } from "../shared/runName.ts";
import { givenName, promptOfName } from "./traceNames.ts";

/** A listed file and its summary; null until it is read. */
export interface ListedTrace {
  readonly fileName: string;
  readonly beganMs: number;
  readonly reading: TraceReading | null;
}

export interface TraceLabel {
  /** As tabs and lenses call the run, e.g. "book · laser k 6 p 0.02 · 17:04"; a name that the user gave stays. */
  readonly name: string;
  /** The part of the name that follows the prompt's, or the name that the user gave. */
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
  // A clock time stays true while the list is open.
  const when = clockTime(Number.isNaN(createdMs) ? beganMs : createdMs, nowMs, language);
  if (reading === null) {
    const name = oneLineText(promptOfName(fileName));
    return {
      name: `${name} · ${when}`,
      label: givenName(fileName) === null ? when : name,
      description: "",
      tooltip: oneLineText(fileName),
      icon: "file",
    };
  }
  if (!reading.ok) {
    const [name, reason] = [fileName, reading.reason].map(oneLineText) as [string, string];
    const tooltip = `${name}\n${reason}`;
    const label = oneLineText(promptOfName(fileName));
    return { name: label, label, description: reason, tooltip, icon: "warning" };
  }
  const { summary } = reading;
  const { loop } = summary;
  const { edl, tokensPerSecond } = loop === null ? summary.metrics : withRates(loop.countsBefore);
  const given = givenName(fileName);
  const how = `${howWords(summary)} · ${when}`;
  const facts = [
    ...(given === null ? [] : [how]),
    ...(summary.finish === "stopped" || summary.finish === "failed"
      ? [summary.finish === "failed" ? t("failed") : t("stopped")]
      : []),
    ...(loop === null ? [] : [loopWords(loop)]),
    ...(edl === null ? [] : [`EDL ${edl.toFixed(2)}${loop === null ? "" : " before"}`]),
    ...(tokensPerSecond === null ? [] : [`${tokensPerSecond.toFixed(1)} tokens/s`]),
  ];
  return {
    name: oneLineText(given ?? runName(summary, nowMs, language)),
    label: oneLineText(given ?? how),
    description: facts.join(" · "),
    tooltip: tooltipOf(summary, fileName, language),
    icon: iconOf(summary),
  };
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
    endOfText: t("ended by the model"),
    stop: t("ended at a stop sequence"),
    loop: t("ended because it repeated itself"),
    complete: t("complete by its JSON schema or grammar"),
    maxTokens: t("stopped at the token limit"),
    stopped: t("stopped"),
    failed: t("failed"),
  };
  return [
    promptFile ?? t("selected text"),
    new Date(createdAt).toLocaleString(language),
    t("Strategy {0}, {1}; {2}", strategy, isStrict ? t("strict") : t("relaxed"), modelName),
    t("{0} tokens in {1} steps; {2}", committed, steps, ends[finish]),
    ...(loop === null
      ? []
      : [
          t(
            "The answer {0}{1}",
            loopWords(loop),
            edlBefore === null ? "" : t(": EDL {0} before it", edlBefore.toFixed(2)),
          ),
        ]),
    ...(edl === null
      ? []
      : [t("EDL {0} tokens/step{1}", edl.toFixed(2), loop === null ? "" : t(", loop included"))]),
    ...(tokensPerSecond === null ? [] : [`${tokensPerSecond.toFixed(1)} tokens/s, excluding prefill`]),
    ...(acceptance === null
      ? []
      : [
          t("Acceptance {0}: {1} of {2} drafted tokens", shareWords(acceptance), accepted + relaxed, drafted),
        ]),
    ...(isStrict || relaxedShare === null
      ? []
      : [t("Relaxed {0}: {1} of {2} tokens", shareWords(relaxedShare), relaxed, committed)]),
    ...(summary.timing === null ? [] : [summary.timing]),
    fileName,
  ]
    .map(oneLineText)
    .join("\n");
}
