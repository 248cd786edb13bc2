// The card of one token: why it stands there, what else was possible, where its draft came from.
// It must not know how any of this is worked out.
import { html, nothing, svg, type TemplateResult } from "lit";
import { formatProbability } from "../../server/trace/index.ts";
import { classMeaning, className, type Item } from "../items.ts";
import { oneLineText } from "../visibleText.ts";
import type { Candidate, Why } from "../why.ts";

const BAR_WIDTH = 32;

export interface CardActions {
  readonly onLength: () => void;
  readonly onClose: () => void;
  readonly onKey: (event: KeyboardEvent) => void;
}

/** @param isShort shows the sentence alone */
export function cardView(
  item: Item,
  why: Why,
  isShort: boolean,
  { onLength, onClose, onKey }: CardActions,
): TemplateResult {
  const shown = item.text === "" ? "◌" : oneLineText(item.text);
  return html`<section class="card" id="card" aria-labelledby="card-title" @keydown=${onKey}>
    <header>
      <h2 id="card-title" tabindex="-1">
        <bdi class="token ${item.shownClass}">${shown}</bdi>
        <span class="what" title=${classMeaning(item.shownClass)}
          >${className(item.shownClass)}, step ${item.step + 1}</span
        >
      </h2>
      <button
        class="icon"
        type="button"
        aria-label="Details"
        aria-expanded=${String(!isShort)}
        title=${isShort ? "Show details" : "Hide details"}
        @click=${onLength}
      >
        ${isShort ? "▸" : "▾"}
      </button>
      <button class="icon" type="button" aria-label="Close (Escape)" title="Close (Escape)" @click=${onClose}>
        ✕
      </button>
    </header>
    <p class="sentence">${why.sentence}</p>
    ${why.instead === null ? nothing : html`<p class="instead"><bdi>${why.instead}</bdi></p>`}
    ${isShort ? nothing : detailsView(why)}
  </section>`;
}

function detailsView({ candidates, origin, timing }: Why): TemplateResult {
  return html`<div class="details">
      ${candidates.length === 0 ? nothing : candidatesView(candidates)}
      ${
        origin.length === 0
          ? nothing
          : html`<div>
              <h3>Where the draft came from</h3>
              <dl class="origin">
                ${origin.map(
                  ([name, value]) =>
                    html`<div>
                      <dt>${name}</dt>
                      <dd><bdi>${value}</bdi></dd>
                    </div>`,
                )}
              </dl>
            </div>`
      }
    </div>
    <p class="timing">${timing}</p>`;
}

function candidatesView(candidates: readonly Candidate[]): TemplateResult {
  return html`<table class="candidates">
    <caption>
      The target's candidates here
    </caption>
    <thead>
      <tr>
        <th scope="col" class="number rank">rank</th>
        <th scope="col" class="name">token</th>
        <th scope="col" class="number probability">p</th>
        <td class="bar"></td>
        <th scope="col" class="role" title="own: the target's own choice">role</th>
      </tr>
    </thead>
    <tbody>
      ${candidates.map(
        ({ rank, text, probability, marks }) =>
          html`<tr class=${marks.length > 0 ? "marked" : ""}>
            <td class="number rank">${rank ?? "–"}</td>
            <td class="name"><bdi class="text">${text}</bdi></td>
            <td class="number probability">${rank === null ? "≤ " : ""}${formatProbability(probability)}</td>
            <td class="bar">
              <svg width=${BAR_WIDTH} height="8" aria-hidden="true">
                ${svg`<rect width=${Math.max(1, BAR_WIDTH * probability).toFixed(1)} height="8" />`}
              </svg>
            </td>
            <td class="role">${marks.join(", ")}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}
