// The head of the timeline: the legend of its shapes, and zoom buttons for the pointer. Values in, templates
// out.
import { html, type TemplateResult } from "lit";
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
      isNarrow ? [dotSwatch(), "drafted up to there"] : [swatch("drafted"), "drafted, not kept"],
      ...(areMeans ? [] : [[lineSwatch("rejected"), "rejected"] as const]),
      [swatch("verify"), "verify"],
      [swatch("draft"), "draft"],
      ...(hasLoop ? [[loopSwatch(), "repeats itself"] as const] : []),
      ...(hasFlips ? [[flipSwatch(), "changed by the what-if"] as const] : []),
    ])}
    <span class="zoom" role="group" aria-label="Zoom of the timeline">
      ${button("−", "Zoom out (-)", zooms.out)} ${button("Fit", "Fit: all steps (0)", zooms.fit)}
      ${button("+", "Zoom in (+)", zooms.in)}
    </span>
  </div>`;
}

function button(sign: string, name: string, press: () => void): TemplateResult {
  return html`<button class="switch" type="button" aria-label=${name} title=${name} @click=${press}>
    ${sign}
  </button>`;
}
