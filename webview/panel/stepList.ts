// The list of steps: one row each; only rows near the visible part are in the document.
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { keptOf, noDraftSentence } from "../../core/trace/index.ts";
import type { StepView } from "../run/model.ts";
import { RowCursor } from "../run/rowCursor.ts";
import { LightElement } from "../page/lightElement.ts";
import { ticks } from "../run/ticks.ts";

@customElement("laser-step-list")
export class StepList extends LightElement {
  @property({ attribute: false }) accessor steps: readonly StepView[] = [];
  /** The step at the cursor; −1 for none. */
  @property({ type: Number }) accessor current = -1;

  private readonly cursor = new RowCursor<StepView>(this, "step-row-", ({ step }) => step.index);

  override connectedCallback(): void {
    super.connectedCallback();
    this.role = "listbox";
    this.ariaLabel = "Steps";
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
  }

  private row({ step }: StepView): TemplateResult {
    const drafted = step.draft.length;
    const ms = (step.draftMs + step.verifyMs + step.otherMs).toFixed(0);
    const kept = keptOf(step);
    const text =
      drafted === 0
        ? noDraftSentence(step.plan.noDraft ?? "noMatch", step.plan.declined)
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
}
