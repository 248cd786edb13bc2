// The Figures view: one element with all figures of a run. It computes what they are drawn from, seldom while a run
// goes on, and turns choices into events that the page answers:
//   laser-filter (a query) · laser-cursor {step, place} · laser-measure-plain
// It must not know where a run comes from.
import { html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import { NO_STEPS, type StepCounts, type TraceStep } from "../../../server/trace/index.ts";
import { acceptanceChart, histogramChart } from "./acceptance.ts";
import { frameView, type Chart } from "./chart.ts";
import { edlChart } from "./edl.ts";
import { lanesChart } from "./lanes.ts";
import { measuresOf, type Measures, type PlainRun } from "./measures.ts";
import { relaxedChart } from "./relaxed.ts";
import { splitChart } from "./split.ts";
import { edlOverTime, speedOverTime } from "./timeSeries.ts";

/** While steps are added, figures are computed again after this time at the earliest. */
const LEAST_BETWEEN_MS = 250;

const MEASURED = ["steps", "counts", "prefillMs", "plain", "committed"] as const;

export class LaserFigures extends LitElement {
  static override properties = {
    steps: { attribute: false },
    counts: { attribute: false },
    prefillMs: { attribute: false },
    plain: { attribute: false },
    committed: { attribute: false },
    currentStep: { attribute: false },
    isReadOnly: { attribute: false },
    explained: { state: true },
    asTables: { state: true },
  };
  declare steps: readonly TraceStep[];
  /** Of these steps, counted under the rule of the run. */
  declare counts: StepCounts;
  /** null: not measured. */
  declare prefillMs: number | null;
  /** A plain run of the same prompt; null: none was measured. */
  declare plain: PlainRun | null;
  /** What the run wrote, as token ids. */
  declare committed: readonly number[];
  /** The step under the page's cursor; −1: none. */
  declare currentStep: number;
  /** A report has no editor behind it: nothing can be measured. */
  declare isReadOnly: boolean;
  declare explained: ReadonlySet<string>;
  declare asTables: ReadonlySet<string>;

  private measures: Measures | null = null;
  private measuredSteps: readonly TraceStep[] = [];
  private measuredAtMs = -Infinity;
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor() {
    super();
    this.steps = [];
    this.counts = NO_STEPS;
    this.prefillMs = null;
    this.plain = null;
    this.committed = [];
    this.currentStep = -1;
    this.isReadOnly = false;
    this.explained = new Set();
    this.asTables = new Set();
  }

  /** In the page's own tree: its style sheet applies. */
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override disconnectedCallback(): void {
    this.stopTimer();
    super.disconnectedCallback();
  }

  /** What is only put off draws nothing now. */
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
        ...this.wishes,
        ...(this.isReadOnly ? { measurePlain: null } : {}),
      }),
      acceptanceChart(measures, this.wishes.filter),
      histogramChart(measures, this.wishes.filter),
      edlOverTime(measures, this.currentStep, this.wishes),
      speedOverTime(measures, this.currentStep, this.wishes),
      relaxedChart(measures, this.currentStep, this.wishes.cursor),
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

  /** Computes now; or, where steps were only added a moment ago, when that moment is over. @returns whether now */
  private measure(): boolean {
    const isLonger = this.measuredSteps.length > 0 && this.steps.length > this.measuredSteps.length;
    const isAppended = isLonger && this.steps[0] === this.measuredSteps[0];
    const waitMs = this.measuredAtMs + LEAST_BETWEEN_MS - performance.now();
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

  private readonly wishes = {
    filter: (query: string): void => {
      this.tell("laser-filter", query);
    },
    cursor: (step: number, place: number): void => {
      this.tell("laser-cursor", { step, place });
    },
    measurePlain: (): void => {
      this.tell("laser-measure-plain", null);
    },
  };

  private tell(name: string, detail: string | object | null): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }
}

function toggled(set: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const copy = new Set(set);
  if (!copy.delete(id)) copy.add(id);
  return copy;
}

customElements.define("laser-figures", LaserFigures);
