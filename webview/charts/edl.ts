// The figure "EDL" with both of its denominators.
import { t } from "../../core/base/index.ts";
import type { Axis } from "./axes.ts";
import type { Chart } from "./chart.ts";
import { legendView, lineSwatch } from "./marks.ts";
import { definitionOf, type Measures } from "./measures.ts";
import { drawRows, type Row } from "./rows.ts";
import { ticksTo } from "./scale.ts";
import { rateWords } from "../run/figures/figureWords.ts";

export function edlChart({ metrics, beforeLoop }: Measures): Chart {
  const { edl, edlDrafted, committed, committedDrafted, steps, draftlessSteps } = metrics;
  const withDraft = steps - draftlessSteps;
  const ticks = ticksTo(Math.max(2, edl ?? 0, edlDrafted ?? 0), 5, 0.5);
  const axis: Axis = {
    max: ticks.at(-1)!,
    ticks,
    format: String,
    title: t("committed tokens per step"),
  };
  const before = beforeLoop?.edl ?? null;
  const rows: Row[] = [
    ...(before === null
      ? []
      : [
          {
            look: "amount" as const,
            value: before,
            words: t("{0} over the {1} steps before the loop", rateWords(before), beforeLoop!.steps),
          },
        ]),
    {
      look: "amount",
      value: edl ?? 0,
      words: t("{0} over all {1} steps", rateWords(edl), steps),
    },
    {
      look: "drafted",
      value: edlDrafted ?? 0,
      words:
        withDraft === 0
          ? t("no step sent a draft")
          : t("{0} over {1} with a draft", rateWords(edlDrafted), withDraft),
    },
  ];
  return {
    id: "edl",
    title: "EDL",
    value: rateWords(before ?? edl),
    detail:
      before === null
        ? t("{0} tokens ÷ {1} steps", committed, steps)
        : t("before the loop; {0} overall: {1} tokens ÷ {2} steps", rateWords(edl), committed, steps),
    definition: t(
      "{0} The lower bar: {1} Plain decoding is 1.",
      definitionOf("edl"),
      definitionOf("edlDrafted"),
    ),
    isWide: false,
    legend: legendView([[lineSwatch("reference"), t("1: plain decoding")]]),
    body: { kind: "plot", marks: 0, draw: drawRows(rows, axis, 1), onChoose: () => undefined },
    table: {
      head: [t("Steps counted"), "EDL", t("Tokens"), t("Steps")],
      rows: [
        ...(before === null
          ? []
          : [[t("before the loop"), rateWords(before), `${beforeLoop!.committed}`, `${beforeLoop!.steps}`]]),
        ["all", rateWords(edl), `${committed}`, `${steps}`],
        [t("with a draft"), rateWords(edlDrafted), `${committedDrafted}`, `${withDraft}`],
      ],
    },
  };
}
