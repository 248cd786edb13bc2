// The live figures in words: name, value with its denominator, and definition. If the answer ends in a loop, the
// value is that before the loop, and the one over the whole answer is beside it. Pure.
import { t } from "../../../core/base/index.ts";
import { isDoubtful, plainRunWords } from "../../../extension/shared/plainRun.ts";
import { STRATEGY_TRAITS } from "../../../core/laser/index.ts";
import {
  firstTokenMs,
  heldTokens,
  METRIC_DEFINITIONS,
  withRates,
  type StepCounts,
  type TraceMetrics,
} from "../../../core/trace/index.ts";
import { several } from "../../page/amounts.ts";
import { msWords, shareWords } from "./figureWords.ts";
import type { RunModel } from "../model/model.ts";

export interface Figure {
  readonly name: string;
  readonly value: string;
  /** What the value is over the whole answer, if it is that before a loop; null if the answer does not loop. */
  readonly whole: string | null;
  /** The denominator in words; empty if there is none. */
  readonly detail: string;
  /** The definition in a sentence. */
  readonly meaning: string;
}

interface Measured {
  readonly name: string;
  readonly metric: keyof TraceMetrics;
  /** null: not measured. */
  readonly valueOf: (rates: TraceMetrics) => string | null;
  readonly detailOf: (rates: TraceMetrics) => string;
}

const known = (value: number | null, words: (value: number) => string): string | null =>
  value === null ? null : words(value);

const FIGURES: readonly Measured[] = [
  {
    name: t("EDL"),
    metric: "edl",
    valueOf: ({ edl }) => known(edl, (value) => value.toFixed(2)),
    detailOf: ({ steps, draftlessSteps, edlDrafted }) =>
      [
        `over ${several(steps, "step")}`,
        ...(edlDrafted === null
          ? []
          : [t("{0} over the {1} with a draft", edlDrafted.toFixed(2), steps - draftlessSteps)]),
      ].join("; "),
  },
  {
    name: t("Acceptance"),
    metric: "acceptance",
    valueOf: ({ acceptance }) => known(acceptance, shareWords),
    detailOf: ({ accepted, relaxed, drafted }) => t("{0} of {1} drafted", accepted + relaxed, drafted),
  },
  {
    name: t("Relaxed share"),
    metric: "relaxedShare",
    valueOf: ({ relaxedShare }) => known(relaxedShare, shareWords),
    detailOf: ({ relaxed, committed }) => t("{0} of {1}", relaxed, several(committed, "token")),
  },
  {
    name: t("Speed"),
    metric: "tokensPerSecond",
    valueOf: ({ tokensPerSecond }) => known(tokensPerSecond, (value) => `${value.toFixed(1)} tokens/s`),
    detailOf: ({ committed, totalMs }) => `${several(committed, "token")}, ${(totalMs / 1000).toFixed(1)} s`,
  },
];

type Counted = Pick<RunModel, "counts" | "loop">;

/** EDL, acceptance, relaxed share and speed of a run so far. */
export function figuresOf({ counts, loop }: Counted): Figure[] {
  const all = withRates(counts);
  const before = loop === null ? null : withRates(loop.countsBefore);
  return FIGURES.map(({ name, metric, valueOf, detailOf }) => {
    const wholeValue = valueOf(all);
    const valueBefore = before === null ? null : valueOf(before);
    const meaning = meaningOf(metric);
    if (wholeValue === null) return { name, value: "–", whole: null, detail: "", meaning };
    if (before === null || valueBefore === null)
      return { name, value: wholeValue, whole: null, detail: detailOf(all), meaning };
    const whole = wholeValue.replace(" tokens/s", "");
    return { name, value: valueBefore, whole, detail: detailOf(before), meaning };
  });
}

/** Whether a run drafted nothing by its strategy: others are measured against it, and it has no speed-up itself. */
export function isPlainRun({ header }: Pick<RunModel, "header">): boolean {
  return header !== null && !STRATEGY_TRAITS[header.request.strategy].drafts;
}

/** Relative to a plain run of the same prompt; null if none was measured. */
export function speedUp({
  counts,
  loop,
  plainTokensPerSecond,
  plainRun = null,
}: Counted & Pick<RunModel, "plainTokensPerSecond"> & Partial<Pick<RunModel, "plainRun">>): Figure | null {
  const ratioOf = (part: StepCounts | null): string | null => {
    const speed = part === null ? null : withRates(part).tokensPerSecond;
    return speed === null || plainTokensPerSecond === null
      ? null
      : `${(speed / plainTokensPerSecond).toFixed(2)}×`;
  };
  const whole = ratioOf(counts);
  if (whole === null || plainTokensPerSecond === null) return null;
  const before = ratioOf(loop?.countsBefore ?? null);
  const doubt = plainRun !== null && isDoubtful(plainRun) ? " (?)" : "";
  return {
    name: t("Speed-up"),
    value: `${before ?? whole}${doubt}`,
    whole: before === null ? null : whole,
    detail:
      plainRun === null
        ? t("plain decoding: {0} tokens/s, measured", plainTokensPerSecond.toFixed(1))
        : `against ${plainRunWords(plainRun)}`,
    meaning: t("Tokens per second of this run ÷ those of a plain run of the same prompt."),
  };
}

/** How long the first token took; null if that is not known. */
export function firstTokenOf(
  run: Pick<RunModel, "prefillMs" | "prefillTokens" | "steps" | "header">,
): Figure | null {
  const { prefillMs, steps } = run;
  const ms = firstTokenMs(prefillMs, steps[0]?.step);
  if (ms === null) return null;
  return {
    name: t("First token"),
    value: msWords(ms),
    whole: null,
    detail: "",
    meaning: [
      t("Time to read the prompt and to write the first token, without loading and waiting."),
      ...cacheWords(run),
    ].join(" "),
  };
}

/** A prompt that was still in the cache makes the first token come sooner, which is not the machine's doing. */
function cacheWords({
  header,
  prefillTokens,
  steps,
}: Pick<RunModel, "header" | "prefillTokens" | "steps">): string[] {
  if (header === null || prefillTokens === null) return [];
  const { request } = header;
  const held = heldTokens({ request, result: { prefillTokens }, steps });
  if (held === 0) return [];
  const beforeTokens = request.promptTokens.length - 1;
  return [t("{0} of {1} tokens of the prompt were still in the model's cache.", held, beforeTokens)];
}

function meaningOf(metric: keyof TraceMetrics): string {
  const definition = METRIC_DEFINITIONS.find((entry) => entry.name === metric);
  const quotient = definition?.numerator ? ` ${definition.numerator} ÷ ${definition.denominator ?? ""}.` : "";
  return `${definition?.definition ?? ""}${quotient}`;
}
