// A figure over time as a stepped line: one level for each range of steps, as wide as the time it took. Each
// range can be focused and announces its value.
import { t } from "../../core/base/index.ts";
import { nothing } from "lit";
import { svg } from "../page/html.ts";
import { areaBeside, type Axis, chartFrame, cursorView, heightBelow, xAxisView, yAxisView } from "./axes.ts";
import type { Draw } from "./plot.ts";
import { px, ticksTo } from "./scale.ts";

export interface Level {
  readonly startMs: number;
  readonly endMs: number;
  /** null if the denominator is 0. */
  readonly value: number | null;
  readonly spoken: string;
}

const PLOT_EM = 8;

/**
 * @param overall the value over the whole run, or null
 * @param cursorMs the time at the cursor, or null
 */
export function drawLevels(
  levels: readonly Level[],
  yAxis: Axis,
  overall: number | null,
  cursorMs: number | null,
): Draw {
  const totalMs = levels.at(-1)?.endMs ?? 0;
  return (size, focused) => {
    const area = areaBeside(yAxis, size, PLOT_EM);
    const height = heightBelow(area, size);
    const x = (ms: number) => area.left + (totalMs === 0 ? 0 : (area.width * ms) / totalMs);
    const y = (value: number) => area.top + area.height * (1 - value / yAxis.max);
    const bottom = area.top + area.height;
    return chartFrame(
      yAxis.title,
      height,
      size,
      svg`
      ${yAxisView(yAxis, area, size)} ${xAxisView(timeAxis(totalMs, area.width / size.emPx), area, size)}
      ${levels.map(
        ({ startMs, endMs, spoken }, i) =>
          svg`<g class="mark" role="button" data-mark=${i} tabindex=${i === focused ? "0" : "-1"} aria-label=${spoken}>
            <title>${spoken}</title>
            <rect class="hit" x=${px(x(startMs))} y=${px(area.top)} width=${px(Math.max(1, x(endMs) - x(startMs)))} height=${px(area.height)} />
          </g>`,
      )}
      ${
        overall === null
          ? nothing
          : svg`<path class="line-overall" d="M${px(area.left)} ${px(y(overall))}H${px(area.left + area.width)}" />`
      }
      <path class="line-run" d=${pathOf(levels, x, y, bottom)} />
      ${cursorMs === null ? nothing : cursorView(x(cursorMs), area, size)}`,
    );
  };
}

/** Seconds from 0 to the end of the run. @param widthEm width in em */
export function timeAxis(totalMs: number, widthEm: number): Axis {
  const seconds = totalMs / 1000;
  const ticks = ticksTo(seconds, Math.max(2, Math.min(10, widthEm / 5)));
  const digits = Math.max(0, ...ticks.map((tick) => (String(tick).split(".")[1] ?? "").length));
  return {
    max: Math.max(seconds, 1e-9),
    ticks,
    format: (value) => value.toFixed(digits),
    title: t("time from the first step, s"),
  };
}

function pathOf(
  levels: readonly Level[],
  x: (ms: number) => number,
  y: (value: number) => number,
  bottom: number,
): string {
  return levels
    .map(({ startMs, endMs, value }, i) => {
      const height = value === null ? bottom : y(value);
      return `${i === 0 ? `M${px(x(startMs))} ` : "V"}${px(height)}H${px(x(endMs))}`;
    })
    .join("");
}
