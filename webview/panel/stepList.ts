// The list of steps, one row each: the drafted tokens with their verdicts, the target's token that ended the step, and its
// time; below an unfolded step one row for each branch of its draft. Rows have one height, and only those near the
// visible part are in the document.
import { t } from "../../core/base/index.ts";
import { nothing, type PropertyValues, type TemplateResult } from "lit";
import { html } from "../page/html.ts";
import { customElement, property } from "lit/decorators.js";
import { icon } from "../page/icons.ts";
import { keptOf, noDraftSentence, oneLineText, spokenText } from "../../core/trace/index.ts";
import { leftBranch } from "../run/model/cursor.ts";
import { foldedWords } from "../run/model/draftShape.ts";
import { msWords } from "../run/figures/figureWords.ts";
import type { Item, ShownClass } from "../run/model/items.ts";
import type { StepView } from "../run/model/model.ts";
import { RowCursor } from "../run/rows/rowCursor.ts";
import { emit } from "../page/events.ts";
import { LightElement } from "../page/lightElement.ts";
import { rowNumber, rowOfPlace, stepRows, type StepRow } from "./stepRows.ts";

/** A step drafts at most some dozens of tokens in the line, but a token may be long. */
const MAX_SHOWN = 40;
/** Deeper branches are indented this far. */
const MAX_INDENTED = 4;
/** Distance from the end within which the list counts as scrolled to its end. */
const AT_END_PX = 24;

@customElement("laser-step-list")
export class StepList extends LightElement {
  @property({ attribute: false }) accessor steps: readonly StepView[] = [];
  /** The step at the cursor; −1 for none. */
  @property({ type: Number }) accessor step = -1;
  /** The place at the cursor in that step; −1 for none. */
  @property({ type: Number }) accessor place = -1;
  @property({ attribute: false }) accessor hiddenClasses: ReadonlySet<ShownClass> = new Set();
  /** Follows the end while steps are added, unless the reader scrolled away. */
  @property({ attribute: false }) accessor following = false;

  private isAtEnd = true;
  /** Steps whose branches were unfolded by a press; those at the cursor are, too. */
  private readonly unfolded = new Set<number>();
  private shownRows: readonly StepRow[] = [];
  private readonly cursor = new RowCursor<StepRow>(this, "step-row-", ({ view, branch }) =>
    rowNumber(view.step.index, branch),
  );

  override connectedCallback(): void {
    super.connectedCallback();
    this.ariaLabel = t("Steps");
    this.addEventListener("click", this.onChip, { capture: true });
    this.addEventListener("scroll", this.onScroll);
  }

  override disconnectedCallback(): void {
    this.removeEventListener("click", this.onChip, { capture: true });
    this.removeEventListener("scroll", this.onScroll);
    super.disconnectedCallback();
  }

  get rows(): readonly StepRow[] {
    return this.shownRows;
  }

  get current(): number {
    return this.step < 0 ? -1 : rowOfPlace(this.steps, this);
  }

  protected override willUpdate(): void {
    this.shownRows = stepRows(this.steps, (step) => this.isUnfolded(step));
    this.role = this.steps.some(({ shape }) => shape.folded > 0) ? "tree" : "listbox";
  }

  protected override render(): TemplateResult {
    const rows = this.cursor.window.slice(this.shownRows);
    return html`<div class="rows" role="presentation">
      ${rows.map(({ view, branch }) => (branch < 0 ? this.row(view) : this.branchRow(view, branch)))}
    </div>`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has("step") || changed.has("place")) this.cursor.reveal();
    else if (changed.has("steps") && this.following && this.isAtEnd) {
      this.cursor.window.place(this.shownRows.length);
      this.scrollTop = this.scrollHeight;
    }
  }

  private row(view: StepView): TemplateResult {
    const { step, items, shape } = view;
    const isHere = step.index === this.step;
    const isCurrent = isHere && this.current === step.index;
    const drafted = shape.line.slice(0, -1).map((place) => items[place]!);
    const own = items.at(-1)!;
    const shown = drafted.filter(({ shownClass }) => !this.hiddenClasses.has(shownClass));
    return html`<div
      class="row"
      role=${this.role === "tree" ? "treeitem" : "option"}
      id="step-row-${step.index}"
      data-step=${step.index}
      aria-selected=${String(isCurrent)}
      aria-expanded=${shape.folded === 0 ? nothing : String(this.isUnfolded(step.index))}
      aria-setsize=${this.steps.length}
      aria-posinset=${step.index + 1}
    >
      <span class="index"><span class="sr-only">Step </span>${step.index + 1}</span>
      <span class="sr-only">${rowWords(view)}</span>
      <span class="chips" aria-hidden="true" title=${rowWords(view)}
        >${
          step.draft.length === 0
            ? html`<span class="none">${NO_DRAFT[step.plan.noDraft ?? "noMatch"]}</span>`
            : shown.map((item) => this.chip(item, isHere))
        }</span
      >${shape.folded === 0 ? nothing : this.foldMark(view)}
      <span class="end" aria-hidden="true"><span class="quiet">→</span> ${this.chip(own, isHere)}</span>
      <span class="ms">${msWords(step.draftMs + step.verifyMs + step.otherMs)}</span>
    </div>`;
  }

  private foldMark({ step, shape }: StepView): TemplateResult {
    const isUnfolded = this.isUnfolded(step.index);
    return html`<span
      class="folded"
      aria-hidden="true"
      data-branches=${step.index}
      title="${foldedWords(shape)}: press to ${isUnfolded ? "fold" : "unfold"} (B)"
      >${icon(isUnfolded ? "chevronDown" : "chevronRight")}+${shape.folded}</span
    >`;
  }

  private branchRow({ step, shape, items }: StepView, at: number): TemplateResult {
    const { parent, places, level } = shape.branches[at]!;
    const after =
      parent < 0 ? t("at the start") : t("after “{0}”", spokenText(items[parent]!.text.slice(0, MAX_SHOWN)));
    const number = rowNumber(step.index, at);
    const tokens = places.map((place) => items[place]!);
    const words = tokens.map(({ text }) => spokenText(text.slice(0, MAX_SHOWN))).join(" ");
    return html`<div
      class="row branch level-${Math.min(level, MAX_INDENTED)}"
      role="treeitem"
      id="step-row-${number}"
      aria-level="2"
      aria-selected=${String(number === this.current)}
      aria-setsize=${shape.branches.length}
      aria-posinset=${at + 1}
    >
      <span class="sr-only">Branch ${at + 1}, ${after}: ${words}</span>
      <span class="index" aria-hidden="true">↳</span>
      <span class="chips" aria-hidden="true" title="Branch ${after}"
        >${tokens
          .filter(({ shownClass }) => !this.hiddenClasses.has(shownClass))
          .map((item) => this.chip(item, step.index === this.step))}</span
      >
    </div>`;
  }

  private isUnfolded(step: number): boolean {
    const isAtCursor = step === this.step && this.current < -1;
    return isAtCursor || this.unfolded.has(step);
  }

  private chip({ step, place, shownClass, text, isControl }: Item, isCurrent: boolean): TemplateResult {
    const shown = text === "" ? "◌" : oneLineText(text.slice(0, MAX_SHOWN));
    const classes = `token chip ${shownClass}${isControl ? " control" : ""}`;
    return html`<bdi
      class="${classes}${isCurrent && place === this.place ? " chosen" : ""}"
      data-chip=${place}
      data-of=${step}
      >${shown}</bdi
    >`;
  }

  /** A press on a token chooses it, not only its row; one on the mark of a draft's branches shows or hides them. */
  private readonly onChip = (event: MouseEvent): void => {
    const mark =
      event.target instanceof Element ? event.target.closest<HTMLElement>("[data-branches]") : null;
    if (mark !== null) {
      const step = Number(mark.dataset.branches);
      const left = leftBranch(this.steps, { step: this.step, place: this.place });
      if (!this.isUnfolded(step)) this.unfolded.add(step);
      else {
        this.unfolded.delete(step);
        // Its row is gone.
        if (step === this.step && left !== null) emit(this, "laser-choose", step);
      }
      this.requestUpdate();
      event.stopPropagation();
      return;
    }
    const chip = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-chip]") : null;
    if (chip === null) return;
    emit(this, "laser-cursor", { step: Number(chip.dataset.of), place: Number(chip.dataset.chip) });
    event.stopPropagation();
  };

  private readonly onScroll = (): void => {
    this.isAtEnd = this.scrollHeight - this.scrollTop - this.clientHeight < AT_END_PX;
  };
}

const NO_DRAFT: Readonly<Record<string, string>> = {
  strategy: t("no draft"),
  noMatch: t("no match"),
  notWorthIt: t("not worth it"),
  noRoom: t("no room"),
};

/** A step in words, e.g. "kept 2 of 3 drafted, correction “ treasure”,". */
function rowWords({ step, shape, items }: StepView): string {
  const drafted = step.draft.length;
  const draft =
    drafted === 0
      ? noDraftSentence(step.plan.noDraft ?? "noMatch", step.plan.declined)
      : t(
          "kept {0} of {1} drafted{2}",
          keptOf(step),
          drafted,
          shape.folded === 0 ? "" : `, ${foldedWords(shape)}`,
        );
  return `${draft}, ${step.next.kind} “${spokenText(items.at(-1)!.text.slice(0, MAX_SHOWN))}”,`;
}
