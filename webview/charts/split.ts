// The figure "Time": where it was spent, as one stacked bar.
import { svg } from "../page/html.ts";
import { chartFrame } from "./axes.ts";
import { unreachable, t } from "../../core/base/index.ts";
import type { TimePart, TimeShare } from "../../core/inspect/index.ts";
import type { Chart } from "./chart.ts";
import { legendView, partView, swatch } from "./marks.ts";
import type { Measures } from "./measures.ts";
import type { Draw } from "./plot.ts";
import { px } from "./scale.ts";
import { msWords, shareWords } from "../run/figures/figureWords.ts";

export function splitChart({ times, metrics }: Measures): Chart {
  const allMs = times.reduce((sum, { ms }) => sum + (ms ?? 0), 0);
  const prefillMs = times.find(({ part }) => part === "prefill")?.ms ?? null;
  return {
    id: "time",
    title: t("Time"),
    value: msWords(allMs),
    detail:
      prefillMs === null ? t("the prefill was not measured") : t("{0} in steps", msWords(metrics.totalMs)),
    definition:
      t(
        "Prefill: evaluating the prompt before the first step. Verify: evaluating roots and drafts. Draft: finding drafts. ",
      ) +
      t(
        "Other: judging, rollback and bookkeeping. Shares are of all four together; the table also has shares of the steps' time.",
      ),
    isWide: false,
    legend: legendView(
      times.map(({ part, ms, ofAll }) => [
        swatch(part),
        `${part} ${msWords(ms)}${ofAll === null ? "" : `, ${shareWords(ofAll)}`}`,
      ]),
    ),
    body: { kind: "plot", marks: 0, draw: drawSplit(times), onChoose: () => undefined },
    table: {
      head: [t("Part"), t("Time"), t("Share of all"), t("Share of the steps' time")],
      rows: times.map(({ part, ms, ofAll, ofSteps }) => [
        `${part}: ${meaning(part)}`,
        msWords(ms),
        shareWords(ofAll),
        shareWords(ofSteps),
      ]),
    },
  };
}

function drawSplit(times: readonly TimeShare[]): Draw {
  return (size) => {
    const [width, high] = [size.widthPx - 2, 2.2 * size.emPx];
    let left = 1;
    return chartFrame(
      null,
      px(high + 4),
      size,
      svg`
      ${times.map(({ part, ofAll }) => {
        const wide = width * (ofAll ?? 0);
        left += wide;
        return wide < 0.05 ? null : svg`${partView(part, px(left - wide), 2, px(wide), px(high))}`;
      })}`,
    );
  };
}

function meaning(part: TimePart): string {
  switch (part) {
    case "prefill":
      return t("evaluating the prompt");
    case "verify":
      return t("evaluating roots and drafts");
    case "draft":
      return t("finding drafts");
    case "other":
      return t("judging, rollback and bookkeeping");
    default:
      return unreachable(part);
  }
}
