// A column of the timeline: its draft above, its time below, and the mark of a verdict that a what-if changes. Each part
// has a shape of its own: kept is filled, relaxed hatched, not kept an outline, a rejection a notch.
import type { Column, Scales } from "./columns.ts";
import type { Palette, Pen } from "./lanes.ts";

/** A column, with the gap after it, that has room for a frame; a narrower one ends in a dot. */
export const FRAME_PX = 4;
/** @param hatch fills relaxed tokens */
export function paintDraft(
  { context, lanes, palette }: Pen,
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

/** Drafting on top of the evaluation. */
export function paintTime(
  { context, lanes, palette }: Pen,
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

/** A triangle above a step with a verdict that changes. */
export function paintFlip({ context, lanes: { draftTop, em }, palette }: Pen, x: number): void {
  const [half, top] = [0.32 * em, draftTop - 0.85 * em];
  context.fillStyle = palette.flip;
  context.beginPath();
  context.moveTo(x - half, top);
  context.lineTo(x + half, top);
  context.lineTo(x, top + 2 * half);
  context.fill();
}

/** Slanted lines in the colour of relaxed tokens. */
export function hatchOf(context: CanvasRenderingContext2D, palette: Palette): CanvasPattern | string {
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
