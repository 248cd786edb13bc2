// The rows as a table, sortable by any column; only rows near the visible part are in the document.
import { t } from "../../core/base/index.ts";
import { nothing, type PropertyValues, type TemplateResult } from "lit";
import { html } from "../page/html.ts";
import { customElement, property } from "lit/decorators.js";
import { oneLineText } from "../../core/trace/index.ts";
import { LightElement } from "../page/lightElement.ts";
import { headCell } from "../run/rows/headCell.ts";
import { RowCursor } from "../run/rows/rowCursor.ts";
import { COLUMNS, type Column, type ColumnKey, type Sorting, type TableRow } from "./tableModel.ts";

declare global {
  interface HTMLElementEventMap {
    /** The column to sort by, or to reverse. */
    "laser-table-sort": CustomEvent<ColumnKey>;
    /** The row at the cursor is to be opened. */
    "laser-table-open": CustomEvent<null>;
  }
}

/** Longer texts are clipped by their cell anyway. */
const MAX_CELL_CHARACTERS = 240;

@customElement("laser-row-table")
export class RowTable extends LightElement {
  @property({ attribute: false }) accessor rows: readonly TableRow[] = [];
  /** Place in the file of the row at the cursor; −1 for none. */
  @property({ attribute: false }) accessor current = -1;
  /** What is shown instead of rows if there are none. */
  @property({ attribute: false }) accessor whenEmpty = "";
  @property({ attribute: false }) accessor sorting: Sorting = { key: "place", isDescending: false };

  private readonly cursor: RowCursor<TableRow> = new RowCursor<TableRow>(
    this,
    "run-row-",
    ({ index }) => index,
    () => {
      this.cursor.reveal();
    },
  );

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener("click", this.onClick);
    this.addEventListener("keydown", this.onKey);
    this.role = "grid";
    this.ariaLabel = t("Rows");
  }

  protected override willUpdate(): void {
    this.setAttribute("aria-rowcount", String(this.rows.length + 1));
  }

  protected override render(): TemplateResult {
    const shown = this.cursor.window.slice(this.rows);
    return html`<div class="head row" role="row" aria-rowindex="1">
        ${COLUMNS.map((column) => headCell(column, this.sorting))}
      </div>
      <div class="rows" role="rowgroup">
        ${shown.map((row, i) => this.row(row, this.cursor.window.first + i))}
        ${this.rows.length === 0 ? html`<div class="none">${this.whenEmpty}</div>` : nothing}
      </div>`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if ((["current", "sorting", "rows"] as const).some((name) => changed.has(name))) this.cursor.reveal();
  }

  private row(row: TableRow, at: number): TemplateResult {
    const isCurrent = row.index === this.current;
    return html`<div
      class="row ${isCurrent ? "current" : ""} ${row.row.error === null ? "" : "failed"}"
      role="row"
      id="run-row-${row.index}"
      aria-rowindex=${at + 2}
      aria-selected=${String(isCurrent)}
    >
      ${COLUMNS.map(
        (column: Column) =>
          html`<div class="cell ${column.key} ${column.isNumber ? "number" : ""}" role="gridcell">
            ${cellText(column, row)}
          </div>`,
      )}
    </div>`;
  }

  private readonly onClick = ({ target }: MouseEvent): void => {
    const key =
      target instanceof Element ? target.closest<HTMLElement>("[data-sort]")?.dataset.sort : undefined;
    const column = COLUMNS.find((known) => known.key === key);
    if (column !== undefined)
      this.dispatchEvent(new CustomEvent("laser-table-sort", { detail: column.key, bubbles: true }));
  };

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || event.target !== this || this.current < 0) return;
    this.dispatchEvent(new CustomEvent("laser-table-open", { detail: null, bubbles: true }));
  };
}

function cellText({ valueOf, digits }: Column, row: TableRow): TemplateResult | string {
  const value = valueOf(row);
  if (value === null) return "–";
  if (typeof value === "number") return digits === undefined ? String(value) : value.toFixed(digits);
  return html`<bdi>${oneLineText(value.slice(0, MAX_CELL_CHARACTERS))}</bdi>`;
}
