// What every figure consists of, and its frame: title, value, definition on demand, and the same numbers as a
// table. Values in, templates out.
import { t } from "../../core/base/index.ts";
import { nothing, type TemplateResult } from "lit";
import { html } from "../page/html.ts";
import "./plot.ts";
import type { Draw } from "./plot.ts";

export interface ChartTable {
  readonly head: readonly string[];
  /** The first cell is the row header. */
  readonly rows: readonly (readonly string[])[];
}

export type ChartBody =
  | {
      readonly kind: "plot";
      /** Number of focusable marks. */
      readonly marks: number;
      readonly draw: Draw;
      /** Called when a mark is clicked, or Enter is pressed on it. */
      readonly onChoose: (mark: number) => void;
    }
  | { readonly kind: "message"; readonly content: TemplateResult };

export interface Chart {
  /** Unique in the page. */
  readonly id: string;
  readonly title: string;
  /** The figure as one number; empty if there is none. */
  readonly value: string;
  /** The parts of the number. */
  readonly detail: string;
  /** The definition in a sentence, with the denominator. */
  readonly definition: string;
  readonly isWide: boolean;
  readonly legend: TemplateResult | typeof nothing;
  readonly body: ChartBody;
  readonly table: ChartTable;
}

/** Which parts of a figure are open. */
export interface FrameState {
  readonly isExplained: boolean;
  readonly isTable: boolean;
  readonly onExplain: () => void;
  readonly onTable: () => void;
}

export function frameView(chart: Chart, state: FrameState): TemplateResult {
  const { id, title, value, detail, definition, body } = chart;
  const isPlot = body.kind === "plot";
  const showsTable = isPlot && state.isTable;
  return html`<figure
    class="figure ${chart.isWide ? "wide" : ""}"
    data-figure=${id}
    aria-labelledby="${id}-title"
    aria-describedby="${id}-definition"
  >
    <figcaption>
      <span class="name" id="${id}-title">${title}</span>
      <span class="switches">
        <button
          class="switch"
          type="button"
          aria-expanded=${String(state.isExplained)}
          aria-controls="${id}-definition"
          aria-label="Definition: ${title}"
          @click=${state.onExplain}
        >
          Definition
        </button>
        ${
          isPlot
            ? html`<button
                class="switch"
                type="button"
                aria-pressed=${String(state.isTable)}
                aria-label="Table: ${title}"
                @click=${state.onTable}
              >
                Table
              </button>`
            : nothing
        }
      </span>
      <span class="sum">
        ${value === "" ? nothing : html`<span class="value">${value}</span>`}
        ${detail === "" ? nothing : html`<span class="detail">${detail}</span>`}
      </span>
    </figcaption>
    <p class="definition" id="${id}-definition" ?hidden=${!state.isExplained}>${definition}</p>
    ${showsTable ? nothing : chart.legend}
    ${
      body.kind === "message"
        ? html`<p class="message">${body.content}</p>`
        : showsTable
          ? nothing
          : html`<laser-plot
              .draw=${body.draw}
              .marks=${body.marks}
              @laser-choose=${(event: HTMLElementEventMap["laser-choose"]) => {
                body.onChoose(event.detail);
              }}
            ></laser-plot>`
    }
    ${isPlot ? tableView(chart, showsTable) : nothing}
  </figure>`;
}

/** Always in the page for screen readers; visible on demand. */
function tableView({ title, table }: Chart, isShown: boolean): TemplateResult {
  return html`<div
    class=${isShown ? "table" : "sr-only"}
    role=${isShown ? "region" : nothing}
    aria-label=${isShown ? t("{0} as a table", title) : nothing}
    tabindex=${isShown ? "0" : nothing}
  >
    <table>
      <caption class="sr-only">
        ${title}
      </caption>
      <thead>
        <tr>
          ${table.head.map((cell) => html`<th scope="col">${cell}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${table.rows.map(
          ([name, ...cells]) =>
            html`<tr>
              <th scope="row">${name}</th>
              ${cells.map((cell) => html`<td>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
