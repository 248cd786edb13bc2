// The smaller views of a run: its title, figures, progress, errors, the empty state. Values in, templates out.
import { nothing, type TemplateResult } from "lit";
import { html } from "../../page/html.ts";
import type { PanelCommand } from "../../../extension/shared/panel.ts";
import { t, type ErrorText } from "../../../core/base/index.ts";
import type { ServerStatus } from "../../../server/protocol/methods.ts";
import { figuresOf, firstTokenOf, isPlainRun, speedUp, type Figure } from "../figures/figures.ts";
import { isRunning, type Queue, type RunModel } from "../model/model.ts";
import { endWords, loopBadge, runName, stateOf } from "../model/runState.ts";
import { ruleWords } from "../figures/figureWords.ts";
import {
  followsTiming,
  heldToWords,
  oneLineText,
  reproducibleWords,
  skippedLinesWords,
  timingWords,
} from "../../../core/trace/index.ts";
import { meaningsList } from "./legend.ts";

export type Send = (command: PanelCommand) => void;

/** The figures of a run as chips: the leading one first, definitions in their tooltips. */
export function chipsView(run: RunModel, send: Send): TemplateResult {
  const { measured, others } = figuresAndSpeedUp(run);
  const chips = [...(measured === null ? [] : [measured]), ...others];
  return html`<dl class="figures chips">
    ${chips.map((chip) => figureView(chip, "sr-only"))}
    ${measured === null ? unmeasuredView(run, canMeasure(run) ? measureButton(send) : nothing) : nothing}
  </dl>`;
}

/** The same figures as a table with their details. */
export function summaryView(run: RunModel): TemplateResult {
  const { measured, others } = figuresAndSpeedUp(run);
  return html`<dl class="figures">
    ${others.map((figure) => figureView(figure))}
    ${measured === null ? unmeasuredView(run, nothing) : figureView(measured)}
  </dl>`;
}

function figuresAndSpeedUp(run: RunModel): { readonly measured: Figure | null; readonly others: Figure[] } {
  const first = firstTokenOf(run);
  return { measured: speedUp(run), others: [...figuresOf(run), ...(first === null ? [] : [first])] };
}

/** Nothing for a plain run, which is what others are measured against. */
function unmeasuredView(
  run: RunModel,
  measure: TemplateResult | typeof nothing,
): TemplateResult | typeof nothing {
  if (isPlainRun(run)) return nothing;
  return html`<div class="unmeasured">
    <dt>Speed-up</dt>
    ${" "}
    <dd>${run.isPlainPending ? "–" : html`not measured ${measure}`}</dd>
  </div>`;
}

function canMeasure(run: RunModel): boolean {
  return !isRunning(run) && run.counts.committed > 0;
}

function measureButton(send: Send): TemplateResult {
  return html`<button
    class="link"
    type="button"
    @click=${() => {
      send("measurePlain");
    }}
  >
    Measure plain run
  </button>`;
}

/** A value before a loop has the one over the whole answer beside it. */
export function figureView(
  { name, value, whole, detail, meaning }: Figure,
  detailClass: "detail" | "sr-only" = "detail",
): TemplateResult {
  const over = whole === null ? "" : t("before the loop: ");
  return html`<div title="${over}${detail}${detail === "" ? "" : ". "}${meaning}">
    <dt>${name}</dt>
    <dd>
      <span class="value">${value}</span
      >${whole === null ? nothing : html` <span class="whole">${whole} overall</span>`}${
        detail === "" ? nothing : html` <span class=${detailClass}>${over}${detail}</span>`
      }
    </dd>
  </div>`;
}

/** Names and values, one pair per line. */
export function namedValues(rows: readonly (readonly [name: string, value: string])[]): TemplateResult {
  return html`<dl class="origin">
    ${rows.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd><bdi>${value}</bdi></dd>
        </div>`,
    )}
  </dl>`;
}

/** Progress of a run, with the button to stop it. */
export function progressView(run: RunModel, queue: Queue, send: Send): TemplateResult {
  const { words, share } = stateOf(run, queue);
  const bar =
    share === null
      ? html`<progress aria-label=${words}></progress>`
      : html`<progress max="1" .value=${share} aria-label=${words}></progress>`;
  return html`<div class="progress">
    ${bar}
    <div class="line">
      <span title=${words}>${words}</span>
      <button
        class="primary"
        type="button"
        @click=${() => {
          send("stop");
        }}
      >
        Stop
      </button>
    </div>
  </div>`;
}

/** The runs that wait after this one. */
export function queueView({ next }: Queue): TemplateResult | typeof nothing {
  if (next.length === 0) return nothing;
  return html`<p class="queue detail">Queued: ${next.map(oneLineText).join(", ")}</p>`;
}

export function errorView(error: ErrorText, actions: TemplateResult | typeof nothing): TemplateResult {
  return html`<div class="error" role="alert">
    <p class="message">${error.message}</p>
    ${error.nextStep === "" ? nothing : html`<p>${error.nextStep}</p>`}
    <div class="actions">${actions}</div>
  </div>`;
}

/** Instead of the empty view as long as it is unknown whether there is a run. */
export function awaitedView(words: string): TemplateResult {
  const shown = oneLineText(words);
  return html`<div class="progress" role="status">
    <progress aria-label=${shown}></progress>
    <div class="line"><span title=${shown}>${shown}…</span></div>
  </div>`;
}

export function emptyView(status: ServerStatus | null, send: Send): TemplateResult {
  const model = status?.stats?.model?.name;
  return html`<div class="empty">
    <h1>No run yet</h1>
    <p>
      Open a prompt file (<code>.prompty</code>), such as one of Prompts below, or select some text, and press
      Generate. Each token of the answer appears here as it is written: what was drafted, what the model kept,
      and why.
    </p>
    <button
      class="primary"
      type="button"
      @click=${() => {
        send("generate");
      }}
    >
      Generate
    </button>
    ${model === undefined ? nothing : html`<p class="quiet">Model: ${oneLineText(model)}</p>`}
    <h2>How tokens are marked</h2>
    ${meaningsList()}
  </div>`;
}

/** What was run: prompt, strategy, how it ended, and whether it repeats itself. */
export function titleView(run: RunModel): TemplateResult {
  const request = run.header?.request;
  const name = oneLineText(runName(run));
  const file = request?.promptFile ?? null;
  const heldTo = request === undefined ? null : heldToWords(request);
  const loop = loopBadge(run);
  const skipped = skippedLinesWords(run.header?.pool);
  return html`<div class="title">
    <h1 title=${file === null ? name : oneLineText(file)}>${name}</h1>
    <span class="detail"
      >${request === undefined ? nothing : html`${request.strategy}, ${ruleWords(request.rule)} · `}${endWords(run)}</span
    >
    ${loop === null ? nothing : html`<span class="badge" title=${LOOP_MEANING}>${loop}</span>`}
    ${skipped === null ? nothing : html`<span class="detail">${skipped}</span>`}
    ${heldTo === null ? nothing : html`<span class="detail">held to ${heldTo}</span>`}
    ${
      request?.notReproducible === undefined
        ? nothing
        : html`<span class="detail">reproducible: ${oneLineText(reproducibleWords(request))}</span>`
    }
    ${request && followsTiming(request) ? html`<span class="detail" title=${timingWords(request) ?? ""}>text may depend on timing</span>` : nothing}
  </div>`;
}

const LOOP_MEANING = t(
  "From there on the answer mostly repeats eight tokens in a row that it already contains. Drafts of a loop are kept for free, so the figures are those before it.",
);
