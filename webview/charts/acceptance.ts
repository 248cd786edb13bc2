// The figures about drafts: acceptance by draft position, and how many drafted tokens the steps kept.
import { html } from "lit";
import type { PlaceCounts } from "../../core/inspect/index.ts";
import { several } from "../run/amounts.ts";
import type { Axis } from "./axes.ts";
import { drawBars } from "./bars.ts";
import type { Chart } from "./chart.ts";
import { diamondSwatch, legendView, swatch } from "./marks.ts";
import { definitionOf, type Measures } from "./measures.ts";
import { ticksTo } from "./scale.ts";
import { rateWords, shareWords } from "../run/figureWords.ts";

export type Filter = (query: string) => void;

const SHARES: Axis = {
  max: 1,
  ticks: [0, 0.25, 0.5, 0.75, 1],
  format: (share) => `${100 * share} %`,
  title: "share of drafted tokens kept",
};

export function acceptanceChart({ places, metrics }: Measures, filter: Filter): Chart {
  const { accepted, relaxed, drafted, acceptance } = metrics;
  const hasRelaxed = relaxed > 0;
  return {
    id: "acceptance",
    title: "Acceptance by draft position",
    value: shareWords(acceptance),
    detail: `${accepted + relaxed} of ${drafted} drafted tokens, at all positions`,
    definition:
      `${definitionOf("acceptance")} Each bar is one draft position (0 = the first token of a draft): kept ÷ drafted at that position. ` +
      "The diamond leaves out tokens after a rejected one, which are never judged: kept ÷ judged.",
    isWide: false,
    legend: legendView([
      [swatch("kept"), hasRelaxed ? "accepted ÷ drafted" : "kept ÷ drafted"],
      ...(hasRelaxed ? [[swatch("relaxed"), "relaxed ÷ drafted"] as const] : []),
      [diamondSwatch(), "kept ÷ judged"],
    ]),
    body:
      places.length === 0
        ? { kind: "message", content: html`No step has sent a draft.` }
        : {
            kind: "plot",
            marks: places.length,
            draw: drawBars(
              places.map((counts) => ({
                label: `${counts.place}`,
                parts: [
                  ["kept", counts.accepted / counts.drafted],
                  ["relaxed", counts.relaxed / counts.drafted],
                ],
                diamond: counts.ofJudged,
                above: "",
                spoken: placeWords(counts),
              })),
              SHARES,
              "draft position, 0 = first",
            ),
            // The bar's denominator: what was drafted there, without the target's tokens.
            onChoose: (place) => {
              filter(`@place:${place} @verdict:kept|ghost`);
            },
          },
    table: {
      head: ["Position", "Drafted", "Judged", "Accepted", "Relaxed", "Kept ÷ drafted", "Kept ÷ judged"],
      rows: places.map(({ place, drafted, judged, accepted, relaxed, ofDrafted, ofJudged }) => [
        ...[place, drafted, judged, accepted, relaxed].map(String),
        shareWords(ofDrafted),
        shareWords(ofJudged),
      ]),
    },
  };
}

function placeWords({ place, drafted, judged, kept, relaxed, ofDrafted, ofJudged }: PlaceCounts): string {
  const ofThem = relaxed === 0 ? "" : `, ${relaxed} of them relaxed`;
  return `Position ${place}: kept ${kept} of ${drafted} drafted, ${shareWords(ofDrafted)}${ofThem}; ${shareWords(ofJudged)} of ${judged} judged`;
}

export function histogramChart({ metrics }: Measures, filter: Filter): Chart {
  const { keptHistogram, steps, draftlessSteps } = metrics;
  const most = Math.max(0, ...keptHistogram);
  // Leaves room for the numbers above the bars.
  const ticks = ticksTo(1.12 * most, 4, 1);
  const drafted = steps - draftlessSteps;
  const keptTokens = metrics.accepted + metrics.relaxed;
  return {
    id: "kept",
    title: "Drafted tokens kept by a step",
    value: steps === 0 ? "–" : rateWords(keptTokens / steps),
    detail: `${several(keptTokens, "token")} ÷ ${several(steps, "step")}; ${drafted} had a draft`,
    definition:
      "Kept drafted tokens ÷ all steps. Bar i counts the steps that kept i drafted tokens; the target's token, which every step adds, is not counted. " +
      "Steps without a draft kept 0 and are drawn open. Shares are of all steps.",
    isWide: false,
    legend: legendView([
      [swatch("amount"), "steps with a draft"],
      ...(draftlessSteps > 0 ? [[swatch("drafted"), "steps without a draft"] as const] : []),
    ]),
    body:
      steps === 0
        ? { kind: "message", content: html`There are no steps yet.` }
        : {
            kind: "plot",
            marks: keptHistogram.length,
            draw: drawBars(
              keptHistogram.map((amount, kept) => {
                const draftless = kept === 0 ? draftlessSteps : 0;
                return {
                  label: `${kept}`,
                  parts: [
                    ["amount", amount - draftless],
                    ["drafted", draftless],
                  ],
                  diamond: null,
                  above: amount === 0 ? "" : `${amount}`,
                  spoken: `${several(amount, "step")} kept ${kept}, ${shareWords(amount / steps)} of ${steps}${
                    draftless > 0 ? `; ${draftless} without a draft` : ""
                  }`,
                };
              }),
              { max: ticks.at(-1)!, ticks, format: String, title: "steps" },
              "drafted tokens kept",
            ),
            onChoose: (kept) => {
              filter(`@kept:${kept}`);
            },
          },
    table: {
      head: ["Kept", "Steps", "Share of steps"],
      rows: keptHistogram.map((amount, kept) => [`${kept}`, `${amount}`, shareWords(amount / steps)]),
    },
  };
}
