// The figure about relaxed verification: its share of the answer, and the log-probability given up.
import { t } from "../../core/base/index.ts";
import { nothing } from "lit";
import { html, svg } from "../page/html.ts";
import type { NatsPoint } from "../../core/inspect/index.ts";
import { areaBeside, type Axis, chartFrame, cursorView, heightBelow, xAxisView, yAxisView } from "./axes.ts";
import type { Chart } from "./chart.ts";
import { definitionOf, type Measures } from "./measures.ts";
import type { Draw } from "./plot.ts";
import { px, ticksTo } from "./scale.ts";
import { rateWords, shareWords } from "../run/figures/figureWords.ts";

const PLOT_EM = 8;

export function relaxedChart(
  measures: Measures,
  currentStep: number,
  cursor: (step: number, place: number) => void,
): Chart {
  const { metrics, nats } = measures;
  const { relaxed, relaxedShare, committed, natsGivenUp } = metrics;
  return {
    id: "relaxed",
    title: t("Relaxed share and log-probability given up"),
    value: shareWords(relaxedShare),
    detail: t(
      "{0} of {1} tokens{2}",
      relaxed,
      committed,
      relaxed === 0 ? "" : t(", {0} nats given up", rateWords(natsGivenUp)),
    ),
    definition: t(
      "{0} {1} The line adds it up over the answer; every dot is a step that kept a relaxed token.",
      definitionOf("relaxedShare"),
      definitionOf("natsGivenUp"),
    ),
    isWide: true,
    legend: nothing,
    body:
      nats.length === 0
        ? { kind: "message", content: html`No token was kept only because verification is relaxed.` }
        : {
            kind: "plot",
            marks: nats.length,
            draw: drawNats(nats, committed, tokensBefore(measures, currentStep)),
            onChoose: (mark) => {
              const { step, place } = nats[mark]!;
              cursor(step, place);
            },
          },
    table: {
      head: [t("Step"), t("Tokens by then"), t("Nats given up by then")],
      rows: nats.map(({ step, tokens, nats }) => [`${step + 1}`, `${tokens}`, rateWords(nats, 3)]),
    },
  };
}

/** Tokens committed before the step; null without such a step. */
function tokensBefore({ lane, endsMs }: Measures, step: number): number | null {
  if (step < 0 || step >= endsMs.length) return null;
  if (step === 0) return 0;
  const ms = endsMs[step - 1]!;
  const later = lane.tokenMs.findIndex((tokenMs) => tokenMs > ms);
  return later < 0 ? lane.tokenMs.length : later;
}

function drawNats(points: readonly NatsPoint[], committed: number, cursorTokens: number | null): Draw {
  const ticks = ticksTo(points.at(-1)!.nats, 4);
  const digits = Math.max(...ticks.map((tick) => (String(tick).split(".")[1] ?? "").length));
  const yAxis: Axis = {
    max: ticks.at(-1)!,
    ticks,
    format: (value) => value.toFixed(digits),
    title: t("nats given up so far"),
  };
  return (size, focused) => {
    const area = areaBeside(yAxis, size, PLOT_EM);
    const height = heightBelow(area, size);
    const xAxis: Axis = {
      max: committed,
      ticks: ticksTo(committed, Math.max(2, Math.min(10, area.width / size.emPx / 5)), 1),
      format: String,
      title: t("tokens of the answer"),
    };
    const x = (tokens: number) => px(area.left + (area.width * tokens) / committed);
    const y = (nats: number) => px(area.top + area.height * (1 - nats / yAxis.max));
    const line = points.map(({ tokens, nats }) => `H${x(tokens)}V${y(nats)}`).join("");
    return chartFrame(
      t("Nats given up over the tokens of the answer"),
      height,
      size,
      svg`
      ${yAxisView(yAxis, area, size)} ${xAxisView(xAxis, area, size)}
      <path class="line-relaxed" d="M${px(area.left)} ${y(0)}${line}H${x(committed)}" />
      ${points.map(({ step, tokens, nats }, i) => {
        const spoken = t("Step {0}, token {1}: {2} nats given up so far", step + 1, tokens, nats.toFixed(3));
        return svg`<g class="mark" role="button" data-mark=${i} tabindex=${i === focused ? "0" : "-1"} aria-label=${spoken}>
          <title>${spoken}</title>
          <circle class="hit" cx=${x(tokens)} cy=${y(nats)} r=${px(0.9 * size.emPx)} />
          <circle class="dot" cx=${x(tokens)} cy=${y(nats)} r=${px(0.26 * size.emPx)} />
        </g>`;
      })}
      ${cursorTokens === null ? nothing : cursorView(x(cursorTokens), area, size)}`,
    );
  };
}
