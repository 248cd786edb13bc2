// The model page: what the file says, where it runs, what an evaluation costs, which back ends were tried, and what speed-up the
// pool in use promises.
import { nothing, type TemplateResult } from "lit";
import { html } from "../page/html.ts";
import { customElement, state } from "lit/decorators.js";
import { t, type ErrorText } from "../../core/base/index.ts";
import { GPU_CHOICE_NAMES } from "../../core/settings/index.ts";
import { lacksCuda } from "../../extension/shared/engineFacts.ts";
import type { Estimate, FromModelPage, KnownModel, ToModelPage } from "../../extension/shared/modelPage.ts";
import { frameView } from "../charts/chart.ts";
import type { WebviewHost } from "../page/host.ts";
import { LightElement } from "../page/lightElement.ts";
import { namedValues } from "../run/parts/parts.ts";
import { costChart } from "./costChart.ts";
import { backendRows, deviceRows, estimateRows, fileRows } from "./modelFacts.ts";

type Command = Extract<FromModelPage, { readonly kind: "command" }>["command"];
/** `last`: the one before, which stays known until there is another; null: none. */
type EstimateState = { readonly last: Estimate | null } & (
  | { readonly kind: "none" }
  | { readonly kind: "running"; readonly pool: string }
  | { readonly kind: "failed"; readonly error: ErrorText }
);
const NO_ESTIMATE: EstimateState = { kind: "none", last: null };

const isSameChoice = (a: KnownModel, b: KnownModel | null): boolean =>
  a.report.file.path === b?.report.file.path && JSON.stringify(a.choice) === JSON.stringify(b.choice);

@customElement("laser-model")
export class LaserModel extends LightElement {
  @state() accessor known: KnownModel | null = null;
  @state() accessor refused: ErrorText | null = null;
  @state() accessor estimate: EstimateState = NO_ESTIMATE;
  @state() accessor isExplained = false;
  @state() accessor isTable = false;
  @state() accessor announcement = "";

  constructor(private readonly host: WebviewHost<FromModelPage>) {
    super();
  }

  /** Handles one message of the extension. */
  take(message: ToModelPage): void {
    switch (message.kind) {
      case "loading":
        return;
      case "known":
        // What was measured on another device or with other threads says nothing about these.
        if (!isSameChoice(message.known, this.known)) this.estimate = { ...this.estimate, last: null };
        [this.known, this.refused] = [message.known, null];
        return;
      case "unknown":
        [this.known, this.refused] = [null, message.error];
        return;
      case "estimating":
        this.estimate = { kind: "running", pool: message.pool, last: this.estimate.last };
        return;
      case "estimated":
        this.estimate = { kind: "none", last: message.estimate };
        this.announcement = message.estimate.verdict;
        return;
      case "notEstimated":
        this.estimate = {
          ...(message.error === null ? { kind: "none" } : { kind: "failed", error: message.error }),
          last: this.estimate.last,
        };
        this.announcement = message.error?.message ?? t("The estimate was stopped.");
        return;
    }
  }

  protected override render(): TemplateResult {
    // Before the page, because below it the element's single pixel would make the page scroll.
    return html`<p class="sr-only" aria-live="polite">${this.announcement}</p>
      <main>${this.known === null ? this.emptyView() : this.modelView(this.known)}</main>`;
  }

  private emptyView(): TemplateResult {
    const { refused } = this;
    if (refused === null) return html`<p class="quiet">Reading the model's file …</p>`;
    return html`<h1>No model</h1>
      <p>${refused.message}</p>
      <p class="quiet">${refused.nextStep}</p>
      <p class="buttons">${this.button(t("Choose model"), "chooseModel", "primary")}</p>`;
  }

  private modelView(known: KnownModel): TemplateResult {
    const { file } = known.report;
    return html`<header>
        <h1>${file.path.split(/[/\\]/).at(-1)}</h1>
        <p class="buttons">
          ${this.button(t("Choose model"), "chooseModel")}
          ${this.button(t("Engine choices"), "engineChoices")} ${this.button(t("Refresh"), "refresh")}
        </p>
      </header>
      ${file.problem === null ? nothing : html`<p class="problem" role="alert">${file.problem}</p>`}
      <div class="columns">
        <section aria-labelledby="file-title">
          <h2 id="file-title">File</h2>
          ${namedValues(fileRows(known))} ${templateView(known)}
        </section>
        <section aria-labelledby="device-title">
          <h2 id="device-title">Device and layers</h2>
          ${namedValues(deviceRows(known))}
          <h3>Back ends</h3>
          ${this.backendsView(known)}
        </section>
      </div>
      <section aria-labelledby="evaluation-title">
        <h2 id="evaluation-title">What an evaluation costs</h2>
        ${this.costsView(known)}
      </section>
      <section aria-labelledby="estimate-title">
        <h2 id="estimate-title">Speed-up to expect</h2>
        ${this.estimateView(known)}
      </section>`;
  }

  private backendsView({ devices }: KnownModel): TemplateResult {
    return html`${
        devices === null
          ? html`<p class="quiet">Not known: the server could not be asked.</p>`
          : html`<ul class="backends">
              ${backendRows(devices).map(
                ({ name, isUsed, text }) =>
                  html`<li>
                    <span class="name">${name}</span>
                    <span
                      >${isUsed ? html`<strong>taken by “${GPU_CHOICE_NAMES.auto}”</strong>, ` : nothing}<bdi
                        >${text}</bdi
                      ></span
                    >
                  </li>`,
              )}
            </ul>`
      }
      <p class="buttons">
        ${this.button(t("Try back ends again"), "showDevices")}
        ${devices !== null && lacksCuda(devices) ? this.button(t("Get CUDA support"), "installGpuSupport") : nothing}
      </p>`;
  }

  /** As measured for the estimate, else as the loaded model knows them. */
  private costsView({ report: { loaded } }: KnownModel): TemplateResult {
    const { last } = this.estimate;
    const [points, source] =
      last !== null
        ? [last.costs, t("measured for the estimate below")]
        : loaded === null
          ? [null, ""]
          : [loaded.costs.points, SOURCES[loaded.costsFrom]];
    if (points === null || points.length === 0)
      return html`<p class="quiet">
          Not measured: T(n) is known once the model is loaded. It loads with the first run, or for an
          estimate.
        </p>
        <p class="buttons">${this.button(t("Generate"), "generate")}</p>`;
    return frameView(costChart(points, source), {
      isExplained: this.isExplained,
      isTable: this.isTable,
      onExplain: () => (this.isExplained = !this.isExplained),
      onTable: () => (this.isTable = !this.isTable),
    });
  }

  private estimateView({ pool }: KnownModel): TemplateResult {
    const { estimate } = this;
    const { last } = estimate;
    if (estimate.kind === "running")
      return html`<p>
          Measuring T(n), then replaying the answers of ${estimate.pool} with these times. The model is loaded
          once more for this.
        </p>
        <progress aria-label="Estimating the speed-up"></progress>
        <p class="buttons">${this.button(t("Stop"), "stopEstimate")}</p>`;
    const failure =
      estimate.kind === "failed"
        ? html`<p class="problem" role="alert">${estimate.error.message}</p>
            <p class="quiet">${estimate.error.nextStep}</p>`
        : nothing;
    const label = last === null ? t("Estimate speed-up") : t("Estimate again");
    const start = html`<p class="buttons">${this.button(label, "estimate", "primary")}</p>`;
    if (last !== null) return html`${failure} ${estimateFigures(last)} ${start}`;
    if (estimate.kind === "failed") return html`${failure} ${start}`;
    return pool === null
      ? html`<p>
          No pool is in use, so drafts come from the prompt and the answer only. Name a file of earlier
          answers in laser.poolFile to estimate what they would gain.
        </p>`
      : html`<p>
            Each answer of ${pool} is drafted from the others, on a clock that adds the times measured on this
            machine. No answer is written.
          </p>
          ${start}`;
  }

  private button(
    label: string,
    command: Command,
    look: "primary" | "secondary" = "secondary",
  ): TemplateResult {
    return html`<button
      class=${look}
      type="button"
      @click=${() => {
        this.host.post({ kind: "command", command });
      }}
    >
      ${label}
    </button>`;
  }
}

function estimateFigures(estimate: Estimate): TemplateResult {
  return html`<p class="verdict">${estimate.verdict}</p>
    ${namedValues(estimateRows(estimate))}
    <details>
      <summary>What the figures mean</summary>
      ${namedValues(Object.entries(estimate.definitions))}
    </details>`;
}

const SOURCES = {
  guessed: t("guessed from the file's size, corrected by runs; measured in idle time after one"),
  measured: t("measured on this machine in idle time"),
  given: t("given by LASER_COSTS"),
} as const;

function templateView({ report: { template } }: KnownModel): TemplateResult | typeof nothing {
  if (template?.text == null) return nothing;
  return html`<details>
    <summary>Chat template</summary>
    <pre tabindex="0" role="group" aria-label="Chat template">${template.text}</pre>
  </details>`;
}
