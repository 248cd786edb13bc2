// The preview beside the settings: the last trace judged again with the values shown. It says what is exact
// and what is an estimate.
import { t } from "../../../core/base/index.ts";
import { nothing, type TemplateResult } from "lit";
import { html } from "../../page/html.ts";
import { guard } from "lit/directives/guard.js";
import type { WhatIfSettings } from "../../../extension/shared/settingsEditor.ts";
import { whatIf, type WhatIf } from "../../../core/inspect/index.ts";
import { ruleFor, STRATEGY_TRAITS } from "../../../core/laser/index.ts";
import {
  countedText,
  isChainDraft,
  oneLineText,
  piecesOf,
  tokenText,
  traceMetrics,
  visibleText,
  type Trace,
} from "../../../core/trace/index.ts";
import { several } from "../../page/amounts.ts";
import { flipsOfStep, pathUnder } from "./whatIfPath.ts";
import { rateWords, shareWords } from "../figures/figureWords.ts";

/** Tokens of the answer shown before the divergence. */
const EXCERPT_TOKENS = 12;

/**
 * @param trace null: there is none; "reading": that is not known yet
 * @param overridden names of settings for which a run would use values other than those shown */
export function whatIfView(
  trace: Trace | null | "reading",
  settings: WhatIfSettings,
  overridden: readonly string[] = [],
): TemplateResult {
  return html`<section class="what-if" aria-labelledby="what-if-title">
    <h2 id="what-if-title">What if?</h2>
    ${
      trace === "reading"
        ? html`<p class="quiet" role="status">Reading the last run…</p>`
        : trace === null
          ? html`<p>
                No trace to judge yet. Open a prompt file and run <strong>LASER: Generate</strong>: its trace
                is then judged again here with the values shown, without running the model.
              </p>
              <p class="quiet">Traces are kept while <code>laser.traces.record</code> is on.</p>`
          : guard([trace, JSON.stringify(settings)], () => judgedView(trace, settings))
    }
    ${
      overridden.length === 0
        ? nothing
        : html`<p class="overridden">
            A run in this workspace uses different values for ${overridden.join(", ")}.
          </p>`
    }
  </section>`;
}

function judgedView(trace: Trace, settings: WhatIfSettings): TemplateResult {
  const { strategy, guards } = settings;
  const name = oneLineText(trace.request.promptFile ?? t("selected text"));
  const intro = html`<p class="quiet">Last run: <bdi>${name}</bdi>, ${trace.request.strategy}.</p>`;
  if (!STRATEGY_TRAITS[strategy].drafts) {
    return html`${intro}
      <p>With strategy ${strategy} nothing is drafted: each step writes one token, so EDL is 1.</p>`;
  }
  const result = whatIf(trace, ruleFor(strategy, settings.relaxed), guards);
  if (result.drafted === 0)
    return html`${intro}
      <p>It drafted nothing. Run with a drafting strategy to see a what-if.</p>`;
  return html`${intro}
    <div role="status">${divergenceView(trace, result)}</div>
    ${judgedFigures(trace, result)}
    <p class="quiet">
      Judged with strategy, k, p and guards. Draft length and sampling change what is drafted or chosen; only
      a new run shows that.
    </p>`;
}

export function divergenceView(trace: Trace, { flips, divergence }: WhatIf): TemplateResult {
  if (divergence === null) return html`<p>No verdict changes: same answer.</p>`;
  const { tokensBefore, step, was, becomes } = divergence;
  const from = Math.max(0, tokensBefore - EXCERPT_TOKENS);
  const before = piecesOf(trace.result.tokens.slice(from, tokensBefore), trace.tokens);
  const text = before.map((piece) => piece.text).join("");
  const shown = (id: number): string => oneLineText(tokenText(trace, id));
  return html`<p>
      <strong>${several(flips.length, "verdict changes", "verdicts change")}.</strong> The text would diverge
      after ${several(tokensBefore, "token")}, in step ${step + 1}:
    </p>
    <p class="excerpt">
      <span class="token">${from > 0 ? "…" : ""}${visibleText(text)}</span
      ><del class="token rejected" aria-label="written: ${shown(was)}">${shown(was)}</del>
      <ins class="token correction" aria-label="would be: ${shown(becomes)}">${shown(becomes)}</ins>
    </p>
    ${pathView(trace, flips, step)}`;
}

/** In a tree, the branch that the step would keep instead of the one that it kept. */
function pathView(trace: Trace, flips: WhatIf["flips"], index: number): TemplateResult | typeof nothing {
  const step = trace.steps[index]!;
  if (isChainDraft(step.draft)) return nothing;
  const words = (places: readonly number[]): TemplateResult =>
    places.length === 0
      ? html`nothing of its draft`
      : html`<bdi class="token"
            >${places.map((place) => oneLineText(tokenText(trace, step.draft[place]!.id)))}</bdi
          >
          (${several(places.length, "token")})`;
  const path = pathUnder(step, flipsOfStep(flips, index));
  return html`<p class="path">
    Step ${index + 1} would keep ${words(path)} of its ${several(step.draft.length, "drafted token")}; it kept
    ${words(step.path)}.
  </p>`;
}

export function judgedFigures(trace: Trace, result: WhatIf): TemplateResult {
  const recorded = traceMetrics(trace);
  const { openDecisions } = result;
  const { committed, steps, relaxed } = result;
  const isExact = result.divergence === null && openDecisions === 0;
  return html`<dl>
      ${figureView(
        "EDL",
        `${rateWords(recorded.edl)} → ${rateWords(steps === 0 ? null : committed / steps)}`,
        isExact,
        t("{0}/{1} → {2}/{3} tokens/steps", recorded.committed, recorded.steps, committed, steps),
      )}
      ${figureView(
        t("Relaxed share"),
        `${shareWords(recorded.relaxedShare)} → ${shareWords(committed === 0 ? null : relaxed / committed)}`,
        isExact,
        t("{0}/{1} → {2}/{3} tokens", recorded.relaxed, recorded.committed, relaxed, committed),
      )}
      ${figureView(
        t("Given up"),
        t("{0} → {1} nats", recorded.natsGivenUp.toFixed(2), result.natsGivenUp.toFixed(2)),
        isExact,
        `log-probability, in ${countedText(trace.request)}`,
      )}
      <div>
        <dt>Verdicts</dt>
        <dd>${result.flips.length} of ${result.drafted} would differ</dd>
      </div>
    </dl>
    ${
      result.divergence === null
        ? nothing
        : html`<p class="quiet">
            Exact up to step ${result.exactSteps} of
            ${result.steps}${openDecisions > 0 ? t(", except as noted below") : ""}. An estimate after that:
            each step is judged on the text that was actually written.
          </p>`
    }
    ${
      openDecisions === 0
        ? nothing
        : html`<p class="open">
            ${several(openDecisions, "verdict depends", "verdicts depend")} on a probability of which the
            trace has only bounds, as strict runs record it: a real run may decide differently.
          </p>`
    }`;
}

/** A figure before → after, with its parts below. */
function figureView(name: string, value: string, isExact: boolean, detail: string): TemplateResult {
  return html`<div>
    <dt>${name}</dt>
    <dd>
      ${value}${isExact ? "" : " (estimate)"}
      <div class="quiet">${detail}</div>
    </dd>
  </div>`;
}
