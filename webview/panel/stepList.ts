// The list of steps, one row each: the drafted tokens with their verdicts, the target's token that ended the step, and its
// time. Rows have one height, and only those near the visible part are in the document.
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { keptOf, noDraftSentence, oneLineText, spokenText } from "../../core/trace/index.ts";
import { foldedWords } from "../run/draftShape.ts";
import { msWords } from "../run/figureWords.ts";
import type { Item, ShownClass } from "../run/items.ts";
import type { StepView } from "../run/model.ts";
import { RowCursor } from "../run/rowCursor.ts";
import { emit } from "../page/events.ts";
import { LightElement } from "../page/lightElement.ts";

/** A step drafts at most some dozens of tokens in the line, but a token may be long. */
const MAX_SHOWN = 40;
/** Distance from the end within which the list counts as scrolled to its end. */
const AT_END_PX = 24;

@customElement("laser-step-list")
export class StepList extends LightElement {
  @property({ attribute: false }) accessor steps: readonly StepView[] = [];
  /** The step at the cursor; −1 for none. */
  @property({ type: Number }) accessor current = -1;
  /** The place at the cursor in that step; −1 for none. */
  @property({ type: Number }) accessor place = -1;
  @property({ attribute: false }) accessor hiddenClasses: ReadonlySet<ShownClass> = new Set();
  /** Follows the end while steps are added, unless the reader scrolled away. */
  @property({ attribute: false }) accessor following = false;

  private isAtEnd = true;
  private readonly cursor = new RowCursor<StepView>(this, "step-row-", ({ step }) => step.index);

  override connectedCallback(): void {
    super.connectedCallback();
    this.role = "listbox";
    this.ariaLabel = "Steps";
    this.addEventListener("click", this.onChip, { capture: true });
    this.addEventListener("scroll", this.onScroll);
  }

  override disconnectedCallback(): void {
    this.removeEventListener("click", this.onChip, { capture: true });
    this.removeEventListener("scroll", this.onScroll);
    super.disconnectedCallback();
  }

  get rows(): readonly StepView[] {
    return this.steps;
  }

  protected override render(): TemplateResult {
    const rows = this.cursor.window.slice(this.steps);
    return html`<div class="rows" role="presentation">${rows.map((view) => this.row(view))}</div>`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has("current")) this.cursor.reveal();
    else if (changed.has("steps") && this.following && this.isAtEnd) {
      this.cursor.window.place(this.steps.length);
      this.scrollTop = this.scrollHeight;
    }
  }

  private row(view: StepView): TemplateResult {
    const { step, items, shape } = view;
    const isCurrent = step.index === this.current;
    const drafted = shape.line.slice(0, -1).map((place) => items[place]!);
    const own = items.at(-1)!;
    const shown = drafted.filter(({ shownClass }) => !this.hiddenClasses.has(shownClass));
    return html`<div
      class="row"
      role="option"
      id="step-row-${step.index}"
      data-step=${step.index}
      aria-selected=${String(isCurrent)}
      aria-setsize=${this.steps.length}
      aria-posinset=${step.index + 1}
    >
      <span class="index"><span class="sr-only">Step </span>${step.index + 1}</span>
      <span class="sr-only">${rowWords(view)}</span>
      <span class="chips" aria-hidden="true" title=${rowWords(view)}
        >${
          step.draft.length === 0
            ? html`<span class="none">${NO_DRAFT[step.plan.noDraft ?? "noMatch"]}</span>`
            : shown.map((item) => this.chip(item, isCurrent))
        }${shape.folded === 0 ? nothing : html`<span class="folded">+${shape.folded}</span>`}</span
      >
      <span class="end" aria-hidden="true"><span class="quiet">→</span> ${this.chip(own, isCurrent)}</span>
      <span class="ms">${msWords(step.draftMs + step.verifyMs + step.otherMs)}</span>
    </div>`;
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

  /** A press on a token chooses it, not only its row. */
  private readonly onChip = (event: MouseEvent): void => {
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
  strategy: "no draft",
  noMatch: "no match",
  notWorthIt: "not worth it",
  noRoom: "no room",
};

/** A step in words, e.g. "kept 2 of 3 drafted, correction “ treasure”,". */
function rowWords({ step, shape, items }: StepView): string {
  const drafted = step.draft.length;
  const draft =
    drafted === 0
      ? noDraftSentence(step.plan.noDraft ?? "noMatch", step.plan.declined)
      : `kept ${keptOf(step)} of ${drafted} drafted${shape.folded === 0 ? "" : `, ${foldedWords(shape)}`}`;
  return `${draft}, ${step.next.kind} “${spokenText(items.at(-1)!.text.slice(0, MAX_SHOWN))}”,`;
}
