// The figures about drafts: acceptance by draft position, and how many drafted tokens the steps kept.
import { t } from "../../core/base/index.ts";
import { html } from "../page/html.ts";
import type { PlaceCounts } from "../../core/inspect/index.ts";
import { several } from "../page/amounts.ts";
import type { Axis } from "./axes.ts";
import { drawBars } from "./bars.ts";
import type { Chart } from "./chart.ts";
import { diamondSwatch, legendView, swatch } from "./marks.ts";
import { definitionOf, type Measures } from "./measures.ts";
import { ticksTo } from "./scale.ts";
import { rateWords, shareWords } from "../run/figures/figureWords.ts";

export type Filter = (query: string) => void;

const SHARES: Axis = {
  max: 1,
  ticks: [0, 0.25, 0.5, 0.75, 1],
  format: (share) => `${100 * share} %`,
  title: t("share of drafted tokens kept"),
};

export function acceptanceChart({ places, metrics }: Measures, filter: Filter): Chart {
  const { accepted, relaxed, drafted, acceptance } = metrics;
  const hasRelaxed = relaxed > 0;
  return {
    id: "acceptance",
    title: t("Acceptance by draft position"),
    value: shareWords(acceptance),
    detail: t("{0} of {1} drafted tokens, at all positions", accepted + relaxed, drafted),
    definition:
      t(
        "{0} Each bar is one draft position (0 = the first token of a draft): kept ÷ drafted at that position. ",
        definitionOf("acceptance"),
      ) + t("The diamond leaves out tokens after a rejected one, which are never judged: kept ÷ judged."),
    isWide: false,
    legend: legendView([
      [swatch("kept"), hasRelaxed ? t("accepted ÷ drafted") : t("kept ÷ drafted")],
      ...(hasRelaxed ? [[swatch("relaxed"), t("relaxed ÷ drafted")] as const] : []),
      [diamondSwatch(), t("kept ÷ judged")],
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
              t("draft position, 0 = first"),
            ),
            // The bar's denominator: what was drafted there, without the target's tokens.
            onChoose: (place) => {
              filter(`@place:${place} @verdict:kept|ghost`);
            },
          },
    table: {
      head: [
        t("Position"),
        t("Drafted"),
        t("Judged"),
        t("Accepted"),
        t("Relaxed"),
        t("Kept ÷ drafted"),
        t("Kept ÷ judged"),
      ],
      rows: places.map(({ place, drafted, judged, accepted, relaxed, ofDrafted, ofJudged }) => [
        ...[place, drafted, judged, accepted, relaxed].map(String),
        shareWords(ofDrafted),
        shareWords(ofJudged),
      ]),
    },
  };
}

function placeWords({ place, drafted, judged, kept, relaxed, ofDrafted, ofJudged }: PlaceCounts): string {
  const ofThem = relaxed === 0 ? "" : t(", {0} of them relaxed", relaxed);
  return t(
    "Position {0}: kept {1} of {2} drafted, {3}{4}; {5} of {6} judged",
    place,
    kept,
    drafted,
    shareWords(ofDrafted),
    ofThem,
    shareWords(ofJudged),
    judged,
  );
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
    title: t("Drafted tokens kept by a step"),
    value: steps === 0 ? "–" : rateWords(keptTokens / steps),
    detail: t("{0} ÷ {1}; {2} had a draft", several(keptTokens, "token"), several(steps, "step"), drafted),
    definition:
      t(
        "Kept drafted tokens ÷ all steps. Bar i counts the steps that kept i drafted tokens; the target's token, which every step adds, is not counted. ",
      ) + t("Steps without a draft kept 0 and are drawn hollow. Shares are of all steps."),
    isWide: false,
    legend: legendView([
      [swatch("amount"), t("steps with a draft")],
      ...(draftlessSteps > 0 ? [[swatch("drafted"), t("steps without a draft")] as const] : []),
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
                  spoken: t(
                    "{0} kept {1}, {2} of {3}{4}",
                    several(amount, "step"),
                    kept,
                    shareWords(amount / steps),
                    steps,
                    draftless > 0 ? t("; {0} without a draft", draftless) : "",
                  ),
                };
              }),
              { max: ticks.at(-1)!, ticks, format: String, title: "steps" },
              t("drafted tokens kept"),
            ),
            onChoose: (kept) => {
              filter(`@kept:${kept}`);
            },
          },
    table: {
      head: [t("Kept"), t("Steps"), t("Share of steps")],
      rows: keptHistogram.map((amount, kept) => [`${kept}`, `${amount}`, shareWords(amount / steps)]),
    },
  };
}
