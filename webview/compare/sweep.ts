// The settings of several runs as points: time of a token against the log-probability given up for it, with what became
// of the text, and a button that takes a setting over. Values in, templates out.
import { t } from "../../core/base/index.ts";
import { nothing, type TemplateResult } from "lit";
import { html, svg } from "../page/html.ts";
import type { AppliedSettings } from "../../extension/shared/traceEditor.ts";
import type { SweepPoint } from "../../core/inspect/index.ts";
import { oneLineText, shareWords, tokenText, type Trace } from "../../core/trace/index.ts";
import { msWords, ruleWords } from "../run/figureWords.ts";
import type { ReadRun } from "./compareModel.ts";

export interface SweepActions {
  /** Shows the text of a run beside the baseline's. */
  readonly onShow: (run: ReadRun) => void;
  readonly onUse: (settings: AppliedSettings) => void;
}

/** Fewer points are two columns of the table of figures. */
export const MIN_POINTS = 3;
/** In the pixels of its widest form: text keeps its size there. */
const WIDTH = 560;
const HEIGHT = 240;
const EDGE = 20;

/** @param runs in the order of the points' indices; the texts are compared with the baseline's */
export function sweepView(
  points: readonly SweepPoint[],
  runs: readonly ReadRun[],
  actions: SweepActions,
): TemplateResult {
  const measured = points.filter(
    ({ msPerToken, natsPerToken }) => msPerToken !== null && natsPerToken !== null,
  );
  return html`<section class="sweep" aria-labelledby="sweep-title">
    <h2 id="sweep-title">Settings</h2>
    <p class="detail">
      To the left is faster, to the bottom closer to the target's own choices. The list has the same figures.
    </p>
    ${measured.length < 2 ? nothing : scatterView(measured, runs)}
    <table>
      <thead>
        <tr>
          <th scope="col">Setting</th>
          <th
            scope="col"
            title="Without the prompt; before a loop. Median, and from the fastest run to the slowest"
          >
            Time per token
          </th>
          <th
            scope="col"
            title="ln P(most probable) − ln P(kept), summed over relaxed accepts ÷ tokens of the answer"
          >
            Given up per token
          </th>
          <th scope="col" title="Words of the answer that the baseline wrote, too">Words as baseline</th>
          <th scope="col">Text</th>
          <td></td>
        </tr>
      </thead>
      <tbody>
        ${points.map((point) => rowView(point, runs, actions))}
      </tbody>
    </table>
  </section>`;
}

function scatterView(points: readonly SweepPoint[], runs: readonly ReadRun[]): TemplateResult {
  const mostMs = Math.max(...points.map(({ msPerToken }) => msPerToken!.high), 1e-9);
  const mostNats = Math.max(...points.map(({ natsPerToken }) => natsPerToken!), 1e-9);
  const x = (ms: number): number => EDGE + ((WIDTH - 2 * EDGE) * ms) / mostMs;
  const y = (nats: number): number => HEIGHT - EDGE - ((HEIGHT - 2 * EDGE) * nats) / mostNats;
  return html`<svg class="scatter" viewBox="0 0 ${WIDTH} ${HEIGHT}" aria-hidden="true">
    <path class="axis" d="M${EDGE} ${EDGE / 2}V${HEIGHT - EDGE}H${WIDTH - EDGE / 2}" />
    <text x=${EDGE} y=${HEIGHT - 5} text-anchor="middle">0</text>
    <text x=${WIDTH - EDGE / 2} y=${HEIGHT - 5} text-anchor="end">${mostMs.toFixed(1)} ms per token</text>
    <text x=${EDGE + 6} y="12">${mostNats.toFixed(3)} nats per token</text>
    ${points.map((point) => {
      const { median, low, high } = point.msPerToken!;
      const [at, height] = [x(median), y(point.natsPerToken!)];
      return svg`<g>
        <title>${nameOf(point)}: ${textWords(point, runs)}</title>
        <path class="spread" d="M${x(low)} ${height}H${x(high)}" />
        <circle cx=${at} cy=${height} r="4" />
        <text x=${at + 6} y=${height - 7}>${runs[point.runs[0]!]!.tag}</text>
      </g>`;
    })}
  </svg>`;
}

function rowView(
  point: SweepPoint,
  runs: readonly ReadRun[],
  { onShow, onUse }: SweepActions,
): TemplateResult {
  const { msPerToken, natsPerToken, text, runs: own } = point;
  const first = runs[own[0]!]!;
  const settings = settingsOf(point, first.side.trace);
  const name = nameOf(point);
  const range =
    msPerToken === null || own.length === 1
      ? ""
      : t(" ({0} to {1}, {2} runs)", msWords(msPerToken.low), msWords(msPerToken.high), own.length);
  return html`<tr>
    <th scope="row"><span class="tag">${own.map((at) => runs[at]!.tag).join(" ")}</span> ${name}</th>
    <td>
      ${msPerToken === null ? t("not measured") : msWords(msPerToken.median)}<span class="detail"
        >${range}</span
      >
    </td>
    <td>${natsPerToken === null ? t("not measured") : `${natsPerToken.toFixed(4)} nats`}</td>
    <td>
      ${text === null ? "baseline" : shareWords(text.same.whole === 0 ? null : text.same.part / text.same.whole)}
    </td>
    <td>
      ${
        text === null
          ? nothing
          : html`<button
              class="link"
              type="button"
              aria-label="${textWords(point, runs)}: show the text of ${name}"
              @click=${() => {
                onShow(first);
              }}
            >
              <bdi>${textWords(point, runs)}</bdi>
            </button>`
      }
    </td>
    <td>
      ${
        settings === null
          ? nothing
          : html`<button
              class="secondary"
              type="button"
              aria-label="Use this: ${name}"
              @click=${() => {
                onUse(settings);
              }}
            >
              Use this
            </button>`
      }
    </td>
  </tr>`;
}

/** E.g. "laser, relaxed (k = 6, p = 0.02), drafts up to 15". */
function nameOf({ strategy, rule, maxDraftTokens }: SweepPoint): string {
  const drafts = strategy === "plain" ? "" : t(", drafts up to {0}", maxDraftTokens);
  return `${strategy}, ${ruleWords(rule)}${drafts}`;
}

/** Where the text parts from the baseline's, with both tokens. */
function textWords({ text, runs: own }: SweepPoint, runs: readonly ReadRun[]): string {
  if (text === null) return t("the baseline");
  const { divergence } = text;
  if (divergence === null) return t("the same text");
  const trace = runs[own[0]!]!.side.trace;
  const right =
    divergence.right === null ? t("its end") : `“${oneLineText(tokenText(trace, divergence.right.id))}”`;
  return t("after {0} tokens {1}", divergence.rightTokens, right);
}

/** What a run of the setting needs; null where no setting says so. */
function settingsOf(
  { strategy, rule, maxDraftTokens }: SweepPoint,
  { request }: Trace,
): AppliedSettings | null {
  if (strategy !== "laser" && strategy !== "laser-strict") return null;
  if (rule.kind === "delta" || rule.kind === "ratio") return null;
  const isStrict = rule.kind === "strict";
  return {
    strategy,
    topK: isStrict ? null : rule.topK,
    minProbability: isStrict ? null : rule.minProbability,
    ...request.guards,
    maxDraftTokens,
  };
}
