// A chart of EDL against log-probability given up: one dot per rule, the current setting and the suggestion marked by shape.
// It fills its pane, with axes as on the other charts.
import { t } from "../../../core/base/index.ts";
import { nothing, type TemplateResult } from "lit";
import { html, svg } from "../../page/html.ts";
import type { CurvePoint } from "../../../core/inspect/index.ts";
import { areaBeside, axisTo, chartFrame, heightBelow, xAxisView, yAxisView } from "../../charts/axes.ts";
import "../../charts/plot.ts";
import type { Draw } from "../../charts/plot.ts";
import { px } from "../../charts/scale.ts";
import { ruleWords } from "../../run/figures/figureWords.ts";

const PLOT_EM = 9;

type Place = Pick<CurvePoint, "natsGivenUp" | "edl">;

export function curveView(
  curve: readonly CurvePoint[],
  now: Place,
  found: CurvePoint | null,
): TemplateResult | typeof nothing {
  const [first, last] = [curve[0], curve.at(-1)];
  if (first === undefined || last === undefined) return nothing;
  const words = t(
    "From EDL {0} with {1} nats given up to {2} with {3}.",
    first.edl.toFixed(2),
    first.natsGivenUp.toFixed(1),
    last.edl.toFixed(2),
    last.natsGivenUp.toFixed(1),
  );
  return html`<figure class="budget-curve">
    <figcaption>EDL against nats given up (estimate)</figcaption>
    <laser-plot
      role="img"
      aria-label="EDL against nats given up. ${words}"
      .draw=${drawing(curve, now, found)}
    ></laser-plot>
    <p class="key">
      <span aria-hidden="true">✛</span> as judged above · <span aria-hidden="true">□</span> suggestion
    </p>
  </figure>`;
}

function drawing(curve: readonly CurvePoint[], now: Place, found: CurvePoint | null): Draw {
  const xAxis = axisTo(
    Math.max(now.natsGivenUp, ...curve.map(({ natsGivenUp }) => natsGivenUp)),
    t("nats given up"),
  );
  const yAxis = axisTo(Math.max(now.edl, ...curve.map(({ edl }) => edl)), "EDL");
  return (size) => {
    const area = areaBeside(yAxis, size, PLOT_EM);
    const x = (nats: number): number => px(area.left + (area.width * nats) / xAxis.max);
    const y = (edl: number): number => px(area.top + area.height * (1 - edl / yAxis.max));
    const path = curve.map(({ natsGivenUp, edl }, i) =>
      i === 0 ? `M${x(natsGivenUp)} ${y(edl)}` : `H${x(natsGivenUp)}V${y(edl)}`,
    );
    const [nowX, nowY] = [x(now.natsGivenUp), y(now.edl)];
    return chartFrame(
      null,
      heightBelow(area, size),
      size,
      svg`${yAxisView(yAxis, area, size)} ${xAxisView(xAxis, area, size)}
        <path class="curve" d=${path.join("")} />
        ${curve.map(
          ({ rule, edl, natsGivenUp }) => svg`<circle class="point" r="2.5" cx=${x(natsGivenUp)} cy=${y(edl)}>
            <title>${ruleWords(rule)}: EDL ${edl.toFixed(2)}, ${natsGivenUp.toFixed(2)} nats</title>
          </circle>`,
        )}
        ${found === null ? nothing : svg`<rect class="found" width="9" height="9" x=${x(found.natsGivenUp) - 4.5} y=${y(found.edl) - 4.5} />`}
        <path class="now" d="M${nowX - 5} ${nowY}h10M${nowX} ${nowY - 5}v10" />`,
    );
  };
}
