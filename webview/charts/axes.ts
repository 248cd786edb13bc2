// Axes of a chart, and parts that several kinds of marks share. Values in, SVG out.
import { nothing, type SVGTemplateResult, type TemplateResult } from "lit";
import { html, svg } from "../page/html.ts";
import { px, textPx, ticksTo, type PlotSize } from "./scale.ts";

/** The rectangle of the marks, in pixels. */
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
  /** The quantity, with its unit. */
  readonly title: string;
}

const TICKS = 4;

/** From 0, so that lengths can be compared, in as many decimals as its ticks need. */
export function axisTo(most: number, title: string): Axis {
  const ticks = ticksTo(most, TICKS);
  const digits = Math.max(0, -Math.floor(Math.log10(ticks[1]!) + 1e-9));
  return { max: ticks.at(-1)!, ticks, format: (value) => value.toFixed(digits), title };
}

/**
 * The drawing around axes and marks.
 * @param label null for a picture of what is also given in words beside it, which is hidden from screen readers
 * @param heightPx of the whole drawing
 */
export function chartFrame(
  label: string | null,
  heightPx: number,
  { widthPx }: PlotSize,
  contents: SVGTemplateResult,
): TemplateResult {
  return html`<svg
    class="chart"
    role=${label === null ? nothing : "group"}
    aria-label=${label ?? nothing}
    aria-hidden=${label === null ? "true" : nothing}
    width=${px(widthPx)}
    height=${heightPx}
    viewBox="0 0 ${px(widthPx)} ${heightPx}"
  >
    ${contents}
  </svg>`;
}

/** The area inside axes with titles, `plotEm` high. */
export function areaBeside(yAxis: Axis, size: PlotSize, plotEm: number): Area {
  const widest = Math.max(...yAxis.ticks.map((tick) => textPx(yAxis.format(tick), size)));
  // Half of the other axis' first label is left of it.
  const left = Math.max(widest + 0.6 * size.emPx, 1.3 * size.emPx);
  const top = 1.9 * size.emPx;
  return { left, top, width: Math.max(1, size.widthPx - left - 2), height: plotEm * size.emPx };
}

/** Height of the whole drawing, with ticks and title below the area. */
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

/** Ticks from 0 to the end of the axis, with the title below. */
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

/** Centred below the area, if it fits. */
export function xTitleView(title: string, area: Area, size: PlotSize): SVGTemplateResult {
  const half = Math.min(size.widthPx, textPx(title, size)) / 2;
  const middle = Math.min(size.widthPx - half, Math.max(half, area.left + area.width / 2));
  return svg`<text x=${px(middle)} y=${px(area.top + area.height + 2.6 * size.emPx)}
    text-anchor="middle">${title}</text>`;
}

/** The cursor: a line with a head, whose shape distinguishes it from grid lines. */
export function cursorView(x: number, area: Area, size: PlotSize): SVGTemplateResult {
  const [half, bottom] = [0.35 * size.emPx, area.top + area.height];
  return svg`<g class="cursor" aria-hidden="true">
    <line x1=${px(x)} x2=${px(x)} y1=${px(area.top)} y2=${px(bottom)} />
    <path d="M${px(x - half)} ${px(area.top - 2 * half)}h${px(2 * half)}l${px(-half)} ${px(2 * half)}z" />
  </g>`;
}
