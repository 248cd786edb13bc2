// The timeline of a run: one bar per step over the full width, drafted and kept above, draft and verify time
// below. A slider for the keyboard and for screen readers, a canvas for the eye. It emits `laser-cursor`
// {step} and leaves moving the cursor to the page.
import { t } from "../../core/base/index.ts";
import type { PropertyValues, TemplateResult } from "lit";
import { html } from "../page/html.ts";
import { customElement, property, state } from "lit/decorators.js";
import type { TraceStep } from "../../core/trace/index.ts";
import {
  columnsOf,
  readout,
  scalesOf,
  stepsPerColumn,
  stepsSentence,
  type Column,
  type Scales,
} from "./columns.ts";
import { headView, type Zooms } from "./head.ts";
import { stepOfKey } from "./keys.ts";
import { FRAME_PX } from "./columnMarks.ts";
import { lanesOf, type Lanes, type Painted } from "./lanes.ts";
import { paint } from "./paint.ts";
import { onThemeChange, paletteOf } from "./theme.ts";
import { emit } from "../page/events.ts";
import { LightElement } from "../page/lightElement.ts";

/** Maximum width of a step when all are shown, and when zoomed in. */
const FIT_PX = 14;
const MAX_PX = 40;
const ZOOM_FACTOR = 1.5;

@customElement("laser-timeline")
export class LaserTimeline extends LightElement {
  @property({ attribute: false }) accessor steps: readonly TraceStep[] = [];
  /** The step at the page's cursor; −1 for none. */
  @property({ attribute: false }) accessor currentStep = -1;
  /** Indices of steps that match a filter; null without a filter. The others are faint. */
  @property({ attribute: false }) accessor matching: ReadonlySet<number> | null = null;
  /** Indices of steps in which a what-if changes a verdict; null without a what-if. */
  @property({ attribute: false }) accessor flips: ReadonlySet<number> | null = null;
  /** The first step of the loop in which the answer ends; null without one. */
  @property({ attribute: false }) accessor loopFrom: number | null = null;
  /** Width of a step; null to fit all steps. */
  @state() accessor stepPx: number | null = null;
  /** The column at the pointer. */
  @state() accessor hovered: Column | null = null;
  @state() accessor room: { readonly width: number; readonly em: number; readonly dots: number } = {
    width: 0,
    em: 13,
    dots: 1,
  };

  private scales: Scales = scalesOf([]);
  private themes: MutationObserver | null = null;
  private readonly sizes = new ResizeObserver(() => {
    this.measure();
  });
  /** A step and its intended position in the pane after the width has changed. */
  private anchor: { readonly step: number; readonly px: number } | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    this.themes = onThemeChange(() => {
      // The theme may change in the frame before the first drawing.
      if (!this.hasUpdated) return;
      this.measure();
      this.paint();
    });
    if (this.hasUpdated) this.observe();
  }

  override disconnectedCallback(): void {
    this.themes?.disconnect();
    this.sizes.disconnect();
    super.disconnectedCallback();
  }

  /** At most once per frame, however fast steps are added. */
  protected override async scheduleUpdate(): Promise<void> {
    await new Promise(requestAnimationFrame);
    await super.scheduleUpdate();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("steps")) this.scales = scalesOf(this.steps);
  }

  protected override render(): TemplateResult {
    const { steps, currentStep } = this;
    const last = steps.length - 1;
    const columnPx = this.shownStepPx * stepsPerColumn(this.shownStepPx);
    return html`${headView(
        {
          hasFlips: (this.flips?.size ?? 0) > 0,
          hasLoop: this.loopFrom !== null,
          isNarrow: columnPx < FRAME_PX,
          areMeans: stepsPerColumn(this.shownStepPx) > 1,
        },
        this.zooms,
      )}
      <div
        class="pane"
        role="slider"
        tabindex="0"
        aria-label="Step"
        aria-orientation="horizontal"
        aria-valuemin="1"
        aria-valuemax=${Math.max(1, steps.length)}
        aria-valuenow=${Math.max(1, currentStep + 1)}
        aria-valuetext=${currentStep < 0 || currentStep > last ? t("no step") : stepsSentence(steps, currentStep, currentStep)}
        @keydown=${this.onKey}
        @click=${this.onClick}
        @pointermove=${this.onPointer}
        @pointerleave=${this.onLeave}
        @wheel=${this.onWheel}
        @scroll=${this.onScroll}
      >
        <canvas></canvas>
        <div class="extent"></div>
        <span class="em" aria-hidden="true"></span>
      </div>
      <p class="readout">${readout(steps, this.scales, this.hovered, currentStep)}</p>`;
  }

  private readonly zooms: Zooms = {
    out: () => {
      this.zoom(1 / ZOOM_FACTOR);
    },
    fit: () => {
      this.stepPx = null;
    },
    in: () => {
      this.zoom(ZOOM_FACTOR);
    },
  };

  protected override firstUpdated(): void {
    this.observe();
    this.measure();
  }

  protected override updated(changed: PropertyValues<this>): void {
    const { pane } = this;
    // Set by script, because the page's content policy forbids style attributes.
    const lanes = this.lanes;
    const extent = this.querySelector<HTMLElement>(".extent")!;
    const canvas = this.canvas;
    extent.style.width = `${Math.floor(lanes.left + this.steps.length * this.shownStepPx)}px`;
    pane.style.setProperty("--timeline-height", `${lanes.height}px`);
    canvas.style.width = `${lanes.width}px`;
    canvas.width = Math.max(1, Math.round(lanes.width * this.room.dots));
    canvas.height = Math.max(1, Math.round(lanes.height * this.room.dots));
    if (this.anchor !== null) {
      pane.scrollLeft = lanes.left + (this.anchor.step + 0.5) * this.shownStepPx - this.anchor.px;
      this.anchor = null;
    }
    if (changed.has("currentStep")) this.reveal();
    this.paint();
  }

  private get pane(): HTMLElement {
    return this.querySelector<HTMLElement>(".pane")!;
  }

  private get canvas(): HTMLCanvasElement {
    return this.querySelector("canvas")!;
  }

  private get lanes(): Lanes {
    return lanesOf(this.room.width, this.room.em, this.scales);
  }

  private get fittingPx(): number {
    const { width, left } = this.lanes;
    return Math.min(FIT_PX, Math.max(1, width - left) / Math.max(1, this.steps.length));
  }

  private get shownStepPx(): number {
    return Math.max(this.fittingPx, this.stepPx ?? 0);
  }

  private observe(): void {
    this.sizes.observe(this.pane);
    this.sizes.observe(this.querySelector(".em")!);
  }

  private measure(): void {
    const { pane } = this;
    const em = Number.parseFloat(getComputedStyle(pane).fontSize);
    const [width, dots] = [pane.clientWidth, window.devicePixelRatio];
    const { room } = this;
    if (width !== room.width || em !== room.em || dots !== room.dots) this.room = { width, em, dots };
  }

  private paint(): void {
    const context = this.canvas.getContext("2d");
    if (context === null || this.room.width === 0) return;
    const lanes = this.lanes;
    const stepPx = this.shownStepPx;
    const scrolledPx = this.pane.scrollLeft;
    const first = Math.max(0, Math.floor((scrolledPx - lanes.left) / stepPx));
    const last = Math.ceil((scrolledPx + lanes.width) / stepPx);
    const { matching, flips } = this;
    const stepsTogether = stepsPerColumn(stepPx);
    context.setTransform(this.room.dots, 0, 0, this.room.dots, 0, 0);
    paint({ context, lanes, palette: paletteOf(this) }, {
      columns: columnsOf(this.steps, stepsTogether, first, last),
      stepsTogether,
      scales: this.scales,
      stepPx,
      scrolledPx,
      steps: this.steps.length,
      cursor: this.currentStep,
      loopFrom: this.loopFrom,
      isFaint: (column) => matching !== null && !holdsAny(column, matching),
      isFlipped: (column) => flips !== null && holdsAny(column, flips),
    } satisfies Painted);
  }

  /** Scrolls by the least amount that shows the step at the cursor. */
  private reveal(): void {
    const { left, width } = this.lanes;
    if (this.currentStep < 0 || this.stepPx === null) return;
    const [start, stepPx] = [this.currentStep * this.shownStepPx, this.shownStepPx];
    const { pane } = this;
    if (start < pane.scrollLeft) pane.scrollLeft = start - stepPx;
    else if (left + start + stepPx > pane.scrollLeft + width)
      pane.scrollLeft = left + start + 2 * stepPx - width;
  }

  /** Keeps the step at `px` of the pane in place; by default the cursor's, or the middle one. */
  private zoom(factor: number, px?: number): void {
    const { left, width } = this.lanes;
    const { pane } = this;
    const cursorPx = left + (this.currentStep + 0.5) * this.shownStepPx - pane.scrollLeft;
    const isSeen = this.currentStep >= 0 && cursorPx >= left && cursorPx <= width;
    const at = px ?? (isSeen ? cursorPx : (left + width) / 2);
    const step = (at + pane.scrollLeft - left) / this.shownStepPx - 0.5;
    const wantedPx = Math.min(MAX_PX, this.shownStepPx * factor);
    this.anchor = { step, px: at };
    this.stepPx = wantedPx <= this.fittingPx ? null : wantedPx;
  }

  /** Distance from the left edge of the canvas, which stays in view while its pane is scrolled. */
  private canvasPx(event: MouseEvent): number {
    return event.clientX - this.canvas.getBoundingClientRect().left;
  }

  /** The column at a coordinate of the canvas, or null. */
  private columnAt(event: MouseEvent): Column | null {
    const px = this.canvasPx(event) - this.lanes.left;
    const step = Math.floor((px + this.pane.scrollLeft) / this.shownStepPx);
    if (px < 0 || step < 0 || step >= this.steps.length) return null;
    return columnsOf(this.steps, stepsPerColumn(this.shownStepPx), step, step)[0] ?? null;
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = stepOfKey(event.key, this.currentStep, this.steps.length);
    if (step !== null) this.choose(step);
    else if (event.key === "+" || event.key === "=") this.zooms.in();
    else if (event.key === "-") this.zooms.out();
    else if (event.key === "0") this.zooms.fit();
    else return;
    event.preventDefault();
  };

  private readonly onClick = (event: MouseEvent): void => {
    const column = this.columnAt(event);
    if (column !== null) this.choose(column.from);
  };

  private readonly onPointer = (event: PointerEvent): void => {
    const column = this.columnAt(event);
    if (column?.from === this.hovered?.from && column?.to === this.hovered?.to) return;
    this.hovered = column;
    this.pane.title = column === null ? "" : stepsSentence(this.steps, column.from, column.to);
  };

  private readonly onLeave = (): void => {
    this.hovered = null;
  };

  private readonly onWheel = (event: WheelEvent): void => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    this.zoom(event.deltaY < 0 ? ZOOM_FACTOR : 1 / ZOOM_FACTOR, this.canvasPx(event));
  };

  private readonly onScroll = (): void => {
    this.paint();
  };

  private choose(step: number): void {
    emit(this, "laser-cursor", { step });
  }
}

function holdsAny({ from, to }: Column, steps: ReadonlySet<number>): boolean {
  for (let step = from; step <= to; step++) if (steps.has(step)) return true;
  return false;
}
