// A bar chart of figures with their intervals as SVG, readable on light and dark pages, with a description
// in words for screen readers.
import type { Interval } from "../statistics.ts";
import { decimals, range } from "./reportTables.ts";

export interface Bar {
  readonly name: string;
  readonly ratio: Interval;
}

export interface ChartOptions {
  readonly title: string;
  readonly subtitle: string;
  readonly bars: readonly Bar[];
}

/** What the figures of a chart are. */
export interface BarScale {
  /** Written after ticks and figures: "×", or nothing. */
  readonly unit: string;
  /** Where the dashed line is. */
  readonly line: number;
  /** The name of the bar in the colour of the base. */
  readonly base: string;
  /** Space for the names, in pixels. */
  readonly namesWidth: number;
}

const SPEED_UPS: BarScale = { unit: "×", line: 1, base: "plain", namesWidth: 150 };

const WIDTH = 720;
const TOP = 62;
const ROW = 34;
const BAR = 18;
/** Space for the figures after the bars. */
const RIGHT = 130;
const FOOT = 34;
const TICKS_AT_MOST = 8;

/** Colours for light pages, and for dark ones if the reader's system prefers them. */
const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #1f2328; }
  .title { font-size: 16px; font-weight: 600; }
  .small { font-size: 11px; fill: #57606a; }
  .bar { fill: #54aeff; }
  .base { fill: #afb8c1; }
  .grid { stroke: #d0d7de; }
  .one { stroke: #57606a; stroke-dasharray: 4 3; }
  .whisker { stroke: #1f2328; stroke-width: 1.5; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .small { fill: #9da5b0; }
    .bar { fill: #1f6feb; }
    .base { fill: #6e7681; }
    .grid { stroke: #30363d; }
    .one { stroke: #9da5b0; }
    .whisker { stroke: #e6edf3; }
  }`;

/** Speed-ups over plain decoding, with a dashed line at 1×. */
export function speedUpChart(options: ChartOptions): string {
  return barChart(options, SPEED_UPS);
}

/** Horizontal bars from 0, a whisker for each interval, a dashed line. */
export function barChart({ title, subtitle, bars }: ChartOptions, scale: BarScale): string {
  const { unit, line, namesWidth: left } = scale;
  const height = TOP + bars.length * ROW + FOOT;
  const most = Math.max(
    line,
    ...bars.flatMap(({ ratio }) => [ratio.value, ratio.high]).filter(Number.isFinite),
  );
  const tick = niceTick(most);
  const end = tick * Math.ceil(most / tick);
  const x = (value: number): string => (left + ((WIDTH - left - RIGHT) * value) / end).toFixed(1);
  const bottom = TOP + bars.length * ROW;
  const grid = Array.from({ length: Math.round(end / tick) + 1 }, (_, i) => i * tick).map(
    (value) =>
      `<line class="grid" x1="${x(value)}" x2="${x(value)}" y1="${TOP - 6}" y2="${bottom}"/>` +
      `<text class="small" x="${x(value)}" y="${bottom + 16}" text-anchor="middle">${Number(value.toFixed(2))}${unit}</text>`,
  );
  const rows = bars.map((bar, i) => drawBar(bar, TOP + i * ROW, x, scale));
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title desc">`,
    `<title id="title">${escaped(title)}</title>`,
    `<desc id="desc">${escaped(chartInWords(bars, unit))}</desc>`,
    `<style>${STYLE}\n</style>`,
    `<text class="title" x="12" y="24">${escaped(title)}</text>`,
    `<text class="small" x="12" y="42">${escaped(subtitle)}</text>`,
    ...grid,
    ...rows,
    `<line class="one" x1="${x(line)}" x2="${x(line)}" y1="${TOP - 6}" y2="${bottom}"/>`,
    "</svg>",
  ].join("\n")}\n`;
}

/** The chart in words, bar by bar, for the alternative text. */
export function chartInWords(bars: readonly Bar[], unit: string = SPEED_UPS.unit): string {
  return bars
    .map(({ name, ratio }) => {
      const interval = Number.isFinite(ratio.low) ? ` (95 % ${range(ratio)})` : "";
      return `${name} ${figureOf(ratio.value, unit)}${interval}`;
    })
    .join(", ");
}

function drawBar(
  { name, ratio }: Bar,
  top: number,
  x: (value: number) => string,
  { unit, base, namesWidth: left }: BarScale,
): string {
  const middle = top + ROW / 2;
  const parts = [
    `<text x="${left - 10}" y="${middle + 4}" text-anchor="end">${escaped(name)}</text>`,
    `<text x="${WIDTH - RIGHT + 12}" y="${middle + 4}">${figureOf(ratio.value, unit)} <tspan class="small">${range(ratio)}</tspan></text>`,
  ];
  if (!Number.isFinite(ratio.value)) return parts.join("\n");
  const length = (Number(x(ratio.value)) - left).toFixed(1);
  const kind = name === base ? "base" : "bar";
  parts.push(
    `<rect class="${kind}" x="${left}" y="${middle - BAR / 2}" width="${length}" height="${BAR}" rx="2"/>`,
  );
  if (Number.isFinite(ratio.low) && ratio.high > ratio.low)
    parts.push(
      `<path class="whisker" fill="none" d="M${x(ratio.low)} ${middle}H${x(ratio.high)}` +
        `M${x(ratio.low)} ${middle - 5}v10M${x(ratio.high)} ${middle - 5}v10"/>`,
    );
  return parts.join("\n");
}

function figureOf(value: number, unit: string): string {
  return Number.isNaN(value) ? decimals(value, 2) : `${decimals(value, 2)}${unit}`;
}

/** The smallest of 0.25, 0.5, 1, 2.5, 5, 10 … that needs few ticks. */
function niceTick(most: number): number {
  for (let power = 1; ; power *= 10)
    for (const tick of [0.25, 0.5, 1]) if (most / (tick * power) <= TICKS_AT_MOST) return tick * power;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
