// The card of one token: why it is there, what the alternatives were, where its draft came from.
import { t } from "../../../core/base/index.ts";
import { nothing, type TemplateResult } from "lit";
import { html, svg } from "../../page/html.ts";
import { icon } from "../../page/icons.ts";
import { oneLineText, probabilityFigure, visibleText } from "../../../core/trace/index.ts";
import type { Excerpt } from "./excerpt.ts";
import { classMeaning, className, type Item } from "../model/items.ts";
import type { Candidate, Why } from "./why.ts";
import { namedValues } from "../parts/parts.ts";

/** The actions of the card; an omitted one is not offered. */
export interface CardActions {
  readonly onLength?: () => void;
  readonly onClose?: () => void;
  readonly onKey: (event: KeyboardEvent) => void;
  /** Continues from here with another candidate. */
  readonly onTake?: (candidate: Candidate) => void;
}

/** The beginning of a longer token is enough. */
const MAX_SHOWN = 400;

/** @param isShort show only the sentence */
export function cardView(item: Item, why: Why, isShort: boolean, actions: CardActions): TemplateResult {
  const { onLength, onClose, onKey } = actions;
  const shown = item.text === "" ? "◌" : oneLineText(item.text.slice(0, MAX_SHOWN));
  return html`<section class="card" id="card" aria-labelledby="card-title" @keydown=${onKey}>
    <header>
      <h2 id="card-title" tabindex="-1">
        <bdi class="token ${item.shownClass}">${shown}</bdi>
        <span class="what" title=${classMeaning(item.shownClass)}
          >${className(item.shownClass)}, step ${item.step + 1}</span
        >
      </h2>
      <span class="buttons"
        >${
          onLength === undefined
            ? nothing
            : html`<button
                class="icon"
                type="button"
                aria-label="Details"
                aria-expanded=${String(!isShort)}
                title=${isShort ? t("Show details") : t("Hide details")}
                @click=${onLength}
              >
                ${icon(isShort ? "chevronRight" : "chevronDown")}
              </button>`
        }
        ${
          onClose === undefined
            ? nothing
            : html`<button
                class="icon"
                type="button"
                aria-label="Close (Escape)"
                title="Close (Escape)"
                @click=${onClose}
              >
                ${icon("close")}
              </button>`
        }</span
      >
    </header>
    <p class="sentence">${why.sentence}</p>
    ${why.instead === null ? nothing : html`<p class="instead"><bdi>${why.instead}</bdi></p>`}
    ${isShort ? nothing : detailsView(why, actions)}
  </section>`;
}

function detailsView(
  { candidates, origin, excerpt, plan, timing }: Why,
  actions: CardActions,
): TemplateResult {
  return html`<div class="details">
      ${candidates.length === 0 ? nothing : candidatesView(candidates, actions.onTake)}
      ${
        origin.length === 0
          ? nothing
          : html`<div>
              <h3>Where the draft came from</h3>
              ${namedValues(origin)} ${excerpt === null ? nothing : excerptView(excerpt)}
            </div>`
      }
    </div>
    <p class="plan"><span class="quiet">Planner:</span> ${plan}</p>
    <p class="timing">${timing}</p>`;
}

function excerptView({ where, isElsewhere, before, match, drafted, after: after }: Excerpt): TemplateResult {
  return html`<figure class="excerpt">
    <figcaption>
      ${isElsewhere ? t("Longest match, in") : t("Around the match in")} <bdi>${where}</bdi>
    </figcaption>
    <bdi class="text"
      >${visibleText(before)}<mark class="match" title="the matched context">${visibleText(match)}</mark
      ><mark class="drafted" title="the drafted token">${visibleText(drafted)}</mark
      >${visibleText(after)}</bdi
    >
  </figure>`;
}

function candidatesView(candidates: readonly Candidate[], onTake: CardActions["onTake"]): TemplateResult {
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
        <th scope="col" class="role" title="target: the target's choice">role</th>
        ${onTake === undefined ? nothing : html`<td class="take"></td>`}
      </tr>
    </thead>
    <tbody>
      ${candidates.map((candidate) => {
        const { rank, text, probability, marks } = candidate;
        return html`<tr class=${marks.length > 0 ? "marked" : ""}>
          <td class="number rank">${rank ?? "–"}</td>
          <td class="name"><bdi class="text">${text}</bdi></td>
          <td class="number probability">${probabilityFigure(candidate)}</td>
          <td class="bar">
            <svg width="100%" height="8" aria-hidden="true">
              ${svg`<rect width="${Math.max(1, 100 * probability).toFixed(1)}%" height="8" />`}
            </svg>
          </td>
          <td class="role">${marks.map((mark) => (mark === "own" ? "target" : mark)).join(", ")}</td>
          ${onTake === undefined ? nothing : takeView(candidate, onTake)}
        </tr>`;
      })}
    </tbody>
  </table>`;
}

/** The token in the answer needs no button. */
function takeView(candidate: Candidate, onTake: NonNullable<CardActions["onTake"]>): TemplateResult {
  const { marks, text } = candidate;
  return html`<td class="take">
    ${
      marks.includes("kept")
        ? nothing
        : html`<button
            class="link"
            type="button"
            aria-label="Take ${text} and continue"
            title="Write a new answer that takes this token here and continues from it"
            @click=${() => {
              onTake(candidate);
            }}
          >
            Take
          </button>`
    }
  </td>`;
}
