// The settings under their headings, the what-if beside the settings that it depends on, and a message if a
// search finds nothing.
import { t } from "../../core/base/index.ts";
import { nothing, type TemplateResult } from "lit";
import { html } from "../page/html.ts";
import { repeat } from "lit/directives/repeat.js";
import type { SettingView } from "../../extension/shared/settingsEditor.ts";
import { oneLineText } from "../../core/trace/index.ts";
import { dropdown } from "./controls.ts";
import { isJudged, overriddenWords, pendingChanges, whatIfSettings } from "./judgedSettings.ts";
import type { SettingsModel } from "./settingsState.ts";
import { headingId, type Group } from "./contents.ts";
import { jsonWords } from "./settingDrafts.ts";
import { factsOf, shownName } from "./settingFacts.ts";
import { settingField, type FieldActions } from "./settingField.ts";
import { whatIfView } from "../run/whatIf/whatIf.ts";

/** What people come for; the other groups follow in the order of the settings. */
const FIRST = [t("Relaxed verification"), t("Guards")];

export function groupsOf(settings: readonly SettingView[]): readonly Group[] {
  const named = settings.map((view) => factsOf(view).group);
  const titles = new Set([...FIRST.filter((title) => named.includes(title)), ...named]);
  return [...titles].map((title) => ({
    title,
    settings: settings.filter((view) => factsOf(view).group === title),
  }));
}

/**
 * The what-if is beside the groups from the first to the last with a setting that it depends on; without room there, it
 * is between them.
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
  // Without room beside them it comes after the settings, which people want to see first.
  const middle = own === -1 ? first : own + 1;
  return html`<div class="settings">
    ${sections(groups.slice(0, first))}
    <div class="judged">
      <div>${sections(groups.slice(first, middle))}</div>
      <div class="beside">
        ${judgedTools(model, actions)}
        ${whatIfView(model.isTraceKnown ? model.trace : "reading", whatIfSettings(model), overriddenWords(model))}
      </div>
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

/** Which trace is judged, and what is not written yet. */
function judgedTools(
  { trace, traceName, traceNames, ...model }: SettingsModel,
  actions: FieldActions,
): TemplateResult {
  const pending = pendingChanges({ trace, traceName, traceNames, ...model });
  const words = { label: t("Trace to judge"), describedBy: "", isInvalid: false, isDisabled: false };
  return html`<div class="judged-tools">
    ${
      traceName === null || traceNames.length < 2
        ? nothing
        : html`<div class="judged-trace">
            <span class="quiet">Judge</span> ${dropdown(
              words,
              model.traceTitles.map((title) => oneLineText(title)),
              traceNames.indexOf(traceName),
              oneLineText(model.traceTitles[traceNames.indexOf(traceName)] ?? traceName),
              (at) => {
                const name = traceNames[at];
                if (name !== undefined) actions.onJudge(name);
              },
            )}
          </div>`
    }
    <div class="pending" role="status">
      ${
        pending.length === 0
          ? nothing
          : html`<span
                >Not written yet:
                ${pending.map(({ view, value }) => `${shownName(view)} = ${jsonWords(value)}`).join(", ")}</span
              >
              <button class="primary" type="button" @click=${actions.onApply}>Apply</button>
              <button class="link" type="button" @click=${actions.onDiscard}>Discard</button>`
      }
    </div>
  </div>`;
}
