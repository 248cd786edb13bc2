// Vertical stacked bars, optionally with a diamond: the drawing of acceptance and the histogram. Each bar
// can be focused and announces its value.
import { nothing, type SVGTemplateResult } from "lit";
import { svg } from "../page/html.ts";
import { areaBeside, type Axis, chartFrame, heightBelow, xTitleView, yAxisView } from "./axes.ts";
import { partView, type Look } from "./marks.ts";
import type { Draw } from "./plot.ts";
import { px, shownLabels, textPx, type PlotSize } from "./scale.ts";

export interface Bar {
  readonly label: string;
  /** From the bottom up, in units of the axis. */
  readonly parts: readonly (readonly [look: Look, amount: number])[];
  /** Value of its diamond; null for none. */
  readonly diamond: number | null;
  /** Text above it if there is room. */
  readonly above: string;
  /** Its accessible description. */
  readonly spoken: string;
}

const PLOT_EM = 9;
/** Maximum width of a bar with its gap. */
const BAND_EM = 4;

export function drawBars(bars: readonly Bar[], yAxis: Axis, xTitle: string): Draw {
  return (size, focused) => {
    const full = areaBeside(yAxis, size, PLOT_EM);
    const band = Math.min(full.width / bars.length, BAND_EM * size.emPx);
    const area = { ...full, width: band * bars.length };
    const height = heightBelow(area, size);
    const labels = shownLabels(
      bars.map(({ label }) => label),
      band,
      size,
    );
    const hasRoomAbove = bars.every(({ above }) => textPx(above, size) < band);
    const bottom = area.top + area.height;
    return chartFrame(
      yAxis.title,
      height,
      size,
      svg`
      ${yAxisView(yAxis, full, size)}
      ${bars.map((bar, i) => {
        const left = area.left + i * band;
        return svg`<g class="mark" role="button" data-mark=${i} tabindex=${i === focused ? "0" : "-1"} aria-label=${bar.spoken}>
          <title>${bar.spoken}</title>
          <rect class="hit" x=${px(left)} y=${px(area.top)} width=${px(band)} height=${px(area.height)} />
          ${partsOf(bar, yAxis.max, left + 0.14 * band, 0.72 * band, bottom, area.height)}
          ${bar.diamond === null ? nothing : diamond(left + band / 2, bottom - (area.height * bar.diamond) / yAxis.max, size)}
        </g>`;
      })}
      <g aria-hidden="true">
        ${
          hasRoomAbove
            ? bars.map((bar, i) =>
                above(bar, yAxis.max, area.left + (i + 0.5) * band, bottom, area.height, size),
              )
            : nothing
        }
      </g>
      <g class="axis" aria-hidden="true">
        ${labels.map(
          (i) => svg`<text x=${px(area.left + (i + 0.5) * band)} y=${px(bottom + 1.25 * size.emPx)}
            text-anchor="middle">${bars[i]!.label}</text>`,
        )}
        ${xTitleView(xTitle, area, size)}
      </g>`,
    );
  };
}

function partsOf(
  { parts }: Bar,
  max: number,
  left: number,
  width: number,
  bottom: number,
  heightOfMax: number,
): SVGTemplateResult[] {
  let base = 0;
  return parts.flatMap(([look, amount]) => {
    if (amount <= 0) return [];
    base += amount;
    const [top, high] = [bottom - (heightOfMax * base) / max, (heightOfMax * amount) / max];
    return [partView(look, px(left), px(top), px(width), px(high))];
  });
}

function diamond(x: number, y: number, { emPx }: PlotSize): SVGTemplateResult {
  const half = px(0.38 * emPx);
  return svg`<path class="diamond" d="M${px(x)} ${px(y - half)}l${half} ${half}l${-half} ${half}l${-half} ${-half}z" />`;
}

function above(
  { parts, above: words }: Bar,
  max: number,
  x: number,
  bottom: number,
  heightOfMax: number,
  { emPx }: PlotSize,
): SVGTemplateResult {
  const total = parts.reduce((sum, [, amount]) => sum + amount, 0);
  const y = bottom - (heightOfMax * total) / max - 0.3 * emPx;
  return svg`<text class="above" x=${px(x)} y=${px(y)} text-anchor="middle">${words}</text>`;
}
