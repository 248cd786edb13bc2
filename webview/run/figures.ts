// The live figures in words: name, value with its denominator, and definition. Pure.
import { METRIC_DEFINITIONS, withRates, type TraceMetrics } from "../../core/trace/index.ts";
import { several } from "./amounts.ts";
import { shareWords } from "./figureWords.ts";
import type { RunModel } from "./model.ts";

export interface Figure {
  readonly name: string;
  readonly value: string;
  /** The denominator in words; empty if there is none. */
  readonly detail: string;
  /** The definition in a sentence. */
  readonly meaning: string;
}

/** Speed, EDL, acceptance and relaxed share of a run so far. */
export function figuresOf({ counts }: RunModel): Figure[] {
  const rates = withRates(counts);
  const { edl, edlDrafted, acceptance, relaxedShare, tokensPerSecond } = rates;
  const kept = counts.accepted + counts.relaxed;
  return [
    figure("Speed", tokensPerSecond, "tokensPerSecond", (value) => `${value.toFixed(1)} tokens/s`, [
      `${several(counts.committed, "token")}, ${(rates.totalMs / 1000).toFixed(1)} s`,
    ]),
    figure("EDL", edl, "edl", (value) => value.toFixed(2), [
      `over ${several(counts.steps, "step")}`,
      ...(edlDrafted === null
        ? []
        : [`${edlDrafted.toFixed(2)} over the ${counts.steps - counts.draftlessSteps} with a draft`]),
    ]),
    figure("Acceptance", acceptance, "acceptance", shareWords, [`${kept} of ${counts.drafted} drafted`]),
    figure("Relaxed share", relaxedShare, "relaxedShare", shareWords, [
      `${counts.relaxed} of ${several(counts.committed, "token")}`,
    ]),
  ];
}

/** Relative to a plain run of the same prompt; null if none was measured. */
export function speedUp({ counts, plainTokensPerSecond }: RunModel): Figure | null {
  const { tokensPerSecond } = withRates(counts);
  if (plainTokensPerSecond === null || tokensPerSecond === null) return null;
  return {
    name: "Speed-up",
    value: `${(tokensPerSecond / plainTokensPerSecond).toFixed(2)}×`,
    detail: `plain decoding: ${plainTokensPerSecond.toFixed(1)} tokens/s, measured`,
    meaning: "Tokens per second of this run ÷ those of a plain run of the same prompt.",
  };
}

function figure(
  name: string,
  value: number | null,
  metric: keyof TraceMetrics,
  format: (value: number) => string,
  details: readonly string[],
): Figure {
  const definition = METRIC_DEFINITIONS.find((entry) => entry.name === metric);
  const quotient = definition?.numerator ? ` ${definition.numerator} ÷ ${definition.denominator ?? ""}.` : "";
  return {
    name,
    value: value === null ? "–" : format(value),
    detail: value === null ? "" : details.join("; "),
    meaning: `${definition?.definition ?? ""}${quotient}`,
  };
}
