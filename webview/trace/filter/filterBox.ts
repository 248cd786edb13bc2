// The filter: a box for a query, its error, the number of matches, and help. Values in, templates out.
import { t } from "../../../core/base/index.ts";
import { nothing, type TemplateResult } from "lit";
import { html } from "../../page/html.ts";
import { live } from "lit/directives/live.js";
import { QUERY_HELP } from "../../../core/inspect/index.ts";
import { several } from "../../page/amounts.ts";
import type { Completion } from "./filterCompletions.ts";

export interface FilterBox {
  readonly text: string;
  /** null if the filter is valid. */
  readonly problem: string | null;
  /** Number of matching tokens; null without a filter. */
  readonly matches: number | null;
  readonly isHelpOpen: boolean;
  /** Completions of the end of the text. */
  readonly suggestions: readonly Completion[];
}

export interface FilterActions {
  readonly onText: (text: string) => void;
  /** To the next (1) or the previous (−1) match. */
  readonly onStep: (direction: 1 | -1) => void;
  readonly onHelp: (isOpen: boolean) => void;
  readonly onLeave: () => void;
}

export function filterView(
  box: FilterBox,
  { onText, onStep, onHelp, onLeave }: FilterActions,
): TemplateResult {
  const { text, problem, matches, isHelpOpen, suggestions } = box;
  return html`<search class="filter">
    <div class="line">
      <input
        id="filter"
        type="text"
        spellcheck="false"
        autocomplete="off"
        placeholder="Filter, e.g. @verdict:relaxed @rank>2"
        aria-label="Filter tokens"
        aria-describedby="filter-found"
        aria-invalid=${String(problem !== null)}
        list="filter-suggestions"
        title="Filter (/)"
        .value=${live(text)}
        @input=${(event: InputEvent) => {
          onText((event.target as HTMLInputElement).value);
        }}
        @keydown=${(event: KeyboardEvent) => {
          if (event.key === "Enter") onStep(event.shiftKey ? -1 : 1);
          else if (event.key === "Escape") onLeave();
        }}
      />
      <datalist id="filter-suggestions">
        ${suggestions.map(
          ({ text: whole, label }) =>
            html`<option value=${whole} label=${label === whole ? nothing : label}></option>`,
        )}
      </datalist>
      ${stepButton("↑", t("Previous match (Shift+M)"), matches, () => {
        onStep(-1);
      })}
      ${stepButton("↓", t("Next match (M)"), matches, () => {
        onStep(1);
      })}
      <button
        class="icon"
        type="button"
        aria-expanded=${String(isHelpOpen)}
        aria-controls="filter-help"
        aria-label="How to filter"
        title="How to filter"
        @click=${() => {
          onHelp(!isHelpOpen);
        }}
      >
        ?
      </button>
    </div>
    <p id="filter-found" class=${problem === null ? "quiet" : "problem"} role="status">
      ${problem ?? (matches === null ? nothing : several(matches, "token matches", "tokens match"))}
    </p>
    ${isHelpOpen ? helpView() : nothing}
  </search>`;
}

function stepButton(
  sign: string,
  title: string,
  matches: number | null,
  onPress: () => void,
): TemplateResult {
  return html`<button
    class="icon"
    type="button"
    aria-label=${title}
    title=${title}
    ?disabled=${matches === null || matches === 0}
    @click=${onPress}
  >
    ${sign}
  </button>`;
}

function helpView(): TemplateResult {
  return html`<dl class="filter-help" id="filter-help">
    ${QUERY_HELP.map(
      ({ term, meaning, example }) =>
        html`<div>
          <dt><code>${term}</code></dt>
          <dd>${meaning}, e.g. <code>${example}</code></dd>
        </div>`,
    )}
  </dl>`;
}
