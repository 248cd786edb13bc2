// The answer token by token: each step's tokens in order, ghosts in place. A step is drawn once and again only when the
// cursor enters or leaves it, so that a new step costs its own tokens. It must not know where steps come from.
import { html, type TemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";
import type { Cursor } from "../cursor.ts";
import { isGhost, SHOWN_CLASSES, type Item, type ShownClass } from "../items.ts";
import type { RunModel, StepView } from "../model.ts";
import { visibleText } from "../visibleText.ts";

/** More empty lines than these tell nothing. */
const MOST_BREAKS = 2;

export interface StreamActions {
  readonly onToken: (event: MouseEvent) => void;
  readonly onKey: (event: KeyboardEvent) => void;
  readonly onFocus: (event: FocusEvent) => void;
  readonly onScroll: (event: Event) => void;
}

export function streamView(
  run: RunModel,
  cursor: Cursor | null,
  hidden: ReadonlySet<ShownClass>,
  actions: StreamActions,
): TemplateResult {
  const classes = SHOWN_CLASSES.filter((name) => hidden.has(name)).map((name) => `without-${name}`);
  // One token is in the tab order: the cursor's, or the first.
  const focusable = cursor ?? { step: 0, place: 0 };
  return html`<div
    class="stream ${classes.join(" ")}"
    role="listbox"
    aria-label="Answer, token by token"
    aria-orientation="horizontal"
    @click=${actions.onToken}
    @keydown=${actions.onKey}
    @focusin=${actions.onFocus}
    @scroll=${actions.onScroll}
  >
    ${repeat(
      run.steps,
      ({ step }) => step.index,
      (view) => {
        const isHere = focusable.step === view.step.index;
        const place = isHere ? focusable.place : -1;
        const isChosen = isHere && cursor !== null;
        return guard([view, place, isChosen], () => stepView(view, place, isChosen));
      },
    )}
  </div>`;
}

function stepView({ step, items }: StepView, focusable: number, isChosen: boolean): TemplateResult {
  const tokens = items.map((item) => tokenView(item, item.place === focusable, isChosen));
  return html`<span class="step" role="group" aria-label="Step ${step.index + 1}">${tokens}</span>`;
}

function tokenView(item: Item, isFocusable: boolean, isChosen: boolean): TemplateResult {
  const classes = `token ${item.shownClass}${item.isControl ? " control" : ""}`;
  const shown = item.text === "" ? "◌" : visibleText(item.text);
  // A line of the answer ends behind the token that ends it; a ghost breaks no line.
  const lines = isGhost(item.shownClass) || item.isControl ? 0 : item.text.split("\n").length - 1;
  const breaks = Array.from({ length: Math.min(lines, MOST_BREAKS) }, () => html`<br />`);
  // No space between the tags: it would be a space in the answer.
  return html`<span
      class=${classes}
      role="option"
      aria-label=${item.label}
      aria-selected=${String(isFocusable && isChosen)}
      tabindex=${isFocusable ? 0 : -1}
      data-step=${item.step}
      data-place=${item.place}
      >${shown}</span
    >${breaks}`;
}
