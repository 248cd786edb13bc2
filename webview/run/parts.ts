// The smaller views of the panel: figures, progress, errors, the empty state. Values in, templates out.
import { html, nothing, type TemplateResult } from "lit";
import type { PanelCommand } from "../../extension/shared/panel.ts";
import type { ErrorText } from "../../core/base/index.ts";
import type { ServerStatus } from "../../server/protocol/methods.ts";
import { several } from "./amounts.ts";
import { figuresOf, speedUp, type Figure } from "./figures.ts";
import { isRunning, type RunModel } from "./model.ts";
import { ruleWords } from "./figureWords.ts";
import {
  followsTiming,
  heldToWords,
  oneLineText,
  reproducibleWords,
  timingWords,
} from "../../core/trace/index.ts";
import { meaningsList } from "./legend.ts";

export type Send = (command: PanelCommand) => void;

export function figuresView(run: RunModel, send: Send): TemplateResult {
  const measured = speedUp(run);
  return html`<dl class="figures">
    ${figuresOf(run).map(figureView)}
    ${
      measured !== null
        ? figureView(measured)
        : html`<div class="unmeasured">
            <dt>Speed-up</dt>
            <dd>
              not measured
              ${
                isRunning(run) || run.counts.committed === 0
                  ? nothing
                  : html`<button
                      class="link"
                      type="button"
                      @click=${() => {
                        send("measurePlain");
                      }}
                    >
                      Measure plain run
                    </button>`
              }
            </dd>
          </div>`
    }
  </dl>`;
}

export function figureView({ name, value, detail, meaning }: Figure): TemplateResult {
  return html`<div title=${meaning}>
    <dt>${name}</dt>
    <dd>${value}${detail === "" ? nothing : html` <span class="detail">${detail}</span>`}</dd>
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
export function progressView(run: RunModel, send: Send): TemplateResult {
  const { progress, header, counts } = run;
  const message =
    progress?.message ??
    (header === null ? "Waiting for the model" : `Writing: ${several(counts.committed, "token")}`);
  const bar =
    typeof progress?.share === "number"
      ? html`<progress max="1" .value=${progress.share} aria-label=${message}></progress>`
      : html`<progress aria-label=${message}></progress>`;
  return html`<div class="progress">
    ${bar}
    <div class="line">
      <span>${message}</span>
      <button
        class="secondary"
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

export function errorView(error: ErrorText, actions: TemplateResult | typeof nothing): TemplateResult {
  return html`<div class="error" role="alert">
    <p class="message">${error.message}</p>
    ${error.nextStep === "" ? nothing : html`<p>${error.nextStep}</p>`}
    <div class="actions">${actions}</div>
  </div>`;
}

export function emptyView(status: ServerStatus | null, send: Send): TemplateResult {
  const model = status?.stats?.model?.name;
  return html`<div class="empty">
    <h1>No run yet</h1>
    <p>
      Open a prompt file (<code>.prompty</code>) or select some text, and press Generate. Each token of the
      answer appears here as it is written: what was drafted, what the model kept, and why.
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

/** What was run: prompt, strategy, how it ended. */
export function titleView(run: RunModel): TemplateResult {
  const request = run.header?.request;
  const file = request?.promptFile ?? null;
  const what = file !== null ? oneLineText(file) : request === undefined ? "A run" : "Selected text";
  const ends: Readonly<Record<string, string>> = {
    endOfText: "finished",
    stop: "ended at a stop sequence",
    complete: "finished",
    maxTokens: "stopped at the token limit",
    stopped: "stopped",
    failed: "failed",
    busy: "not started",
  };
  const heldTo = request === undefined ? null : heldToWords(request);
  const going = request === undefined ? "starting" : "running";
  const end = run.ended === null ? going : (ends[run.ended.finish] ?? run.ended.finish);
  return html`<div class="title">
    <h1 title=${what}>${what}</h1>
    <span class="detail"
      >${request === undefined ? nothing : html`${request.strategy}, ${ruleWords(request.rule)} · `}${end}</span
    >
    ${heldTo === null ? nothing : html`<span class="detail">held to ${heldTo}</span>`}
    ${
      request?.notReproducible === undefined
        ? nothing
        : html`<span class="detail">reproducible: ${oneLineText(reproducibleWords(request))}</span>`
    }
    ${request && followsTiming(request) ? html`<span class="detail" title=${timingWords(request) ?? ""}>text may depend on timing</span>` : nothing}
  </div>`;
}
