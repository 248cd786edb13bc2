// Paints the timeline on a canvas: drafts above, time below, the cursor through both.
import { paintNumbers, paintScales, paintTitles } from "./axes.ts";
import { hatchOf, paintDraft, paintFlip, paintTime } from "./columnMarks.ts";
import { LABEL_EM, xOf, type Painted, type Pen } from "./lanes.ts";

/** Opacity of steps that don't match. */
const FAINT = 0.22;
/** Opacity of the shade under a loop. */
const LOOP_SHADE = 0.16;

export function paint(pen: Pen, painted: Painted): void {
  const { context, lanes, palette } = pen;
  context.clearRect(0, 0, lanes.width, lanes.height);
  context.font = `${LABEL_EM * lanes.em}px ${palette.font}`;
  context.lineWidth = 1;
  paintScales(pen, painted.scales);
  paintTitles(pen, painted);
  context.save();
  context.beginPath();
  context.rect(lanes.left - 1, 0, lanes.width - lanes.left + 1, lanes.height);
  context.clip();
  paintLoop(pen, painted);
  paintNumbers(pen, painted);
  const hatch = hatchOf(context, palette);
  for (const column of painted.columns) {
    // Whole pixels with a gap between neighbours keep the edges sharp.
    const x = Math.round(xOf(column.from, lanes, painted));
    const end = Math.round(xOf(column.to + 1, lanes, painted));
    const width = Math.max(1, end - x - (end - x >= 6 ? 2 : 1));
    context.globalAlpha = painted.isFaint(column) ? FAINT : 1;
    paintDraft(pen, hatch, painted.scales, column, x, width);
    paintTime(pen, painted.scales, column, x, width);
    context.globalAlpha = 1;
    if (painted.isFlipped(column)) paintFlip(pen, x + width / 2);
  }
  if (painted.cursor >= 0) {
    const x = Math.round(xOf(painted.cursor, lanes, painted));
    paintCursor(pen, x, painted.stepPx);
  }
  context.restore();
}

/** A shade under the steps of the loop, with a line where it begins. */
function paintLoop({ context, lanes, palette }: Pen, painted: Painted): void {
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

/** A frame around the step with a foot below it, where nothing else is drawn. */
function paintCursor({ context, lanes, palette }: Pen, x: number, stepPx: number): void {
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
