// The token classes: a legend that counts and filters, and what each class means. Values in, templates out.
import { t } from "../../../core/base/index.ts";
import { nothing, type TemplateResult } from "lit";
import { html } from "../../page/html.ts";
import { icon } from "../../page/icons.ts";
import { classMeaning, FOLDED_MEANING, isGhost, SHOWN_CLASSES, type ShownClass } from "../model/items.ts";
import type { RunModel } from "../model/model.ts";

/** Each class with its look and its count; pressing it hides its ghosts or its marking. */
export function legendView(
  run: RunModel,
  hidden: ReadonlySet<ShownClass>,
  toggle: (shownClass: ShownClass) => void,
): TemplateResult {
  return html`<div class="legend" role="group" aria-label="Token classes: press to hide or show">
    ${SHOWN_CLASSES.map(
      (name) =>
        html`<button
          type="button"
          data-class=${name}
          aria-pressed=${String(!hidden.has(name))}
          title="${classMeaning(name)}. Press to ${hidden.has(name) ? "show" : "hide"} ${
            isGhost(name) ? t("these ghosts") : t("this marking")
          }."
          @click=${() => {
            toggle(name);
          }}
        >
          ${hidden.has(name) ? icon("eyeOff") : nothing}<span class="token ${name}">${name}</span>
          <span class="count">${run.classCounts[name]}</span>
        </button>`,
    )}
  </div>`;
}

/** Every class with its look and its meaning. */
export function meaningsList(): TemplateResult {
  return html`<dl class="classes">
    ${SHOWN_CLASSES.map(
      (name) =>
        html`<div>
          <dt><span class="token ${name}">${name}</span></dt>
          <dd>${classMeaning(name)}</dd>
        </div>`,
    )}
    <div>
      <dt><span class="folded">+12</span></dt>
      <dd>${FOLDED_MEANING}</dd>
    </div>
  </dl>`;
}
