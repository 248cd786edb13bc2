// The head of a column that sorts its table; the table listens for clicks on [data-sort].
import type { TemplateResult } from "lit";
import { html } from "../../page/html.ts";

export interface HeadColumn {
  readonly key: string;
  readonly title: string;
  /** The meaning of the column, for its tooltip. */
  readonly meaning: string;
  readonly isNumber: boolean;
}

/** What a table is sorted by. */
export interface HeadSorting {
  /** null: by no column. */
  readonly key: string | null;
  readonly isDescending: boolean;
}

export function headCell(
  { key, title, meaning, isNumber }: HeadColumn,
  sorting: HeadSorting,
): TemplateResult {
  const isSorted = sorting.key === key;
  const direction = isSorted ? (sorting.isDescending ? "descending" : "ascending") : "none";
  return html`<div class="cell ${key} ${isNumber ? "number" : ""}" role="columnheader" aria-sort=${direction}>
    <button class="link" type="button" title="${meaning}. Press to sort." data-sort=${key}>
      ${title}<span class="arrow" aria-hidden="true"
        >${isSorted ? (sorting.isDescending ? " ↓" : " ↑") : ""}</span
      >
    </button>
  </div>`;
}
