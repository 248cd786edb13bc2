// Fills that distinguish parts without colour, and legends made of them. The patterns are defined once in the
// page that contains figures or a timeline.
import type { SVGTemplateResult, TemplateResult } from "lit";
import { html, svg } from "../page/html.ts";

/** Looks of parts, each with its own outline and fill. Their colours are in marks.css. */
const LOOKS = ["kept", "relaxed", "drafted", "verify", "draft", "other", "prefill", "amount"] as const;
export type Look = (typeof LOOKS)[number];

/** Looks without a pattern are solid. */
const PATTERNS: Readonly<Partial<Record<Look, string>>> = {
  relaxed: "laser-hatch-relaxed",
  draft: "laser-hatch-draft",
  prefill: "laser-dots-prefill",
};

/** The value of a fill attribute: a pattern, or a value that does not override the style sheet. */
export function fillOf(look: Look): string {
  const pattern = PATTERNS[look];
  return pattern === undefined ? "currentColor" : `url(#${pattern})`;
}

/** Rendered once per page, by the page: any of the elements that use patterns may be there without the others. */
export function patternsView(): TemplateResult {
  return html`<svg class="patterns" width="0" height="0" aria-hidden="true" focusable="false">
    <defs>
      <pattern id="laser-hatch-relaxed" width="5" height="5" patternUnits="userSpaceOnUse">
        <path class="look-relaxed line" d="M-1 1l2 -2M0 5l5 -5M4 6l2 -2" />
      </pattern>
      <pattern id="laser-hatch-draft" width="4" height="4" patternUnits="userSpaceOnUse">
        <path class="look-draft line" d="M0 1h4M0 3h4" />
      </pattern>
      <pattern id="laser-dots-prefill" width="4" height="4" patternUnits="userSpaceOnUse">
        <circle class="look-prefill dot" cx="2" cy="2" r="0.9" />
      </pattern>
    </defs>
  </svg>`;
}

export function partView(look: Look, x: number, y: number, width: number, height: number): SVGTemplateResult {
  return svg`<rect class="part look-${look}" fill=${fillOf(look)} x=${x} y=${y} width=${width} height=${height} />`;
}

/** The meaning of each look, in words. */
export function legendView(
  parts: readonly (readonly [look: TemplateResult, words: string])[],
): TemplateResult {
  return html`<ul class="legend-of-figure">
    ${parts.map(([look, words]) => html`<li>${look}<span>${words}</span></li>`)}
  </ul>`;
}

export function swatch(look: Look): TemplateResult {
  return html`<svg class="swatch" viewBox="0 0 14 10" aria-hidden="true">
    ${partView(look, 0.5, 0.5, 13, 9)}
  </svg>`;
}

export function diamondSwatch(): TemplateResult {
  return html`<svg class="swatch" viewBox="0 0 14 10" aria-hidden="true">
    <path class="diamond" d="M7 1l4 4l-4 4l-4 -4z" />
  </svg>`;
}

export function lineSwatch(look: string): TemplateResult {
  return html`<svg class="swatch" viewBox="0 0 14 10" aria-hidden="true">
    <path class="line-${look}" d="M0 5h14" />
  </svg>`;
}

/** The end of a bar that is too narrow for a frame. */
export function dotSwatch(): TemplateResult {
  return html`<svg class="swatch" viewBox="0 0 14 10" aria-hidden="true">
    <path class="dot-end" d="M4 3h2M8 5h2" />
  </svg>`;
}

export function flipSwatch(): TemplateResult {
  return html`<svg class="swatch" viewBox="0 0 14 10" aria-hidden="true">
    <path class="flip" d="M2 1h10l-5 8z" />
  </svg>`;
}

export function loopSwatch(): TemplateResult {
  return html`<svg class="swatch" viewBox="0 0 14 10" aria-hidden="true">
    <rect class="loop-shade" x="1" y="0.5" width="13" height="9" />
    <path class="loop-line" d="M1 0v10" />
  </svg>`;
}
