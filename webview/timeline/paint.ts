// Paints the timeline on a canvas: drafts above, time below, the cursor through both. Each part has a shape
// of its own: kept is filled, relaxed hatched, not kept an outline, a rejection a notch.
import { t } from "../../core/base/index.ts";
import { ticksTo } from "../charts/scale.ts";
import type { Column, Scales } from "./columns.ts";

/** The current colours of the theme. */
export interface Palette {
  readonly text: string;
  readonly quiet: string;
  readonly grid: string;
  readonly kept: string;
  readonly relaxed: string;
  readonly rejected: string;
  readonly verify: string;
  readonly draft: string;
  readonly flip: string;
  readonly loop: string;
  readonly font: string;
}

/** Heights and positions of the lanes in CSS pixels. */
export interface Lanes {
  readonly width: number;
  readonly height: number;
  /** Start of the first step when not scrolled; the scale is left of it. */
  readonly left: number;
  readonly em: number;
  readonly draftTop: number;
  readonly draftBottom: number;
  readonly timeTop: number;
  readonly timeBottom: number;
}

/** Text size of the labels in em, and the maximum width of their characters in common typefaces. */
const LABEL_EM = 0.88;
const CHARACTER_EM = 0.62 * LABEL_EM;
const MIN_LEFT_EM = 3.8;

/** Room for the title of a lane above it. */
const TITLE_EM = 1.2;

/** The label at the end of the time scale; empty if no time was measured. */
function timeLabel({ mostMs }: Scales): string {
  return mostMs > 0 ? `${mostMs.toFixed(mostMs < 9.95 ? 1 : 0)} ms` : "";
}

export function lanesOf(width: number, em: number, scales: Scales): Lanes {
  const draftTop = (1.1 + TITLE_EM) * em;
  const draftBottom = draftTop + 6.5 * em;
  const timeTop = draftBottom + (1 + TITLE_EM) * em;
  const timeBottom = timeTop + 2.2 * em;
  return {
    width,
    height: Math.ceil(timeBottom + 1.9 * em),
    left: Math.round(em * Math.max(MIN_LEFT_EM, CHARACTER_EM * timeLabel(scales).length + 0.8)),
    em,
    draftTop,
    draftBottom,
    timeTop,
    timeBottom,
  };
}

export interface Painted {
  readonly columns: readonly Column[];
  readonly scales: Scales;
  /** Width of a step, and the scroll offset of the steps. */
  readonly stepPx: number;
  readonly scrolledPx: number;
  readonly steps: number;
  /** How many steps a column holds, if there are more than pixels. */
  readonly stepsTogether: number;
  /** −1 for none. */
  readonly cursor: number;
  /** The first step of the loop in which the answer ends; null without one. */
  readonly loopFrom: number | null;
  readonly isFaint: (column: Column) => boolean;
  readonly isFlipped: (column: Column) => boolean;
}

/** A column, with the gap after it, that has room for a frame; a narrower one ends in a dot. */
export const FRAME_PX = 4;
/** Opacity of steps that don't match. */
const FAINT = 0.22;
/** Opacity of the shade under a loop. */
const LOOP_SHADE = 0.16;

export function paint(
  context: CanvasRenderingContext2D,
  lanes: Lanes,
  palette: Palette,
  painted: Painted,
): void {
  context.clearRect(0, 0, lanes.width, lanes.height);
  context.font = `${LABEL_EM * lanes.em}px ${palette.font}`;
  context.lineWidth = 1;
  paintScales(context, lanes, palette, painted.scales);
  paintTitles(context, lanes, palette, painted);
  context.save();
  context.beginPath();
  context.rect(lanes.left - 1, 0, lanes.width - lanes.left + 1, lanes.height);
  context.clip();
  paintLoop(context, lanes, palette, painted);
  paintNumbers(context, lanes, palette, painted);
  const hatch = hatchOf(context, palette);
  for (const column of painted.columns) {
    // Whole pixels with a gap between neighbours keep the edges sharp.
    const x = Math.round(xOf(column.from, lanes, painted));
    const end = Math.round(xOf(column.to + 1, lanes, painted));
    const width = Math.max(1, end - x - (end - x >= 6 ? 2 : 1));
    context.globalAlpha = painted.isFaint(column) ? FAINT : 1;
    paintDraft(context, lanes, palette, hatch, painted.scales, column, x, width);
    paintTime(context, lanes, palette, painted.scales, column, x, width);
    context.globalAlpha = 1;
    if (painted.isFlipped(column)) paintFlip(context, lanes, palette, x + width / 2);
  }
  if (painted.cursor >= 0) {
    const x = Math.round(xOf(painted.cursor, lanes, painted));
    paintCursor(context, lanes, palette, x, painted.stepPx);
  }
  context.restore();
}

function xOf(step: number, { left }: Lanes, { stepPx, scrolledPx }: Painted): number {
  return left + step * stepPx - scrolledPx;
}

function paintScales(
  context: CanvasRenderingContext2D,
  lanes: Lanes,
  palette: Palette,
  scales: Scales,
): void {
  context.textAlign = "right";
  context.textBaseline = "middle";
  const edge = lanes.left - 0.5 * lanes.em;
  const row = (words: string, y: number, isBase: boolean): void => {
    context.fillStyle = palette.quiet;
    context.fillText(words, edge, y);
    context.fillStyle = isBase ? palette.quiet : palette.grid;
    context.fillRect(lanes.left - 1, Math.round(y), lanes.width - lanes.left + 1, 1);
  };
  for (const tick of ticksTo(scales.mostDrafted, 3, 1))
    if (tick <= scales.mostDrafted)
      row(
        `${tick}`,
        lanes.draftBottom - ((lanes.draftBottom - lanes.draftTop) * tick) / scales.mostDrafted,
        tick === 0,
      );
  row("0", lanes.timeBottom, true);
  if (scales.mostMs > 0) row(timeLabel(scales), lanes.timeTop, false);
}

/** What the axes count; the means of several steps are named as such. */
function paintTitles(
  context: CanvasRenderingContext2D,
  lanes: Lanes,
  palette: Palette,
  { scales, stepsTogether }: Painted,
): void {
  const mean = stepsTogether > 1 ? t(", mean of {0} steps", stepsTogether) : "";
  context.fillStyle = palette.quiet;
  context.textAlign = "left";
  context.textBaseline = "top";
  context.fillText(t("Tokens drafted{0}", mean), lanes.left, 0);
  if (scales.mostMs > 0)
    context.fillText(t("Time of a step{0}", mean), lanes.left, lanes.timeTop - TITLE_EM * lanes.em);
  context.textAlign = "right";
  context.fillText(t("Step"), lanes.left - 0.5 * lanes.em, lanes.timeBottom + 0.7 * lanes.em);
}

function paintNumbers(
  context: CanvasRenderingContext2D,
  lanes: Lanes,
  palette: Palette,
  painted: Painted,
): void {
  const { stepPx, scrolledPx, steps } = painted;
  const widest = (String(steps).length + 2) * 0.6 * lanes.em;
  const every = ticksTo(Math.max(1, widest / stepPx), 1, 1)[1]!;
  const first = Math.floor(scrolledPx / stepPx);
  const last = Math.min(steps, Math.ceil((scrolledPx + lanes.width) / stepPx));
  context.textAlign = "center";
  context.textBaseline = "top";
  context.fillStyle = palette.quiet;
  for (let number = Math.max(1, Math.ceil((first + 1) / every) * every); number <= last; number += every) {
    const x = xOf(number - 1, lanes, painted) + stepPx / 2;
    context.fillRect(Math.round(x), lanes.timeBottom, 1, 0.3 * lanes.em);
    // A clipped number would look like another number.
    if (x + context.measureText(`${number}`).width / 2 > lanes.width) break;
    context.fillText(`${number}`, x, lanes.timeBottom + 0.7 * lanes.em);
  }
}

/** A shade under the steps of the loop, with a line where it begins. */
function paintLoop(
  context: CanvasRenderingContext2D,
  lanes: Lanes,
  palette: Palette,
  painted: Painted,
): void {
  const { loopFrom, steps } = painted;
  if (loopFrom === null) return;
  const x = Math.round(xOf(loopFrom, lanes, painted));
  const [top, height] = [lanes.draftTop - 2, lanes.timeBottom - lanes.draftTop + 2];
  context.fillStyle = palette.loop;
  context.globalAlpha = LOOP_SHADE;
  context.fillRect(x, top, Math.round(xOf(steps, lanes, painted)) - x, height);
  context.globalAlpha = 1;
  context.fillRect(x - 1, top, 1, height);
}

function paintDraft(
  context: CanvasRenderingContext2D,
  lanes: Lanes,
  palette: Palette,
  hatch: CanvasPattern | string,
  { mostDrafted }: Scales,
  column: Column,
  x: number,
  width: number,
): void {
  const unit = (lanes.draftBottom - lanes.draftTop) / mostDrafted;
  const y = (tokens: number) => Math.round(lanes.draftBottom - tokens * unit);
  const bar = (from: number, to: number, fill: CanvasPattern | string): void => {
    context.fillStyle = fill;
    context.fillRect(x, y(to), width, y(from) - y(to));
  };
  if (column.drafted === 0) {
    // A step without a draft is drawn as a stub on the base line.
    context.fillStyle = palette.quiet;
    context.fillRect(x, y(0) - 2, width, 2);
    return;
  }
  if (column.from === column.to) {
    bar(0, column.kept, palette.kept);
    for (const place of column.relaxedAt) {
      context.clearRect(x, y(place + 1), width, y(place) - y(place + 1));
      bar(place, place + 1, hatch);
      frame(context, palette.relaxed, x, y(place + 1), width, y(place) - y(place + 1));
    }
  } else {
    bar(0, column.kept - column.relaxed, palette.kept);
    bar(column.kept - column.relaxed, column.kept, hatch);
  }
  if (column.rejectedAt !== null) {
    const notch = Math.max(2, Math.round(Math.min(0.45 * unit, 4)));
    context.fillStyle = palette.rejected;
    context.fillRect(x, Math.round(y(column.rejectedAt + 0.5) - notch / 2), width, notch);
  }
  const top = y(column.drafted);
  if (width >= FRAME_PX - 1) frame(context, palette.quiet, x, top, width, y(0) - top);
  else {
    context.fillStyle = palette.quiet;
    context.fillRect(x, top, width, 1);
  }
}

function frame(
  context: CanvasRenderingContext2D,
  colour: string,
  x: number,
  y: number,
  width: number,
  height: number,
): void {
  context.strokeStyle = colour;
  context.strokeRect(x + 0.5, y + 0.5, Math.max(0.5, width - 1), Math.max(0.5, height - 1));
}

function paintTime(
  context: CanvasRenderingContext2D,
  lanes: Lanes,
  palette: Palette,
  { mostMs }: Scales,
  { draftMs, verifyMs }: Column,
  x: number,
  width: number,
): void {
  if (mostMs === 0) return;
  const high = lanes.timeBottom - lanes.timeTop;
  const verify = Math.min(high, (high * verifyMs) / mostMs);
  const draft = Math.min(high - verify, (high * draftMs) / mostMs);
  context.fillStyle = palette.verify;
  context.fillRect(x, lanes.timeBottom - verify, width, verify);
  context.fillStyle = palette.draft;
  context.fillRect(x, lanes.timeBottom - verify - draft, width, draft);
  if (draftMs + verifyMs <= mostMs * (1 + 1e-9)) return;
  // A bar longer than the scale has a gap below its end.
  context.clearRect(x, lanes.timeTop + 0.35 * lanes.em, width, 2);
}

function paintFlip(
  context: CanvasRenderingContext2D,
  { draftTop, em }: Lanes,
  palette: Palette,
  x: number,
): void {
  const [half, top] = [0.32 * em, draftTop - 0.85 * em];
  context.fillStyle = palette.flip;
  context.beginPath();
  context.moveTo(x - half, top);
  context.lineTo(x + half, top);
  context.lineTo(x, top + 2 * half);
  context.fill();
}

/** A frame around the step with a foot below it, where nothing else is drawn. */
function paintCursor(
  context: CanvasRenderingContext2D,
  lanes: Lanes,
  palette: Palette,
  x: number,
  stepPx: number,
): void {
  const middle = x + Math.max(1, stepPx - (stepPx >= 6 ? 2 : 1)) / 2;
  const half = 0.4 * lanes.em;
  const foot = lanes.timeBottom + 0.65 * lanes.em;
  context.strokeStyle = palette.text;
  context.fillStyle = palette.text;
  if (stepPx >= 5) {
    context.lineWidth = 1.5;
    context.strokeRect(x - 1.5, lanes.draftTop - 2, stepPx - 2 + 3, lanes.timeBottom - lanes.draftTop + 3);
    context.lineWidth = 1;
  } else context.fillRect(Math.round(middle), lanes.draftTop, 1, lanes.timeBottom - lanes.draftTop);
  context.beginPath();
  context.moveTo(middle, lanes.timeBottom + 2);
  context.lineTo(middle - half, foot);
  context.lineTo(middle + half, foot);
  context.fill();
}

/** Slanted lines in the colour of relaxed tokens. */
function hatchOf(context: CanvasRenderingContext2D, palette: Palette): CanvasPattern | string {
  const tile = new OffscreenCanvas(4, 4);
  const pen = tile.getContext("2d");
  if (pen === null) return palette.relaxed;
  pen.strokeStyle = palette.relaxed;
  pen.lineWidth = 1.2;
  pen.beginPath();
  for (const [x, y] of [
    [-1, 1],
    [0, 4],
    [3, 5],
  ] as const) {
    pen.moveTo(x, y);
    pen.lineTo(x + 5, y - 5);
  }
  pen.stroke();
  return context.createPattern(tile, "repeat") ?? palette.relaxed;
}
