// The settings of several runs as points: time of a token against the log-probability given up for it, with the effect on
// the text, and a button that adopts a setting. Values in, templates out.
import { t } from "../../core/base/index.ts";
import { nothing, type TemplateResult } from "lit";
import { html, svg } from "../page/html.ts";
import type { AppliedSettings } from "../../extension/shared/traceEditor.ts";
import type { SweepPoint } from "../../core/inspect/index.ts";
import { shareWords, type Trace } from "../../core/trace/index.ts";
import { msWords, ruleWords } from "../run/figures/figureWords.ts";
import { areaBeside, axisTo, chartFrame, heightBelow, xAxisView, yAxisView } from "../charts/axes.ts";
import "../charts/plot.ts";
import type { Draw } from "../charts/plot.ts";
import { px } from "../charts/scale.ts";
import { writtenThere } from "./compareWords.ts";
import type { ReadRun } from "./compareModel.ts";

export interface SweepActions {
  /** Shows the text of a run beside the baseline's. */
  readonly onShow: (run: ReadRun) => void;
  readonly onUse: (settings: AppliedSettings) => void;
}

/** Fewer points are two columns of the table of figures. */
export const MIN_POINTS = 3;
const PLOT_EM = 16;

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
      Further left is faster, further down is closer to the target's own choices. The list has the same
      figures.
    </p>
    ${measured.length < 2 ? nothing : scatterView(measured, runs)}
    <div class="pane" role="region" aria-label="Table of settings" tabindex="0">
      <table>
        <thead>
          <tr>
            <th scope="col">Setting</th>
            <th
              scope="col"
              title="Without the prompt; before a loop. Of one prompt the median of its runs, from the fastest to the slowest; of several the mean of their medians, from the fastest prompt to the slowest"
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
    </div>
  </section>`;
}

function scatterView(points: readonly SweepPoint[], runs: readonly ReadRun[]): TemplateResult {
  return html`<laser-plot aria-hidden="true" .draw=${drawing(points, runs)}></laser-plot>`;
}

function drawing(points: readonly SweepPoint[], runs: readonly ReadRun[]): Draw {
  const xAxis = axisTo(Math.max(...points.map(({ msPerToken }) => msPerToken!.high)), t("ms per token"));
  const yAxis = axisTo(
    Math.max(...points.map(({ natsPerToken }) => natsPerToken!)),
    t("nats given up per token"),
  );
  return (size) => {
    const area = areaBeside(yAxis, size, PLOT_EM);
    const x = (ms: number): number => px(area.left + (area.width * ms) / xAxis.max);
    const y = (nats: number): number => px(area.top + area.height * (1 - nats / yAxis.max));
    return chartFrame(
      null,
      heightBelow(area, size),
      size,
      svg`${yAxisView(yAxis, area, size)} ${xAxisView(xAxis, area, size)}
        ${points.map((point) => {
          const { middle, low, high } = point.msPerToken!;
          const [at, height] = [x(middle), y(point.natsPerToken!)];
          return svg`<g>
            <title>${nameOf(point)}: ${textWords(point, runs)}</title>
            <path class="spread" d="M${x(low)} ${height}H${x(high)}" />
            <circle cx=${at} cy=${height} r="4" />
            <text class="above" x=${at + 6} y=${height - 7}>${runs[point.runs[0]!]!.tag}</text>
          </g>`;
        })}`,
    );
  };
}

function rowView(
  point: SweepPoint,
  runs: readonly ReadRun[],
  { onShow, onUse }: SweepActions,
): TemplateResult {
  const { msPerToken, natsPerToken, text, runs: own } = point;
  const first = runs[own[0]!]!;
  const shown = runs[text?.differs?.run ?? own[0]!]!;
  const settings = settingsOf(point, first.side.trace);
  const name = nameOf(point);
  return html`<tr>
    <th scope="row">
      <span class="tag">${[...new Set(own.map((at) => runs[at]!.tag))].join(" ")}</span> ${name}
    </th>
    <td>
      ${msPerToken === null ? t("not measured") : msWords(msPerToken.middle)}<span class="detail"
        >${rangeWords(point)}</span
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
                onShow(shown);
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

/** The fastest and the slowest; nothing for one run. */
function rangeWords({ msPerToken, runs, prompts }: SweepPoint): string {
  if (msPerToken === null || runs.length === 1) return "";
  const [low, high] = [msWords(msPerToken.low), msWords(msPerToken.high)];
  return prompts > 1
    ? t(" ({0} to {1}, {2} runs of {3} prompts)", low, high, runs.length, prompts)
    : t(" ({0} to {1}, {2} runs)", low, high, runs.length);
}

/** E.g. "laser, relaxed (k = 6, p = 0.02), drafts up to 15". */
function nameOf({ strategy, rule, maxDraftTokens }: SweepPoint): string {
  const drafts = strategy === "plain" ? "" : t(", drafts up to {0}", maxDraftTokens);
  return `${strategy}, ${ruleWords(rule)}${drafts}`;
}

/** Where the text diverges from the baseline's, with its token; of several prompts, how many diverge. */
function textWords({ text }: SweepPoint, runs: readonly ReadRun[]): string {
  if (text === null) return t("the baseline");
  const { differs, alike } = text;
  if (differs === null) return t("the same text");
  if (alike.whole > 1) return t("another text for {0} of {1} prompts", alike.whole - alike.part, alike.whole);
  return writtenThere(differs.divergence, runs[differs.run]!.side.trace);
}

/** What a run of the setting needs; null if no setting says so. */
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
