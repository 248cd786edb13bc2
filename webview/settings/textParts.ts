// A setting's description: its code and its links to other settings, rendered without any markup of their own.
import type { TemplateResult } from "lit";
import { html } from "../page/html.ts";
import { unreachable } from "../../core/base/index.ts";

/** A piece of a description, free of markup. */
export type TextPart =
  | { readonly kind: "text" | "code"; readonly text: string }
  | { readonly kind: "setting"; readonly key: string };

/** E.g. "See `#a.b#`." → text "See ", setting "a.b", text ".". */
export function descriptionParts(markdown: string): readonly TextPart[] {
  return markdown
    .split(/(`[^`]+`)/)
    .filter((piece) => piece !== "")
    .map((piece) => {
      const code = /^`(.+)`$/.exec(piece)?.[1];
      if (code === undefined) return { kind: "text", text: piece };
      const key = /^#(.+)#$/.exec(code)?.[1];
      return key === undefined ? { kind: "code", text: code } : { kind: "setting", key };
    });
}

/** Only the words, for search. */
export function partsText(parts: readonly TextPart[]): string {
  return parts.map((part) => (part.kind === "setting" ? part.key : part.text)).join("");
}

/** @param labelOf returns the label of a linked setting @param onSetting shows it */
export function textPartsView(
  parts: readonly TextPart[],
  labelOf: (key: string) => string,
  onSetting: (key: string) => void,
): TemplateResult[] {
  return parts.map((part) => {
    switch (part.kind) {
      case "text":
        return html`${part.text}`;
      case "code":
        return html`<code>${part.text}</code>`;
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
