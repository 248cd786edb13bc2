// Which rows of a long list are rendered: those near the visible part. Works for any scrolling element with
// rows of one height. A library for virtual lists (24 kB and more, minified) would still need the
// measuring, the ids and the keys.
import type { ReactiveController, ReactiveControllerHost } from "lit";

/** In em: 22 pixels at the editor's usual 13. */
const ROW_EM = 1.7;
const SPARE_ROWS = 6;

type Host = ReactiveControllerHost & HTMLElement;

/** Updates `first` and `shownRows` when the host scrolls or is resized. Rows are in its element of class "rows". */
export class RowWindow implements ReactiveController {
  first = 0;
  shownRows = 20;
  rowPx = 22;

  private readonly sizes = new ResizeObserver(() => {
    this.measure();
    this.onResize();
    this.look();
  });

  /** @param onResize called when the host gets its first or another height, e.g. when it is shown again */
  constructor(
    private readonly host: Host,
    private readonly onResize: () => void = () => undefined,
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    this.host.addEventListener("scroll", this.look);
    this.sizes.observe(this.host);
    this.measure();
  }

  hostDisconnected(): void {
    this.host.removeEventListener("scroll", this.look);
    this.sizes.disconnect();
  }

  /** The part of a list that is rendered. */
  slice<Row>(rows: readonly Row[]): readonly Row[] {
    return rows.slice(this.first, Math.min(rows.length, this.first + this.shownRows));
  }

  /**
   * Reserves the height of all rows; call it in the host's `updated`. By script: the policy forbids style attributes.
   */
  place(rowCount: number): void {
    const rows = this.host.querySelector<HTMLElement>(".rows");
    if (rows === null) return;
    rows.style.height = `${rowCount * this.rowPx}px`;
    rows.style.paddingTop = `${this.first * this.rowPx}px`;
  }

  /** Scrolls by the least amount that shows a row. `headPx`: the height that a sticky head covers. */
  reveal(index: number, headPx = 0): void {
    const { host, rowPx } = this;
    const top = index * rowPx;
    if (top < host.scrollTop) host.scrollTop = top;
    else if (top + rowPx + headPx > host.scrollTop + host.clientHeight)
      host.scrollTop = top + rowPx + headPx - host.clientHeight;
  }

  /** Rows that PageUp and PageDown move by. */
  get pageRows(): number {
    return Math.max(1, Math.floor(this.host.clientHeight / this.rowPx) - 1);
  }

  private measure(): void {
    const fontPx = Number.parseFloat(getComputedStyle(this.host).fontSize);
    this.rowPx = Math.max(1, Math.round(ROW_EM * fontPx));
    this.host.style.setProperty("--row-height", `${this.rowPx}px`);
  }

  private readonly look = (): void => {
    const { host, rowPx } = this;
    const first = Math.max(0, Math.floor(host.scrollTop / rowPx) - SPARE_ROWS);
    const shownRows = Math.ceil(host.clientHeight / rowPx) + 2 * SPARE_ROWS;
    if (first === this.first && shownRows === this.shownRows) return;
    this.first = first;
    this.shownRows = shownRows;
    host.requestUpdate();
  };
}
