// The table of contents beside the settings: a button for each heading, with the one in view marked.
import { nothing, type TemplateResult } from "lit";
import { html } from "../page/html.ts";
import type { SettingView } from "../../extension/shared/settingsEditor.ts";

export interface Group {
  readonly title: string;
  readonly settings: readonly SettingView[];
}

/** The id of a group's heading. A title may contain anything, an id no spaces. */
export function headingId(title: string): string {
  return `group-${title.replace(/[^\p{L}\p{N}]+/gu, "-")}`;
}

/** @param current id of the heading in view @param onChoose called with the id of the heading to go to */
export function contentsView(
  groups: readonly Group[],
  current: string,
  onChoose: (headingId: string) => void,
): TemplateResult {
  return html`<nav class="contents" aria-label="Groups of settings">
    ${groups.map(
      ({ title, settings }) =>
        html`<button
          type="button"
          aria-current=${headingId(title) === current ? "true" : nothing}
          @click=${() => {
            onChoose(headingId(title));
          }}
        >
          ${title} <span class="quiet" aria-hidden="true">${settings.length}</span>
        </button>`,
    )}
  </nav>`;
}
