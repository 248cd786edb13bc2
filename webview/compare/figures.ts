// The figures of all runs in one table, each against the baseline's; the column heads choose the two whose
// texts are shown.
import { t } from "../../core/base/index.ts";
import { nothing, type TemplateResult } from "lit";
import { html } from "../page/html.ts";
import type { AnswerDivergence, FigureCell, FigureRow } from "../../core/inspect/index.ts";
import type { ComparedRun, Rounds } from "./compareModel.ts";
import {
  figureMeaning,
  figureName,
  figureText,
  FIRST_FIGURES,
  relationWords,
  writtenThere,
  type RelationWords,
} from "./compareWords.ts";
import { several } from "../page/amounts.ts";

export interface FiguresState {
  readonly runs: readonly ComparedRun[];
  /** Run indices in the order of the columns. */
  readonly places: readonly number[];
  readonly left: number;
  readonly right: number;
  /** Where each answer leaves the baseline's, in the order of the columns; null: nowhere. */
  readonly divergences: readonly (AnswerDivergence | null)[];
  /** Cells in the order of the columns. */
  readonly rows: readonly FigureRow[];
  readonly rounds: readonly Rounds[];
  readonly hasAll: boolean;
}

export interface FigureActions {
  readonly onAll: () => void;
  readonly onPick: (side: "left" | "right", place: number) => void;
}

export function figuresView(state: FiguresState, actions: FigureActions): TemplateResult {
  const { places, rows, hasAll } = state;
  const shown = hasAll ? rows : rows.filter(({ name }) => FIRST_FIGURES.includes(name));
  return html`<section class="figures-part" aria-labelledby="figures-title">
    <h2 id="figures-title">Figures</h2>
    <div class="pane" role="region" aria-label="Table of figures" tabindex="0">
      <table>
        <thead>
          <tr>
            <th scope="col">Figure</th>
            ${places.map((place) => headView(state, place, actions))}
          </tr>
        </thead>
        <tbody>
          ${places.length > 2 ? textRow(state) : nothing}
          ${shown.map(
            (row) =>
              html`<tr data-figure=${row.name}>
                <th scope="row">
                  <details>
                    <summary>${figureName(row.name)}</summary>
                    <p class="detail">${figureMeaning(row)}</p>
                  </details>
                </th>
                ${row.cells.map((cell) => cellView(row, cell))}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <button class="link" type="button" aria-expanded=${String(hasAll)} @click=${actions.onAll}>
      ${hasAll ? t("Fewer figures") : t("All figures")}
    </button>
    ${state.rounds.length === 0 ? nothing : roundsView(state.rounds)}
    <p class="detail note">
      Each column is one run, so each speed is one measurement. The first run after a model was loaded is
      slower: costs are learned while it runs.
    </p>
  </section>`;
}

/** Of two runs the divergence above says it; of more it is about the pair that is shown. */
function textRow({ runs, places, left, divergences }: FiguresState): TemplateResult {
  return html`<tr data-text>
    <th scope="row">${t("Leaves the baseline’s text")}</th>
    ${places.map((place, column) => {
      const divergence = divergences[column] ?? null;
      const trace = runs[place]?.side?.trace;
      if (place === left || trace === undefined) return html`<td>–</td>`;
      return html`<td>${divergence === null ? t("the same text") : writtenThere(divergence, trace)}</td>`;
    })}
  </tr>`;
}

function roundsView(rounds: readonly Rounds[]): TemplateResult {
  return html`<ul class="rounds" aria-label="Speed over rounds">
    ${rounds.map(
      ({ strategy, speeds, median }) =>
        html`<li>
          ${strategy}, ${several(speeds.length, "run")}: median ${median.toFixed(1)} tokens/s
          <span class="detail">(${speeds[0]!.toFixed(1)} to ${speeds.at(-1)!.toFixed(1)})</span>
        </li>`,
    )}
  </ul>`;
}

function headView(
  { runs, places, left, right }: FiguresState,
  place: number,
  { onPick }: FigureActions,
): TemplateResult {
  const { tag, side } = runs[place]!;
  const radio = (name: "left" | "right", isOn: boolean): TemplateResult =>
    html`<label
      ><input
        type="radio"
        name=${name}
        aria-label="${tag} on the ${name}"
        .checked=${isOn}
        @change=${() => {
          onPick(name, place);
        }}
      />${name}</label
    >`;
  return html`<th scope="col">
    <span class="tag">${tag}</span> ${side?.trace.request.strategy}
    ${place === left ? html`<span class="detail">baseline</span>` : nothing}
    ${
      places.length > 2
        ? html`<div class="pick">${radio("left", place === left)}${radio("right", place === right)}</div>`
        : nothing
    }
  </th>`;
}

function cellView(row: FigureRow, { value, beforeLoop, against }: FigureCell): TemplateResult {
  if (value === null) return html`<td class="unknown">not measured</td>`;
  const shown = beforeLoop ?? value;
  const relation = against === null ? null : relationWords(row, shown, against);
  return html`<td>
    <span class="value">${figureText(row, shown)}</span>
    ${
      beforeLoop === null
        ? nothing
        : html`<span class="whole" title="The answer repeats itself: the figure is that before the loop"
            >before the loop, ${figureText(row, value)} overall</span
          >`
    }
    ${relation === null ? nothing : html`<span class="against">${relation.text}${betterView(relation)}</span>`}
  </td>`;
}

function betterView({ isBetter }: RelationWords): TemplateResult | typeof nothing {
  if (isBetter === null) return nothing;
  return html` <span class=${isBetter ? "better" : "worse"}>${isBetter ? t("better") : t("worse")}</span>`;
}
