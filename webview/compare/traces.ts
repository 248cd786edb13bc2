// The traces of a comparison, one card each: what was run, by what, when, and how it ended; and which
// conditions differ. Values in, templates out.
import { t } from "../../core/base/index.ts";
import { finishWords } from "../../core/inspect/index.ts";
import { nothing, type TemplateResult } from "lit";
import { html } from "../page/html.ts";
import { modelName, oneLineText, originOfRun, originWords, visibleText } from "../../core/trace/index.ts";
import type { ComparedRun, ReadRun, Warning } from "./compareModel.ts";
import { ruleWords } from "../run/figures/figureWords.ts";

export interface TraceActions {
  readonly onChoose: (place: number) => void;
  readonly onOpen: (place: number) => void;
  readonly onRemove: (place: number) => void;
}

/** @param places indices into `runs`, in the order of the cards */
export function tracesView(
  runs: readonly ComparedRun[],
  places: readonly number[],
  actions: TraceActions,
): TemplateResult {
  return html`<ul class="traces" aria-label="Traces">
    ${places.map((place) => cardView(runs[place]!, place, runs.length > 2, actions))}
  </ul>`;
}

function cardView(
  run: ComparedRun,
  place: number,
  canGo: boolean,
  { onChoose, onOpen, onRemove }: TraceActions,
): TemplateResult {
  const button = (label: string, press: (place: number) => void): TemplateResult =>
    html`<button
      class="link"
      type="button"
      aria-label="${label}: ${run.tag}"
      @click=${() => {
        press(place);
      }}
    >
      ${label}
    </button>`;
  return html`<li class="trace">
    ${run.side === null ? unreadableView(run) : factsView(run as ReadRun)}
    <div class="actions">
      ${button(t("Choose another…"), onChoose)} ${run.side === null ? nothing : button(t("Open"), onOpen)}
      ${canGo ? button(t("Remove"), onRemove) : nothing}
    </div>
  </li>`;
}

function factsView({ tag, name, side }: ReadRun): TemplateResult {
  const { request, model, createdAt, result } = side.trace;
  const when = new Date(createdAt);
  const origin = originOfRun(side.trace);
  return html`<h2>
      <span class="tag">${tag}</span> ${request.strategy},
      <span class="detail">${ruleWords(request.rule)}</span>
    </h2>
    <p><bdi>${oneLineText(request.promptFile ?? t("selected text"))}</bdi>, ${finishWords(result.finish)}</p>
    ${
      origin === null
        ? nothing
        : html`<p class="detail">Continues <bdi>${oneLineText(originWords(origin))}</bdi></p>`
    }
    <p class="detail">
      <bdi title=${oneLineText(model.name)}>${oneLineText(modelName(model))}</bdi> ·
      <time datetime=${createdAt}>${when.toLocaleString()}</time>
    </p>
    <p class="detail file"><bdi>${oneLineText(name)}</bdi></p>`;
}

function unreadableView({ tag, name, error }: ComparedRun): TemplateResult {
  return html`<h2><span class="tag">${tag}</span> <bdi>${oneLineText(name)}</bdi></h2>
    <div class="error" role="alert">
      <p class="message">${error?.message}</p>
      <p>${error?.nextStep}</p>
    </div>`;
}

/** The differing conditions of the runs; nothing if there are none. */
export function warningsView(
  warnings: readonly Warning[],
  hasSeveralPairs: boolean,
): TemplateResult | typeof nothing {
  if (warnings.length === 0) return nothing;
  return html`<section class="unlike" aria-labelledby="unlike-title">
    <h2 id="unlike-title">Not like for like</h2>
    <ul>
      ${warnings.map(
        ({ pair, text }) =>
          html`<li>
            ${hasSeveralPairs ? html`<span class="detail">${pair}:</span> ` : nothing}<bdi
              >${visibleText(text)}</bdi
            >
          </li>`,
      )}
    </ul>
  </section>`;
}
