// A figure along an axis as a stepped line in SVG, with the same figures as a table for readers who can't see it. It takes its
// colours from the page.
import { escapeHtml } from "../../../core/inspect/index.ts";

export interface Level {
  readonly from: number;
  readonly to: number;
  /** null: nothing was measured there. */
  readonly value: number | null;
}

export interface LineChart {
  readonly title: string;
  readonly levels: readonly Level[];
  /** Texts of places on the axis, and of values. */
  readonly place: (at: number) => string;
  readonly value: (value: number) => string;
  /** Of the whole run: a dashed line. */
  readonly overall: number | null;
}

const WIDTH = 640;
const HEIGHT = 180;
const [LEFT, RIGHT, TOP, BOTTOM] = [56, 16, 12, 28];
const MAX_TICKS = 5;

export function lineChart({ title, levels, place, value, overall }: LineChart): string {
  const end = levels.at(-1)?.to ?? 0;
  const most = Math.max(0, overall ?? 0, ...levels.map((level) => level.value ?? 0));
  if (end <= 0 || most <= 0) return `<p class="none">${escapeHtml(title)}: not measured</p>`;
  const tick = niceTick(most);
  const top = tick * Math.ceil(most / tick);
  const x = (at: number): string => (LEFT + ((WIDTH - LEFT - RIGHT) * at) / end).toFixed(1);
  const y = (height: number): string => (TOP + (HEIGHT - TOP - BOTTOM) * (1 - height / top)).toFixed(1);
  const grid = Array.from({ length: Math.round(top / tick) + 1 }, (_, step) => step * tick).map(
    (at) =>
      `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(at)}" y2="${y(at)}"/>` +
      `<text x="${LEFT - 6}" y="${Number(y(at)) + 4}" text-anchor="end">${escapeHtml(value(at))}</text>`,
  );
  const ends = [0, end / 2, end].map(
    (at, step) =>
      `<text x="${x(at)}" y="${HEIGHT - 8}" text-anchor="${["start", "middle", "end"][step]}">${escapeHtml(place(at))}</text>`,
  );
  return [
    `<figure><figcaption>${escapeHtml(title)}</figcaption>`,
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${escapeHtml(inWords(levels, place, value))}">`,
    ...grid,
    ...ends,
    overall === null
      ? ""
      : `<line class="overall" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(overall)}" y2="${y(overall)}"/>`,
    `<path class="run" d="${path(levels, x, y)}"/>`,
    "</svg></figure>",
  ].join("\n");
}

/** A gap where nothing was measured. */
function path(levels: readonly Level[], x: (at: number) => string, y: (height: number) => string): string {
  let isOpen = false;
  return levels
    .map(({ from, to, value }) => {
      if (value === null) {
        isOpen = false;
        return "";
      }
      const begin = isOpen ? `V${y(value)}` : `M${x(from)} ${y(value)}`;
      isOpen = true;
      return `${begin}H${x(to)}`;
    })
    .join("");
}

function inWords(
  levels: readonly Level[],
  place: (at: number) => string,
  value: (value: number) => string,
): string {
  return levels
    .map((level) => `${place(level.from)}: ${level.value === null ? "none" : value(level.value)}`)
    .join(", ");
}

/** The smallest of 1, 2, 5, 10 … (and of tenths of them) that needs few ticks. */
function niceTick(most: number): number {
  for (let power = 10 ** Math.floor(Math.log10(most) - 1); ; power *= 10)
    for (const tick of [1, 2, 5]) if (most / (tick * power) <= MAX_TICKS) return tick * power;
}
