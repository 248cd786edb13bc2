// The cursor on the rows of a list or table, such as that of steps: arrows, Page Up, Page Down, Home and End move it, a click
// sets it; a `laser-choose` event carries the row's index. Only rows near the visible part are in the document, so the
// list itself has the focus and names its current row. A reactive controller of the list.
import type { LitElement, ReactiveController } from "lit";
import { emit } from "../../page/events.ts";
import { RowWindow } from "../../page/rowWindow.ts";

export interface RowList<Row> extends LitElement {
  /** In the order in which they are shown. */
  readonly rows: readonly Row[];
  /** Index of the row at the cursor, as `indexOf` gives it; −1 for none. */
  readonly current: number;
}

export class RowCursor<Row> implements ReactiveController {
  readonly window: RowWindow;

  /**
   * @param idPrefix the id of a row's element without its index
   * @param indexOf what a row keeps however the list is sorted, e.g. the index of its step
   * @param onResize called when the list gets its first or another height
   */
  constructor(
    private readonly list: RowList<Row>,
    private readonly idPrefix: string,
    private readonly indexOf: (row: Row) => number,
    onResize?: () => void,
  ) {
    this.window = new RowWindow(list, onResize);
    list.addController(this);
  }

  hostConnected(): void {
    this.list.tabIndex = 0;
    this.list.addEventListener("keydown", this.onKey);
    this.list.addEventListener("click", this.onClick);
  }

  hostDisconnected(): void {
    this.list.removeEventListener("keydown", this.onKey);
    this.list.removeEventListener("click", this.onClick);
  }

  hostUpdated(): void {
    this.window.place(this.list.rows.length);
    const id = `${this.idPrefix}${this.list.current}`;
    if (this.list.querySelector(`#${id}`) === null) this.list.removeAttribute("aria-activedescendant");
    else this.list.setAttribute("aria-activedescendant", id);
  }

  /** Scrolls to the current row. */
  reveal(): void {
    const at = this.position;
    if (at < 0) return;
    this.window.place(this.list.rows.length);
    this.window.reveal(at, this.list.querySelector<HTMLElement>(".head")?.offsetHeight ?? 0);
  }

  private get position(): number {
    return this.list.rows.findIndex((row) => this.indexOf(row) === this.list.current);
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    const { rows } = this.list;
    if (event.target !== this.list || rows.length === 0) return;
    const [at, last, { pageRows }] = [this.position, rows.length - 1, this.window];
    const targetByKey: Readonly<Record<string, number>> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + pageRows,
      PageUp: at - pageRows,
      Home: 0,
      End: last,
    };
    const index = targetByKey[event.key];
    if (index === undefined) return;
    event.preventDefault();
    emit(this.list, "laser-choose", this.indexOf(rows[Math.min(last, Math.max(0, index))]!));
  };

  private readonly onClick = ({ target }: MouseEvent): void => {
    const row = target instanceof Element ? target.closest(`[id^="${this.idPrefix}"]`) : null;
    if (row !== null) emit(this.list, "laser-choose", Number(row.id.slice(this.idPrefix.length)));
  };
}
