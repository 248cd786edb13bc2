// Axes of a chart and what is common to marks. Values in, SVG out; it must not know what a chart shows.
import { svg, type SVGTemplateResult } from "lit";
import { px, textPx, type PlotSize } from "./scale.ts";

/** The rectangle that marks are drawn in, in pixels. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Axis {
  readonly max: number;
  readonly ticks: readonly number[];
  readonly format: (value: number) => string;
  /** What is measured, with its unit. */
  readonly title: string;
}

/** The area that axes with titles leave in a drawing `plotEm` high between them. */
export function areaBeside(yAxis: Axis, size: PlotSize, plotEm: number): Area {
  const widest = Math.max(...yAxis.ticks.map((tick) => textPx(yAxis.format(tick), size)));
  // The first label of the other axis stands half left of it.
  const left = Math.max(widest + 0.6 * size.emPx, 1.3 * size.emPx);
  const top = 1.9 * size.emPx;
  return { left, top, width: Math.max(1, size.widthPx - left - 2), height: plotEm * size.emPx };
}

/** How high the whole drawing is: ticks and title stand below the area. */
export function heightBelow(area: Area, size: PlotSize): number {
  return px(area.top + area.height + 2.9 * size.emPx);
}

export function yAxisView(axis: Axis, area: Area, size: PlotSize): SVGTemplateResult {
  const y = (tick: number) => px(area.top + area.height * (1 - tick / axis.max));
  return svg`<g class="axis" aria-hidden="true">
    <text x="0" y=${px(0.8 * size.emPx)}>${axis.title}</text>
    ${axis.ticks.map(
      (
        tick,
      ) => svg`<line class=${tick === 0 ? "base" : "grid"} x1=${px(area.left)} x2=${px(area.left + area.width)}
          y1=${y(tick)} y2=${y(tick)} />
        <text x=${px(area.left - 0.4 * size.emPx)} y=${px(y(tick) + 0.33 * size.emPx)} text-anchor="end">${axis.format(tick)}</text>`,
    )}
  </g>`;
}

/** Ticks at values from 0 to the axis' end, and the title below them. */
export function xAxisView(axis: Axis, area: Area, size: PlotSize): SVGTemplateResult {
  const bottom = area.top + area.height;
  const x = (tick: number) => px(area.left + (area.width * tick) / axis.max);
  const ticks = axis.ticks.filter((tick) => tick <= axis.max);
  return svg`<g class="axis" aria-hidden="true">
    ${ticks.map(
      (
        tick,
        i,
      ) => svg`<line class="tick" x1=${x(tick)} x2=${x(tick)} y1=${px(bottom)} y2=${px(bottom + 0.3 * size.emPx)} />
        <text x=${x(tick)} y=${px(bottom + 1.25 * size.emPx)}
          text-anchor=${i > 0 && x(tick) > area.left + area.width - 1.5 * size.emPx ? "end" : "middle"}>${axis.format(tick)}</text>`,
    )}
    ${xTitleView(axis.title, area, size)}
  </g>`;
}

/** In the middle below the area, as far as it fits there. */
export function xTitleView(title: string, area: Area, size: PlotSize): SVGTemplateResult {
  const half = Math.min(size.widthPx, textPx(title, size)) / 2;
  const middle = Math.min(size.widthPx - half, Math.max(half, area.left + area.width / 2));
  return svg`<text x=${px(middle)} y=${px(area.top + area.height + 2.6 * size.emPx)}
    text-anchor="middle">${title}</text>`;
}

/** Where the cursor stands: a line with a head, so that it is told from grid lines by shape. */
export function cursorView(x: number, area: Area, size: PlotSize): SVGTemplateResult {
  const [half, bottom] = [0.35 * size.emPx, area.top + area.height];
  return svg`<g class="cursor" aria-hidden="true">
    <line x1=${px(x)} x2=${px(x)} y1=${px(area.top)} y2=${px(bottom)} />
    <path d="M${px(x - half)} ${px(area.top - 2 * half)}h${px(2 * half)}l${px(-half)} ${px(2 * half)}z" />
  </g>`;
}
