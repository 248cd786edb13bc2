// The symbols on buttons, drawn: characters would differ from font to font, and from the editor's own icons beside them.
import { svg, html, type TemplateResult } from "lit";

const PATHS = {
  close: "M4 4l8 8M12 4l-8 8",
  chevronRight: "M6 3.5l4.5 4.5L6 12.5",
  chevronDown: "M3.5 6L8 10.5L12.5 6",
  eyeOff: "M2 8c3-4.7 9-4.7 12 0c-3 4.7-9 4.7-12 0M3 13L13 3",
} as const;

/** Says nothing to screen readers: the button has a name. */
export function icon(name: keyof typeof PATHS): TemplateResult {
  return html`<svg class="sign" viewBox="0 0 16 16" aria-hidden="true">
    ${svg`<path d=${PATHS[name]} />`}
  </svg>`;
}
