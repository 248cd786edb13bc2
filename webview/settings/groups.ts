// The settings under their headings, the what-if beside the settings that it depends on, and a message if a
// search finds nothing.
import { html, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { SettingView } from "../../extension/shared/settingsEditor.ts";
import { isJudged, overriddenWords, whatIfSettings } from "./judgedSettings.ts";
import type { SettingsModel } from "./settingsState.ts";
import { headingId, type Group } from "./contents.ts";
import { factsOf } from "./settingFacts.ts";
import { settingField, type FieldActions } from "./settingField.ts";
import { whatIfView } from "../run/whatIf.ts";

/** In the order of the settings. */
export function groupsOf(settings: readonly SettingView[]): readonly Group[] {
  const titles = new Set(settings.map((view) => factsOf(view).group));
  return [...titles].map((title) => ({
    title,
    settings: settings.filter((view) => factsOf(view).group === title),
  }));
}

/**
 * The what-if is beside the groups from the first to the last with a setting that it depends on; without room there, it
 * is between these groups.
 */
export function groupsView(
  groups: readonly Group[],
  model: SettingsModel,
  actions: FieldActions,
): TemplateResult {
  const sections = (some: readonly Group[]): unknown =>
    repeat(
      some,
      ({ title }) => title,
      (group) => sectionView(group, model, actions),
    );
  const first = groups.findIndex(({ settings }) => settings.some(isJudged));
  const last = groups.findLastIndex(({ settings }) => settings.some(isJudged));
  if (first === -1) return html`<div class="settings">${sections(groups)}</div>`;
  const own = groups.findIndex(({ settings }) => settings.every(isJudged));
  const middle = own === -1 ? first : own;
  return html`<div class="settings">
    ${sections(groups.slice(0, first))}
    <div class="judged">
      <div>${sections(groups.slice(first, middle))}</div>
      ${whatIfView(model.trace, whatIfSettings(model), overriddenWords(model))}
      <div>${sections(groups.slice(middle, last + 1))}</div>
    </div>
    ${sections(groups.slice(last + 1))}
  </div>`;
}

function sectionView(
  { title, settings }: Group,
  model: SettingsModel,
  actions: FieldActions,
): TemplateResult {
  const id = headingId(title);
  return html`<section aria-labelledby=${id}>
    <h2 id=${id} tabindex="-1">${title}</h2>
    ${repeat(
      settings,
      ({ key }) => key,
      (setting) => settingField(model, setting, actions),
    )}
  </section>`;
}

export function noneFoundView(search: string, onClear: () => void): TemplateResult {
  return html`<div class="settings none">
    <p>No setting matches <bdi>“${search.trim()}”</bdi>.</p>
    <button class="link" type="button" @click=${onClear}>Clear the search</button>
  </div>`;
}
