// The timeline's scales, the titles of its lanes and the numbers of its steps.
import { t } from "../../core/base/index.ts";
import { ticksTo } from "../charts/scale.ts";
import type { Scales } from "./columns.ts";
import { timeLabel, TITLE_EM, xOf, type Painted, type Pen } from "./lanes.ts";

export function paintScales({ context, lanes, palette }: Pen, scales: Scales): void {
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
export function paintTitles({ context, lanes, palette }: Pen, { scales, stepsTogether }: Painted): void {
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

/** The numbers of as many steps as have room. */
export function paintNumbers({ context, lanes, palette }: Pen, painted: Painted): void {
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
