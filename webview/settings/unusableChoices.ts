// Choices that can't work on this machine, as trials of back ends found: which they are, why, and what to do
// about it.
import { nothing, type TemplateResult } from "lit";
import { html } from "../page/html.ts";
import { t } from "../../core/base/index.ts";
import type { SettingView } from "../../extension/shared/settingsEditor.ts";
import { shownValue } from "./settingDrafts.ts";
import type { SettingsModel } from "./settingsState.ts";

/** Each with the reason; empty for other settings, and as long as nothing is known. */
export function unusableChoices(
  { engine }: SettingsModel,
  { key }: SettingView,
): Readonly<Record<string, string>> {
  return key === "laser.gpu" ? (engine?.unusable ?? {}) : {};
}

/** The reason for the selected choice first, as a warning; those of the others after it. */
export function unusableView(
  model: SettingsModel,
  view: SettingView,
  onInstall: () => void,
): TemplateResult | typeof nothing {
  const reasons = Object.entries(unusableChoices(model, view));
  if (reasons.length === 0) return nothing;
  const selected = shownValue(model, view);
  const own = reasons.filter(([choice]) => choice === selected);
  const others = reasons.filter(([choice]) => choice !== selected);
  return html`${own.map(([, reason]) => html`<div class="closed" role="status">${reason}</div>`)}
  ${
    others.length === 0
      ? nothing
      : html`<ul class="unusable quiet" aria-label=${t("Not usable on this machine")}>
          ${others.map(([choice, reason]) => html`<li><code>${choice}</code> ${reason}</li>`)}
        </ul>`
  }
  ${
    model.engine?.canInstall === true
      ? html`<div>
          <button class="secondary" type="button" @click=${onInstall}>Install GPU support…</button>
        </div>`
      : nothing
  }`;
}
