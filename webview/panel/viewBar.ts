// The bar between the head and the answer: how the answer is shown, and what its marks mean. Values in, templates out.
import { t } from "../../core/base/index.ts";
import { nothing, type TemplateResult } from "lit";
import { html } from "../page/html.ts";
import type { ShownClass } from "../run/model/items.ts";
import { legendView, meaningsList } from "../run/parts/legend.ts";
import type { RunModel } from "../run/model/model.ts";
import { PANEL_VIEWS, type PanelView } from "./keptState.ts";

const VIEW_NAMES: Readonly<Record<PanelView, string>> = {
  text: t("Text"),
  steps: t("Steps"),
};
const VIEW_MEANINGS: Readonly<Record<PanelView, string>> = {
  text: t("The answer as running text, each token marked"),
  steps: t("One row per step: what was drafted, what was kept, how it ended, and its time"),
};

export interface BarState {
  readonly view: PanelView;
  readonly areMeaningsOpen: boolean;
  readonly hiddenClasses: ReadonlySet<ShownClass>;
}

export interface BarActions {
  readonly onView: (view: PanelView) => void;
  readonly onMeanings: () => void;
  readonly onClass: (shownClass: ShownClass) => void;
}

export function viewBar(
  run: RunModel,
  { view, areMeaningsOpen, hiddenClasses }: BarState,
  { onView, onMeanings, onClass }: BarActions,
): TemplateResult {
  return html`<div class="bar">
      <div class="views" role="group" aria-label="Show the answer as">
        ${PANEL_VIEWS.map(
          (name) =>
            html`<button
              type="button"
              aria-pressed=${String(name === view)}
              title=${VIEW_MEANINGS[name]}
              @click=${() => {
                onView(name);
              }}
            >
              ${VIEW_NAMES[name]}${name === "steps" ? html` <span class="count">(${run.steps.length})</span>` : nothing}
            </button>`,
        )}
      </div>
      <button class="link" type="button" aria-expanded=${String(areMeaningsOpen)} @click=${onMeanings}>
        Marks
      </button>
    </div>
    ${
      areMeaningsOpen
        ? html`<div class="meanings">${legendView(run, hiddenClasses, onClass)} ${meaningsList()}</div>`
        : nothing
    }`;
}
