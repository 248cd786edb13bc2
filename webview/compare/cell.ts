// One side of one row: its tokens by class, as in the panel, with the differences framed.
import { nothing, type TemplateResult } from "lit";
import { html } from "../page/html.ts";
import type { TokenRange } from "../../core/inspect/index.ts";
import type { SideName } from "./compareCursor.ts";
import type { Pair } from "./compareModel.ts";
import type { Row } from "./compareRows.ts";
import { entriesOf, type Entry } from "./compareSide.ts";
import { foldedWords, type DraftShape } from "../run/model/draftShape.ts";
import { isGhost } from "../run/model/items.ts";
import { NO_MARKS } from "../run/stream/marks.ts";
import { spokenText, visibleText } from "../../core/trace/index.ts";
import { tokenView } from "../run/stream/token.ts";

export interface CellState {
  /** The entry in the tab order, and the one at the cursor; −1 for none. */
  readonly stop: number;
  readonly chosen: number;
  readonly hasGhosts: boolean;
  readonly difference: number;
  readonly label: string;
}

export function cellView(pair: Pair, row: Row, name: SideName, state: CellState): TemplateResult {
  const { side, tag } = pair[name];
  const range = row[name];
  const mark = html`<span class="tag" aria-hidden="true">${tag}</span>`;
  if (range[0] === range[1]) {
    return html`<div class="cell empty">${mark}<span class="sr-only">missing in ${tag}</span></div>`;
  }
  const shown = (part: TokenRange): (TemplateResult | typeof nothing)[] => {
    const [from, to] = entriesOf(side, part);
    return side.entries.slice(from, to).map((entry, i) => entryView(entry, from + i, state));
  };
  const parts: unknown[] = [];
  let at = range[0];
  for (const change of row.changes) {
    const [from, to] = change[name];
    if (from === to) continue;
    parts.push(shown([at, from]));
    const isCurrent = change.difference === state.difference;
    // No whitespace between the tags: it would become a space in the answer.
    parts.push(
      html`<span
        class="change ${isCurrent ? "current" : ""}"
        role="group"
        aria-label="difference ${change.difference + 1}"
        >${shown([from, to])}</span
      >`,
    );
    at = to;
  }
  parts.push(shown([at, range[1]]));
  return html`<div class="cell">
    ${mark}
    <div
      class="stream"
      role="listbox"
      aria-label=${state.label}
      aria-orientation="horizontal"
      data-side=${name}
    >
      ${parts}
    </div>
  </div>`;
}

/** Hidden from screen readers, which announce the branches with the tokens beside them. */
function foldedView(shape: DraftShape): TemplateResult {
  const words = foldedWords(shape);
  return html`<span
    class="folded"
    aria-hidden="true"
    title="${words} off the kept path: open the trace to see them"
    >${words}</span
  >`;
}

function entryView(
  { item, text, token, shape }: Entry,
  entry: number,
  { stop, chosen, hasGhosts }: CellState,
): TemplateResult | typeof nothing {
  const state = { isFocusable: entry === stop, isChosen: entry === chosen };
  if (item !== null) {
    if (isGhost(item.shownClass) && !hasGhosts) return nothing;
    const token = tokenView(item, state, NO_MARKS);
    return shape === null || !hasGhosts ? token : html`${foldedView(shape)}${token}`;
  }
  return html`<span
    class="token inherited"
    role="option"
    aria-label="${spokenText(text)}, written by an earlier run"
    aria-selected=${String(state.isChosen)}
    tabindex=${state.isFocusable ? 0 : -1}
    data-step="-1"
    data-place=${token}
    >${text === "" ? "◌" : visibleText(text)}</span
  >`;
}
