// A list of texts: a row for each item, to change or remove, and a button to add one. A new row counts as an
// item only when it has text.
import { t } from "../../core/base/index.ts";
import { nothing, type TemplateResult } from "lit";
import { html } from "../page/html.ts";
import { icon } from "../page/icons.ts";
import type { ListSetting } from "../../core/settings/index.ts";
import { textField, type ControlWords } from "./controls.ts";

/** @param onRows called with the rows while typing @param onDone called with the rows after a row is edited */
export function listControl(
  { maxItems = Infinity }: ListSetting,
  rows: readonly string[],
  words: ControlWords,
  onRows: (rows: readonly string[]) => void,
  onDone: (rows: readonly string[]) => void,
): TemplateResult {
  const withRow = (at: number, text: string): readonly string[] => rows.with(at, text);
  const row = (text: string, at: number): TemplateResult => {
    const own = { ...words, label: t("{0}, item {1}", words.label, at + 1) };
    return textField(own, text, {
      onInput: (typed) => {
        onRows(withRow(at, typed));
      },
      onChange: (typed) => {
        onDone(withRow(at, typed));
      },
    });
  };
  const isFull = rows.length >= maxItems || rows.includes("");
  return html`<div class="list">
    ${
      rows.length === 0
        ? html`<span class="quiet">No items.</span>`
        : html`<ul aria-label=${words.label}>
            ${rows.map(
              (text, at) =>
                html`<li>
                  ${row(text, at)}${
                    words.isDisabled
                      ? nothing
                      : html`<button
                          class="icon"
                          type="button"
                          aria-label="Remove item ${at + 1} of ${words.label}"
                          title="Remove"
                          @click=${() => {
                            onDone(rows.toSpliced(at, 1));
                          }}
                        >
                          ${icon("close")}
                        </button>`
                  }
                </li>`,
            )}
          </ul>`
    }
    <button
      class="secondary add"
      type="button"
      aria-label="Add item: ${words.label}"
      ?disabled=${isFull || words.isDisabled}
      @click=${() => {
        onRows([...rows, ""]);
      }}
    >
      Add item
    </button>
  </div>`;
}
