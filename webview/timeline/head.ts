// The head of the timeline: the legend of its shapes, and zoom buttons for the pointer. Values in, templates
// out.
import { t } from "../../core/base/index.ts";
import type { TemplateResult } from "lit";
import { html } from "../page/html.ts";
import { flipSwatch, legendView, lineSwatch, loopSwatch, swatch } from "../charts/marks.ts";

export interface Zooms {
  readonly out: () => void;
  readonly fit: () => void;
  readonly in: () => void;
}

export function headView(
  { hasFlips, hasLoop }: { readonly hasFlips: boolean; readonly hasLoop: boolean },
  zooms: Zooms,
): TemplateResult {
  return html`<div class="timeline-head">
    ${legendView([
      [swatch("kept"), "kept"],
      [swatch("relaxed"), "relaxed"],
      [swatch("drafted"), t("drafted, not kept")],
      [lineSwatch("rejected"), "rejected"],
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
