// The list of steps: one row each; only rows near the visible part are in the document. Keys move through it;
// Enter or a click moves the cursor to the step.
import { html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { keptOf, noDraftSentence } from "../../core/trace/index.ts";
import type { StepView } from "../run/model.ts";
import { RowWindow } from "../page/rowWindow.ts";
import { LightElement } from "../page/lightElement.ts";
import { ticks } from "../run/ticks.ts";

/** A `choose` event carries the index of a step. */
@customElement("laser-step-list")
export class StepList extends LightElement {
  @property({ attribute: false }) accessor steps: readonly StepView[] = [];
  /** The step at the cursor; −1 for none. */
  @property({ type: Number }) accessor current = -1;

  private readonly window = new RowWindow(this);

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener("keydown", this.onKey);
    this.addEventListener("click", this.onClick);
    this.tabIndex = 0;
    this.role = "listbox";
    this.ariaLabel = "Steps";
  }

  protected override render(): TemplateResult {
    const rows = this.window.slice(this.steps);
    return html`<div class="rows" role="presentation">${rows.map((view) => this.row(view))}</div>`;
  }

  protected override updated(changed: Map<string, unknown>): void {
    this.window.place(this.steps.length);
    if (changed.has("current") && this.current >= 0) this.window.reveal(this.current);
    const isDrawn = this.querySelector(`#step-row-${this.current}`) !== null;
    if (isDrawn) this.setAttribute("aria-activedescendant", `step-row-${this.current}`);
    else this.removeAttribute("aria-activedescendant");
  }

  private row({ step }: StepView): TemplateResult {
    const drafted = step.draft.length;
    const ms = (step.draftMs + step.verifyMs + step.otherMs).toFixed(0);
    const kept = keptOf(step);
    const text =
      drafted === 0
        ? noDraftSentence(step.plan.noDraft ?? "noMatch")
        : `kept ${kept} of ${drafted} drafted, ${step.next.kind}`;
    return html`<div
      class="row"
      role="option"
      id="step-row-${step.index}"
      data-step=${step.index}
      aria-selected=${String(step.index === this.current)}
      aria-setsize=${this.steps.length}
      aria-posinset=${step.index + 1}
    >
      <span class="index"><span class="sr-only">Step </span>${step.index + 1}</span>
      ${drafted === 0 ? nothing : ticks(step)}
      <span class="text" title=${text}
        >${drafted === 0 ? text : `${kept} of ${drafted} kept, ${step.next.kind}`}</span
      >
      <span class="ms">${ms} ms</span>
    </div>`;
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    const { pageRows } = this.window;
    const wished: Readonly<Record<string, number>> = {
      ArrowDown: this.current + 1,
      ArrowUp: this.current - 1,
      PageDown: this.current + pageRows,
      PageUp: this.current - pageRows,
      Home: 0,
      End: this.steps.length - 1,
    };
    const index = wished[event.key];
    if (index === undefined || this.steps.length === 0) return;
    event.preventDefault();
    this.choose(Math.min(this.steps.length - 1, Math.max(0, index)));
  };

  private readonly onClick = (event: MouseEvent): void => {
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>(".row") : null;
    if (row?.dataset.step !== undefined) this.choose(Number(row.dataset.step));
  };

  private choose(index: number): void {
    this.dispatchEvent(new CustomEvent("choose", { detail: index }));
  }
}
