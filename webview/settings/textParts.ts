// Renders a description from its parts, never as markup, whatever it contains.
import { html, type TemplateResult } from "lit";
import type { TextPart } from "../../extension/shared/settingSchema.ts";
import { unreachable } from "../../core/base/index.ts";
import { visibleText } from "../../core/trace/index.ts";

/** @param labelOf returns the label of a linked setting @param onSetting shows it */
export function textPartsView(
  parts: readonly TextPart[],
  labelOf: (key: string) => string,
  onSetting: (key: string) => void,
): TemplateResult[] {
  return parts.map((part) => {
    switch (part.kind) {
      case "text":
        return html`${visibleText(part.text)}`;
      case "code":
        return html`<code>${visibleText(part.text)}</code>`;
      case "bold":
        return html`<strong>${visibleText(part.text)}</strong>`;
      case "break":
        return html`<br />`;
      case "link":
        // Only https, ensured by the parser; the editor opens it externally after asking.
        return html`<a href=${part.url} title=${part.url}>${visibleText(part.text)}</a>`;
      case "setting":
        return html`<button
          class="link"
          type="button"
          title=${part.key}
          @click=${() => {
            onSetting(part.key);
          }}
        >
          ${labelOf(part.key)}
        </button>`;
      default:
        return unreachable(part);
    }
  });
}
