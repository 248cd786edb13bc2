// Two answers side by side, row by row, with differences marked. Only blocks near the visible part contain
// tokens; the others are plain text of about the same size, so that the page stays small however long the
// answers are. `data-side`, `data-step` and `data-place` identify the token that was pressed.
import { t } from "../../core/base/index.ts";
import { nothing, type PropertyValues, type TemplateResult } from "lit";
import { html } from "../page/html.ts";
import { customElement, property } from "lit/decorators.js";
import { guard } from "lit/directives/guard.js";
import { rowOfCursor, tabStops, type CompareCursor, type SideName } from "./compareCursor.ts";
import type { Pair } from "./compareModel.ts";
import type { Row } from "./compareRows.ts";
import { NearBlocks } from "../page/nearBlocks.ts";
import { visibleText } from "../../core/trace/index.ts";
import { LightElement } from "../page/lightElement.ts";
import { cellView, type CellState } from "./cell.ts";

@customElement("laser-compare-text")
export class CompareText extends LightElement {
  @property({ attribute: false }) accessor pair: Pair | null = null;
  @property({ attribute: false }) accessor cursor: CompareCursor | null = null;
  @property({ attribute: false }) accessor hasGhosts = false;
  /** The difference that was visited last; −1 for none. */
  @property({ attribute: false }) accessor difference = -1;

  private pendingScroll: ScrollLogicalPosition | null = null;
  private readonly near = new NearBlocks(this, { root: document });

  /** Focuses and scrolls to the cursor's token after it is rendered. */
  focusCursor(block: ScrollLogicalPosition): void {
    this.pendingScroll = block;
    this.requestUpdate();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("pair")) this.near.reset();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { pair, cursor, near } = this;
    if (pair === null) return nothing;
    const { rows, blocks } = pair;
    const cursorRow = cursor === null ? -1 : rowOfCursor(pair, cursor);
    return html`${blocks.slice(0, -1).map((first, index) => {
      const end = blocks[index + 1]!;
      const isNear = near.has(index) || (cursorRow >= first && cursorRow < end);
      const drawn = rows.slice(first, end).map((row, i) => this.rowView(pair, row, first + i, isNear));
      return html`<div class="block" data-block=${index}>${drawn}</div>`;
    })}`;
  }

  protected override updated(): void {
    const { pendingScroll: pendingScroll, cursor } = this;
    if (pendingScroll === null || cursor === null) return;
    this.pendingScroll = null;
    const token = this.querySelector<HTMLElement>(`[data-side="${cursor.side}"] .token[tabindex="0"]`);
    token?.focus({ preventScroll: true });
    token?.scrollIntoView({ block: pendingScroll });
  }

  private rowView(pair: Pair, row: Row, index: number, isNear: boolean): unknown {
    if (!isNear) return guard([pair, row, "far"], () => farView(pair, row));
    const stops = tabStops(pair, this.cursor);
    const stateOf = (name: SideName): CellState => ({
      stop: stops[name],
      chosen: this.cursor?.side === name ? this.cursor.entry : -1,
      hasGhosts: this.hasGhosts,
      difference: this.difference,
      label: t("{0}, row {1}", pair[name].tag, index + 1),
    });
    const [left, right] = [stateOf("left"), stateOf("right")];
    const isCurrent = row.changes.some(({ difference }) => difference === this.difference);
    // Changes in other rows don't render this one again.
    const within = ({ stop, chosen }: CellState, name: SideName): readonly number[] => {
      const { starts } = pair[name].side;
      const [from, to] = [starts[row[name][0]]!, starts[row[name][1]]!];
      return [stop, chosen].map((entry) => (entry >= from && entry < to ? entry : -1));
    };
    return guard(
      [pair, row, this.hasGhosts, isCurrent, ...within(left, "left"), ...within(right, "right")],
      () =>
        html`<div class="row ${rowClass(row)} ${isCurrent ? "current" : ""}" data-row=${index}>
          ${gutterView(row)} ${cellView(pair, row, "left", left)} ${cellView(pair, row, "right", right)}
        </div>`,
    );
  }
}

function rowClass({ changes }: Row): string {
  return changes.length === 0 ? "same" : "changed";
}

/** A bar and a symbol beside rows that differ, showing which side has something there. */
function gutterView({ changes }: Row): TemplateResult {
  const has = (side: SideName): boolean => changes.some((change) => change[side][0] < change[side][1]);
  const [sign, meaning] =
    changes.length === 0
      ? ["", ""]
      : has("left") && has("right")
        ? ["≠", t("The sides differ")]
        : has("left")
          ? ["◂", t("Only the left has this")]
          : ["▸", t("Only the right has this")];
  return html`<div class="gutter" aria-hidden="true" title=${meaning}>${sign}</div>`;
}

function farView(pair: Pair, row: Row): TemplateResult {
  const text = (name: SideName): string => visibleText(pair[name].side.texts.slice(...row[name]).join(""));
  return html`<div class="row far ${rowClass(row)}" aria-hidden="true">
    <div class="gutter"></div>
    <div class="cell stream">${text("left")}</div>
    <div class="cell stream">${text("right")}</div>
  </div>`;
}
