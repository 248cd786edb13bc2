// The drawing of one figure: measures its size and moves the focus between its marks. What is drawn is passed
// in as a function of the size; elements with data-mark="0", "1", … are its marks.
import type { TemplateResult } from "lit";
import { html } from "../page/html.ts";
import { customElement, property, state } from "lit/decorators.js";
import type { PlotSize } from "./scale.ts";
import { emit } from "../page/events.ts";
import { LightElement } from "../page/lightElement.ts";

/** @param focused the mark in the tab order */
export type Draw = (size: PlotSize, focused: number) => TemplateResult;

/** A `laser-choose` event carries the number of a mark after a click, Enter or Space. */
@customElement("laser-plot")
export class Plot extends LightElement {
  @property({ attribute: false }) accessor draw: Draw | null = null;
  @property({ attribute: false }) accessor marks = 0;
  @state() accessor size: PlotSize | null = null;
  @state() accessor focused = 0;

  private wantsFocus = false;

  private readonly sizes = new ResizeObserver(() => {
    this.measure();
  });

  override disconnectedCallback(): void {
    this.sizes.disconnect();
    super.disconnectedCallback();
  }

  protected override render(): TemplateResult {
    const focused = Math.min(this.focused, Math.max(0, this.marks - 1));
    const drawing = this.size === null || this.draw === null ? null : this.draw(this.size, focused);
    // Its width is 1em, so that observing it detects changes of the text size.
    return html`<span class="em" aria-hidden="true"></span>${drawing}`;
  }

  protected override firstUpdated(): void {
    this.sizes.observe(this);
    this.sizes.observe(this.querySelector(".em")!);
    this.measure();
  }

  protected override updated(): void {
    // Without marks it is a picture, which has nothing to press. Each is added once, however often.
    if (this.marks > 0) {
      this.addEventListener("keydown", this.onKey);
      this.addEventListener("click", this.onClick);
    }
    if (!this.wantsFocus) return;
    this.wantsFocus = false;
    this.querySelector<SVGElement>(`[data-mark="${this.focused}"]`)?.focus();
  }

  private measure(): void {
    const emPx = Number.parseFloat(getComputedStyle(this).fontSize);
    const widthPx = this.clientWidth;
    if (widthPx === 0 || (widthPx === this.size?.widthPx && emPx === this.size.emPx)) return;
    this.size = { widthPx, emPx };
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    const at = markOf(event.target);
    if (at === null || event.ctrlKey || event.metaKey || event.altKey) return;
    const tenth = Math.max(1, Math.round(this.marks / 10));
    const targetByKey: Readonly<Record<string, number>> = {
      ArrowRight: at + 1,
      ArrowUp: at + 1,
      ArrowLeft: at - 1,
      ArrowDown: at - 1,
      PageUp: at + tenth,
      PageDown: at - tenth,
      Home: 0,
      End: this.marks - 1,
    };
    const to = targetByKey[event.key];
    if (to !== undefined) {
      this.focused = Math.min(this.marks - 1, Math.max(0, to));
      this.wantsFocus = true;
      this.requestUpdate();
    } else if (event.key === "Enter" || event.key === " ") this.choose(at);
    else return;
    event.preventDefault();
  };

  private readonly onClick = (event: MouseEvent): void => {
    const at = markOf(event.target);
    if (at === null) return;
    this.focused = at;
    this.choose(at);
  };

  private choose(mark: number): void {
    emit(this, "laser-choose", mark);
  }
}

function markOf(target: EventTarget | null): number | null {
  const mark = target instanceof Element ? target.closest<SVGElement>("[data-mark]") : null;
  return mark === null ? null : Number(mark.dataset.mark);
}
