// A chart of EDL against log-probability given up: one dot per rule, the current setting and the suggestion
// marked by shape.
import { t } from "../../core/base/index.ts";
import { nothing, type TemplateResult } from "lit";
import { html, svg } from "../page/html.ts";
import type { CurvePoint } from "../../core/inspect/index.ts";
import { ruleWords } from "../run/figureWords.ts";

const [WIDTH, HEIGHT] = [320, 140];
const [LEFT, RIGHT, TOP, BOTTOM] = [34, 10, 10, 26];

type Place = Pick<CurvePoint, "natsGivenUp" | "edl">;

export function curveView(
  curve: readonly CurvePoint[],
  now: Place,
  found: CurvePoint | null,
): TemplateResult | typeof nothing {
  const [first, last] = [curve[0], curve.at(-1)];
  if (first === undefined || last === undefined) return nothing;
  const most = Math.max(last.natsGivenUp, now.natsGivenUp, 1e-9);
  const [low, high] = [Math.min(first.edl, now.edl), Math.max(last.edl, now.edl)];
  const x = (nats: number): number => LEFT + ((WIDTH - LEFT - RIGHT) * nats) / most;
  const y = (edl: number): number =>
    HEIGHT - BOTTOM - ((HEIGHT - TOP - BOTTOM) * (edl - low)) / Math.max(high - low, 1e-9);
  const path = curve.map(({ natsGivenUp, edl }, i) => {
    const step = i === 0 ? "M" : `H${x(natsGivenUp).toFixed(1)} V`;
    return i === 0
      ? `${step}${x(natsGivenUp).toFixed(1)} ${y(edl).toFixed(1)}`
      : `${step}${y(edl).toFixed(1)}`;
  });
  const words = t(
    "From EDL {0} with {1} nats given up to {2} with {3}.",
    first.edl.toFixed(2),
    first.natsGivenUp.toFixed(1),
    last.edl.toFixed(2),
    last.natsGivenUp.toFixed(1),
  );
  return html`<figure class="budget-curve">
    <figcaption>EDL against nats given up (estimate)</figcaption>
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="EDL against nats given up. ${words}">
      ${svg`<line class="axis" x1=${LEFT} y1=${HEIGHT - BOTTOM} x2=${WIDTH - RIGHT} y2=${HEIGHT - BOTTOM} />
        <line class="axis" x1=${LEFT} y1=${TOP} x2=${LEFT} y2=${HEIGHT - BOTTOM} />
        <path class="curve" d=${path.join(" ")} />
        ${curve.map(
          (point) => svg`<circle class="point" r="2" cx=${x(point.natsGivenUp)} cy=${y(point.edl)}>
            <title>${ruleWords(point.rule)}: EDL ${point.edl.toFixed(2)}, ${point.natsGivenUp.toFixed(2)} nats</title>
          </circle>`,
        )}
        ${found === null ? nothing : svg`<rect class="found" width="9" height="9" x=${x(found.natsGivenUp) - 4.5} y=${y(found.edl) - 4.5} />`}
        <path class="now" d="M${x(now.natsGivenUp) - 5} ${y(now.edl)} h10 M${x(now.natsGivenUp)} ${y(now.edl) - 5} v10" />
        <text x=${LEFT - 4} y=${y(high) + 4} text-anchor="end">${high.toFixed(2)}</text>
        <text x=${LEFT - 4} y=${y(low)} text-anchor="end">${low.toFixed(2)}</text>
        <text x=${LEFT} y=${HEIGHT - 8}>0</text>
        <text x=${WIDTH - RIGHT} y=${HEIGHT - 8} text-anchor="end">${most.toFixed(1)} nats</text>`}
    </svg>
    <p class="key">
      <span aria-hidden="true">✛</span> as judged above · <span aria-hidden="true">□</span> suggestion
    </p>
  </figure>`;
}
