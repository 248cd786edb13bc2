// The Figures view: one element with all figures of a run. It computes their data, at a limited rate while a run
// is in progress, and emits choices as events that the page handles.
import type { PropertyValues, TemplateResult } from "lit";
import { html } from "../page/html.ts";
import { customElement, property, state } from "lit/decorators.js";
import { NO_STEPS, type StepCounts, type TraceStep } from "../../core/trace/index.ts";
import { acceptanceChart, histogramChart } from "./acceptance.ts";
import { frameView, type Chart } from "./chart.ts";
import { edlChart } from "./edl.ts";
import { lanesChart } from "./lanes.ts";
import { measuresOf, type Measures, type PlainRun } from "./measures.ts";
import { relaxedChart } from "./relaxed.ts";
import { splitChart } from "./split.ts";
import { edlOverTime, speedOverTime } from "./timeSeries.ts";
import { emit } from "../page/events.ts";
import { LightElement } from "../page/lightElement.ts";

/** Minimum time between computations while steps are added. */
const MIN_BETWEEN_MS = 250;

const MEASURED = ["steps", "counts", "countsBefore", "prefillMs", "plain", "committed"] as const;

@customElement("laser-figures")
export class LaserFigures extends LightElement {
  @property({ attribute: false }) accessor steps: readonly TraceStep[] = [];
  /** Counts of these steps under the rule of the run. */
  @property({ attribute: false }) accessor counts: StepCounts = NO_STEPS;
  /** Counts of the steps before the loop in which the answer ends; null without a loop. */
  @property({ attribute: false }) accessor countsBefore: StepCounts | null = null;
  /** null if not measured. */
  @property({ attribute: false }) accessor prefillMs: number | null = null;
  /** A plain run of the same prompt; null if none was measured. */
  @property({ attribute: false }) accessor plain: PlainRun | null = null;
  /** Whether it is still looked for. */
  @property({ attribute: false }) accessor isPlainPending = false;
  /** Whether the run drafts nothing by its strategy, so that it has no speed-up. */
  @property({ attribute: false }) accessor isPlain = false;
  /** The token ids that the run wrote. */
  @property({ attribute: false }) accessor committed: readonly number[] = [];
  /** The step at the page's cursor; −1 for none. */
  @property({ attribute: false }) accessor currentStep = -1;
  /** Whether this is a report, in which nothing can be measured. */
  @property({ attribute: false }) accessor isReadOnly = false;
  @state() accessor explained: ReadonlySet<string> = new Set();
  @state() accessor asTables: ReadonlySet<string> = new Set();

  private measures: Measures | null = null;
  private measuredSteps: readonly TraceStep[] = [];
  private measuredAtMs = -Infinity;
  private timer: ReturnType<typeof setTimeout> | null = null;

  override disconnectedCallback(): void {
    this.stopTimer();
    super.disconnectedCallback();
  }

  /** Skips the update if computing was postponed. */
  protected override shouldUpdate(changed: PropertyValues<this>): boolean {
    const names = [...changed.keys()];
    const isMeasured = (name: PropertyKey) => MEASURED.some((measured) => measured === name);
    if (this.measures !== null && !names.some(isMeasured)) return true;
    return this.measure() || !names.every(isMeasured);
  }

  protected override render(): TemplateResult {
    const { measures } = this;
    if (measures === null) return html``;
    const charts: readonly Chart[] = [
      edlChart(measures),
      splitChart(measures),
      lanesChart(measures, this.currentStep, {
        ...this.requests,
        isPlain: this.isPlain,
        isPending: this.isPlainPending,
        ...(this.isReadOnly ? { measurePlain: null } : {}),
      }),
      acceptanceChart(measures, this.requests.filter),
      histogramChart(measures, this.requests.filter),
      edlOverTime(measures, this.currentStep, this.requests),
      speedOverTime(measures, this.currentStep, this.requests),
      relaxedChart(measures, this.currentStep, this.requests.cursor),
    ];
    return html`<div class="figures-grid">
      ${charts.map((chart) =>
        frameView(chart, {
          isExplained: this.explained.has(chart.id),
          isTable: this.asTables.has(chart.id),
          onExplain: () => {
            this.explained = toggled(this.explained, chart.id);
          },
          onTable: () => {
            this.asTables = toggled(this.asTables, chart.id);
          },
        }),
      )}
    </div>`;
  }

  /** Computes now, or later if steps were just added. @returns whether it computed now */
  private measure(): boolean {
    const isLonger = this.measuredSteps.length > 0 && this.steps.length > this.measuredSteps.length;
    const isAppended = isLonger && this.steps[0] === this.measuredSteps[0];
    const waitMs = this.measuredAtMs + MIN_BETWEEN_MS - performance.now();
    if (this.measures !== null && isAppended && waitMs > 0) {
      this.timer ??= setTimeout(() => {
        this.timer = null;
        this.measuredAtMs = -Infinity;
        this.requestUpdate("steps");
      }, waitMs);
      return false;
    }
    this.stopTimer();
    this.measures = measuresOf(this);
    this.measuredSteps = this.steps;
    this.measuredAtMs = performance.now();
    return true;
  }

  private stopTimer(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  private readonly requests = {
    filter: (query: string): void => {
      emit(this, "laser-filter", query);
    },
    cursor: (step: number, place: number): void => {
      emit(this, "laser-cursor", { step, place });
    },
    measurePlain: (): void => {
      emit(this, "laser-measure-plain", null);
    },
  };
}

function toggled(set: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const copy = new Set(set);
  if (!copy.delete(id)) copy.add(id);
  return copy;
}
