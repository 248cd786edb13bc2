// The figure "EDL" with both of its denominators.
import type { Axis } from "./axes.ts";
import type { Chart } from "./chart.ts";
import { legendView, lineSwatch } from "./marks.ts";
import { definitionOf, type Measures } from "./measures.ts";
import { drawRows, type Row } from "./rows.ts";
import { ticksTo } from "./scale.ts";
import { rateWords } from "../run/figureWords.ts";

export function edlChart({ metrics, beforeLoop }: Measures): Chart {
  const { edl, edlDrafted, committed, committedDrafted, steps, draftlessSteps } = metrics;
  const withDraft = steps - draftlessSteps;
  const ticks = ticksTo(Math.max(2, edl ?? 0, edlDrafted ?? 0), 5, 0.5);
  const axis: Axis = {
    max: ticks.at(-1)!,
    ticks,
    format: String,
    title: "committed tokens per step",
  };
  const before = beforeLoop?.edl ?? null;
  const rows: Row[] = [
    ...(before === null
      ? []
      : [
          {
            look: "amount" as const,
            value: before,
            words: `${rateWords(before)} over the ${beforeLoop!.steps} steps before the loop`,
          },
        ]),
    {
      look: "amount",
      value: edl ?? 0,
      words: `${rateWords(edl)} over all ${steps} steps`,
    },
    {
      look: "drafted",
      value: edlDrafted ?? 0,
      words:
        withDraft === 0 ? "no step sent a draft" : `${rateWords(edlDrafted)} over ${withDraft} with a draft`,
    },
  ];
  return {
    id: "edl",
    title: "EDL",
    value: rateWords(before ?? edl),
    detail:
      before === null
        ? `${committed} tokens ÷ ${steps} steps`
        : `before the loop; ${rateWords(edl)} whole: ${committed} tokens ÷ ${steps} steps`,
    definition: `${definitionOf("edl")} The lower bar: ${definitionOf("edlDrafted")} Plain decoding is 1.`,
    isWide: false,
    legend: legendView([[lineSwatch("reference"), "1: plain decoding"]]),
    body: { kind: "plot", marks: 0, draw: drawRows(rows, axis, 1), onChoose: () => undefined },
    table: {
      head: ["Steps counted", "EDL", "Tokens", "Steps"],
      rows: [
        ...(before === null
          ? []
          : [["before the loop", rateWords(before), `${beforeLoop!.committed}`, `${beforeLoop!.steps}`]]),
        ["all", rateWords(edl), `${committed}`, `${steps}`],
        ["with a draft", rateWords(edlDrafted), `${committedDrafted}`, `${withDraft}`],
      ],
    },
  };
}
