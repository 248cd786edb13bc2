// The steps as a table, sortable by any column; only rows near the visible part are in the document. Filtering
// is up to the page: the table shows the steps it is given.
import { t } from "../../core/base/index.ts";
import { nothing, type PropertyValues, type TemplateResult } from "lit";
import { html } from "../page/html.ts";
import { customElement, property, state } from "lit/decorators.js";
import { keptOf, oneLineText } from "../../core/trace/index.ts";
import { draftDepth } from "../run/model/draftShape.ts";
import type { StepView } from "../run/model/model.ts";
import { emit } from "../page/events.ts";
import { headCell, type HeadColumn } from "../run/rows/headCell.ts";
import { RowCursor } from "../run/rows/rowCursor.ts";
import { LightElement } from "../page/lightElement.ts";
import { ticks } from "../run/rows/ticks.ts";

type Value = string | number | null;

interface Column extends HeadColumn {
  readonly valueOf: (view: StepView) => Value;
  readonly format?: (value: number) => string;
}

/** The same decimals in a whole column: what drafting takes is far below what evaluating does. */
const draftMs = (value: number): string => value.toFixed(2);
const verifyMs = (value: number): string => value.toFixed(1);

const STEP_COLUMNS: readonly Column[] = [
  column("step", t("Step"), t("Number of the step, from 1"), ({ step }) => step.index + 1),
  {
    key: "text",
    title: t("Text"),
    meaning: t("What the step added to the answer"),
    isNumber: false,
    valueOf: ({ step, items }) =>
      items
        .filter(({ place }) => place === step.draft.length || step.path.includes(place))
        .map(({ text }) => text)
        .join(""),
  },
  column(
    "drafted",
    t("Drafted"),
    t("Tokens that were sent for verification"),
    ({ step }) => step.draft.length,
  ),
  column("kept", t("Kept"), t("Drafted tokens that were kept"), ({ step }) => keptOf(step)),
  column("depth", t("Depth"), t("Tokens of the draft's longest branch"), ({ step }) => draftDepth(step)),
  {
    key: "end",
    title: t("End"),
    meaning: t("The target's token: a correction, a bonus, or plain"),
    isNumber: false,
    valueOf: ({ step }) => step.next.kind,
  },
  column(
    "expected",
    t("Expected"),
    t("Tokens that the planner expected to be kept"),
    ({ step }) => step.plan.expectedKept,
    (value) => value.toFixed(1),
  ),
  column("draftMs", t("Draft ms"), t("Finding the draft"), ({ step }) => step.draftMs, draftMs),
  column("verifyMs", t("Verify ms"), t("Evaluating root and draft"), ({ step }) => step.verifyMs, verifyMs),
];

function column(
  key: string,
  title: string,
  meaning: string,
  valueOf: (view: StepView) => number | null,
  format: (value: number) => string = String,
): Column {
  return { key, title, meaning, isNumber: true, valueOf, format };
}

export interface Sorting {
  readonly key: string;
  readonly isDescending: boolean;
}

/** Steps sorted by a column, stably, with missing values last. */
function sortSteps(steps: readonly StepView[], { key, isDescending }: Sorting): readonly StepView[] {
  const chosen = STEP_COLUMNS.find((known) => known.key === key);
  if (chosen === undefined || (key === "step" && !isDescending)) return steps;
  const sign = isDescending ? -1 : 1;
  return steps
    .map((view) => ({ view, value: chosen.valueOf(view) }))
    .sort((a, b) => {
      if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null);
      if (typeof a.value === "string") return sign * a.value.localeCompare(String(b.value));
      return sign * (a.value - Number(b.value));
    })
    .map(({ view }) => view);
}

@customElement("laser-step-table")
export class StepTable extends LightElement {
  @property({ attribute: false }) accessor steps: readonly StepView[] = [];
  /** Index of the step at the cursor; −1 for none. */
  @property({ attribute: false }) accessor current = -1;
  @state() accessor sorting: Sorting = { key: "step", isDescending: false };

  /** The sorted steps. */
  rows: readonly StepView[] = [];
  private readonly cursor: RowCursor<StepView> = new RowCursor<StepView>(
    this,
    "table-step-",
    ({ step }) => step.index,
    () => {
      this.cursor.reveal();
    },
  );

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener("click", this.onClick);
    this.role = "grid";
    this.ariaLabel = t("Steps");
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("steps") || changed.has("sorting")) this.rows = sortSteps(this.steps, this.sorting);
    this.setAttribute("aria-rowcount", String(this.rows.length + 1));
  }

  protected override render(): TemplateResult {
    const rows = this.cursor.window.slice(this.rows);
    return html`<div class="head row" role="row" aria-rowindex="1">
        ${STEP_COLUMNS.map((shown) => headCell(shown, this.sorting))}
      </div>
      <div class="rows" role="rowgroup">
        ${rows.map((view, i) => this.row(view, this.cursor.window.first + i))}
        ${this.rows.length === 0 ? html`<div class="none">No step matches the filter.</div>` : nothing}
      </div>`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    const isElsewhere = (["current", "sorting", "steps"] as const).some((name) => changed.has(name));
    if (isElsewhere) this.cursor.reveal();
  }

  private row(view: StepView, at: number): TemplateResult {
    const { step } = view;
    const isCurrent = step.index === this.current;
    return html`<div
      class="row ${isCurrent ? "current" : ""}"
      role="row"
      id="table-step-${step.index}"
      data-step=${step.index}
      aria-rowindex=${at + 2}
      aria-selected=${String(isCurrent)}
    >
      ${STEP_COLUMNS.map(
        ({ key, isNumber, valueOf, format }) =>
          html`<div class="cell ${key} ${isNumber ? "number" : ""}" role="gridcell">
            ${key === "kept" && step.draft.length > 0 ? ticks(step) : nothing}${cellText(valueOf(view), format)}
          </div>`,
      )}
    </div>`;
  }

  private readonly onClick = ({ target }: MouseEvent): void => {
    const key =
      target instanceof Element ? target.closest<HTMLElement>("[data-sort]")?.dataset.sort : undefined;
    if (key === undefined) return;
    const isSame = this.sorting.key === key;
    this.sorting = { key, isDescending: isSame && !this.sorting.isDescending };
    this.say(this.sorting);
  };

  /** The head's aria-sort is read on focus; a press on it needs an announcement. */
  private say({ key, isDescending }: Sorting): void {
    const title = STEP_COLUMNS.find((known) => known.key === key)?.title ?? key;
    emit(this, "laser-say", t("Sorted by {0}, {1}", title, isDescending ? "descending" : "ascending"));
  }
}

/** Longer texts are clipped by their cell anyway. */
const MAX_CELL_CHARACTERS = 120;

function cellText(value: Value, format: ((value: number) => string) | undefined): TemplateResult | string {
  if (value === null) return "–";
  if (typeof value === "number") return format?.(value) ?? String(value);
  return html`<bdi>${oneLineText(value.slice(0, MAX_CELL_CHARACTERS))}</bdi>`;
}
