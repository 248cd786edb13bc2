// The head of the timeline: the legend of its shapes, and zoom buttons for the pointer. Values in, templates
// out.
import { t } from "../../core/base/index.ts";
import type { TemplateResult } from "lit";
import { html } from "../page/html.ts";
import { dotSwatch, flipSwatch, legendView, lineSwatch, loopSwatch, swatch } from "../charts/marks.ts";

export interface Zooms {
  readonly out: () => void;
  readonly fit: () => void;
  readonly in: () => void;
}

export interface Shown {
  readonly hasFlips: boolean;
  readonly hasLoop: boolean;
  /** Columns too narrow for frames end in a dot. */
  readonly isNarrow: boolean;
  /** Columns of several steps, which have no place of a rejection. */
  readonly areMeans: boolean;
}

export function headView({ hasFlips, hasLoop, isNarrow, areMeans }: Shown, zooms: Zooms): TemplateResult {
  return html`<div class="timeline-head">
    ${legendView([
      [swatch("kept"), "kept"],
      [swatch("relaxed"), "relaxed"],
      isNarrow ? [dotSwatch(), t("drafted up to there")] : [swatch("drafted"), t("drafted, not kept")],
      ...(areMeans ? [] : [[lineSwatch("rejected"), t("rejected")] as const]),
      [swatch("verify"), "verify"],
      [swatch("draft"), "draft"],
      ...(hasLoop ? [[loopSwatch(), t("repeats itself")] as const] : []),
      ...(hasFlips ? [[flipSwatch(), t("changed by the what-if")] as const] : []),
    ])}
    <span class="zoom" role="group" aria-label="Zoom of the timeline">
      ${button("−", t("Zoom out (-)"), zooms.out)} ${button(t("Fit"), t("Fit: all steps (0)"), zooms.fit)}
      ${button("+", t("Zoom in (+)"), zooms.in)}
    </span>
  </div>`;
}

function button(sign: string, name: string, press: () => void): TemplateResult {
  return html`<button class="switch" type="button" aria-label=${name} title=${name} @click=${press}>
    ${sign}
  </button>`;
}
