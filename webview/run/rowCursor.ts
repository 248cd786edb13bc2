// The cursor on the rows of a list or table of steps: arrows, Page Up, Page Down, Home and End move it, a click
// sets it; a `laser-choose` event carries the step. Only rows near the visible part are in the document, so the
// list itself has the focus and names its current row. A reactive controller of the list.
import type { LitElement, ReactiveController } from "lit";
import { emit } from "../page/events.ts";
import { RowWindow } from "../page/rowWindow.ts";
import type { StepView } from "./model.ts";

export interface RowList extends LitElement {
  /** The steps in the order of their rows. */
  readonly rows: readonly StepView[];
  /** Index of the step at the cursor; −1 for none. */
  readonly current: number;
}

export class RowCursor implements ReactiveController {
  readonly window: RowWindow;

  /**
   * @param idPrefix the id of a row without the index of its step
   * @param onResize called when the list gets its first or another height
   */
  constructor(
    private readonly list: RowList,
    private readonly idPrefix: string,
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
    return this.list.rows.findIndex(({ step }) => step.index === this.list.current);
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
    emit(this.list, "laser-choose", rows[Math.min(last, Math.max(0, index))]!.step.index);
  };

  private readonly onClick = ({ target }: MouseEvent): void => {
    const row = target instanceof Element ? target.closest<HTMLElement>("[data-step]") : null;
    if (row !== null) emit(this.list, "laser-choose", Number(row.dataset.step));
  };
}
