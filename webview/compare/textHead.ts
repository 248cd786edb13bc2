// The head above two answers: the number of differences, buttons to step through them, ghosts on or off, and
// the legend. Values in, templates out.
import { t } from "../../core/base/index.ts";
import type { TemplateResult } from "lit";
import { html } from "../page/html.ts";
import type { Pair, ReadRun } from "./compareModel.ts";
import { several } from "../page/amounts.ts";
import { meaningsList } from "../run/parts/legend.ts";

export interface TextHead {
  readonly pair: Pair;
  readonly difference: number;
  readonly hasGhosts: boolean;
}

export interface TextHeadActions {
  readonly onNext: () => void;
  readonly onPrevious: () => void;
  readonly onGhosts: () => void;
}

export function textHeadView(
  { pair, difference, hasGhosts }: TextHead,
  { onNext, onPrevious, onGhosts }: TextHeadActions,
): TemplateResult {
  const count = pair.differences.length;
  const found =
    difference < 0 ? several(count, "difference") : t("difference {0} of {1}", difference + 1, count);
  return html`<h2 id="text-title">Text</h2>
    <details class="meanings">
      <summary>What the marks mean</summary>
      ${meaningsList()}
      <p class="detail">
        A framed part differs between the sides. Beside a row: ≠ the sides differ, ◂ only the left has
        something, ▸ only the right has.
      </p>
    </details>
    <div class="text-head">
      <div class="toolbar">
        <span class="count">${found}</span>
        <button
          class="secondary"
          type="button"
          title="Previous difference (p, Shift+F7)"
          ?disabled=${count === 0}
          @click=${onPrevious}
        >
          ↑ Previous
        </button>
        <button
          class="secondary"
          type="button"
          title="Next difference (n, F7)"
          ?disabled=${count === 0}
          @click=${onNext}
        >
          ↓ Next
        </button>
        <label><input type="checkbox" .checked=${hasGhosts} @change=${onGhosts} />Drafts not kept</label>
      </div>
      <div class="columns">${nameView(pair.left)} ${nameView(pair.right)}</div>
    </div>`;
}

function nameView({ tag, side }: ReadRun): TemplateResult {
  const { strategy } = side.trace.request;
  return html`<div>
    <span class="tag">${tag}</span> ${strategy}
    <span class="detail">${several(side.texts.length, "token")}</span>
  </div>`;
}
