// Horizontal bars, each under its own line of text: the drawing of EDL.
import { svg } from "../page/html.ts";
import { type Area, type Axis, chartFrame, xAxisView } from "./axes.ts";
import { partView, type Look } from "./marks.ts";
import type { Draw } from "./plot.ts";
import { px } from "./scale.ts";

export interface Row {
  readonly look: Look;
  readonly value: number;
  readonly words: string;
}

const ROW_EM = 3.2;
const BAR_EM = 1.1;

/** @param reference a value to compare the bars with */
export function drawRows(rows: readonly Row[], axis: Axis, reference: number): Draw {
  return (size) => {
    const { emPx } = size;
    const area: Area = {
      left: emPx,
      top: 0,
      width: size.widthPx - 2 * emPx,
      height: rows.length * ROW_EM * emPx,
    };
    const height = px(area.height + 2.9 * emPx);
    const at = (value: number) => (area.width * value) / axis.max;
    const line = px(area.left + at(reference));
    return chartFrame(
      null,
      height,
      size,
      svg`
      ${xAxisView(axis, area, size)}
      ${rows.map(({ look, value, words }, i) => {
        const top = i * ROW_EM * emPx;
        return svg`<text x=${px(area.left)} y=${px(top + 1.1 * emPx)}>${words}</text>
          ${partView(look, px(area.left), px(top + 1.6 * emPx), px(at(value)), px(BAR_EM * emPx))}
          <path class="reference" d="M${line} ${px(top + 1.3 * emPx)}v${px((BAR_EM + 0.6) * emPx)}" />`;
      })}`,
    );
  };
}
