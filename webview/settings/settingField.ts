// One setting in the list: name, description, control, what is wrong, where the value comes from and the
// actions for that.
import { t } from "../../core/base/index.ts";
import { nothing, type TemplateResult } from "lit";
import { html } from "../page/html.ts";
import { overriding, placeName } from "../../extension/shared/settingScopes.ts";
import type { Json, SettingView, TargetId } from "../../extension/shared/settingsEditor.ts";
import { deviceProblem } from "../../extension/shared/engineFacts.ts";
import { contextNote } from "../../core/settings/index.ts";
import { factsOf, shownName } from "./settingFacts.ts";
import { jsonWords, problemOf, shownValue } from "./settingDrafts.ts";
import { isSetAt, legalAt, overridden, placedValue } from "./settingPlaces.ts";
import type { SettingsModel } from "./settingsState.ts";
import { oneLineText } from "../../core/trace/index.ts";
import type { ControlWords } from "./controls.ts";
import { settingControl, type ControlActions } from "./settingControl.ts";
import { unusableChoices, unusableView } from "./unusableChoices.ts";
import { textPartsView } from "./textParts.ts";

export interface FieldActions {
  readonly controls: (setting: SettingView) => ControlActions;
  /** Writes what waits for it, or drops it. */
  readonly onApply: () => void;
  readonly onDiscard: () => void;
  /** Judges another trace. */
  readonly onJudge: (name: string) => void;
  readonly onReset: (key: string) => void;
  readonly onNative: (key: string) => void;
  /** Lets the user choose the file or folder that the setting names. */
  readonly onBrowse: (key: string, value: Json) => void;
  /** Adds a back end to this machine. */
  readonly onInstall: () => void;
  /** Shows a setting that is linked in a description. */
  readonly onSetting: (key: string) => void;
  readonly onTarget: (target: TargetId, key: string) => void;
  readonly labelOf: (key: string) => string;
}

export function settingField(
  model: SettingsModel,
  setting: SettingView,
  actions: FieldActions,
): TemplateResult {
  const { key } = setting;
  const { label, category, setting: schema } = factsOf(setting);
  const problem = problemOf(model, setting);
  const remark = problem === null ? remarkOf(model, setting) : null;
  const legal = legalAt(setting, model.target);
  const closed = legal === null ? elsewhereWords(model, setting) : legal.notInForce;
  const about = aboutView(setting, actions);
  const words = {
    label: shownName(setting),
    describedBy: [
      `about-${key}`,
      ...(problem === null ? [] : [`problem-${key}`]),
      ...(remark === null ? [] : [`remark-${key}`]),
    ].join(" "),
    isInvalid: problem !== null,
    isDisabled: closed !== null,
  };
  const draft = model.drafts.get(key);
  const { value } = placedValue(setting, model.target);
  const unusable = unusableChoices(model, setting);
  const control = settingControl(setting, value, draft, words, actions.controls(setting), unusable);
  return html`<div
    class="field ${isSetAt(setting, model.target) ? "modified" : ""}"
    role="group"
    id="setting-${key}"
    tabindex="-1"
    aria-label=${words.label}
    aria-describedby=${words.describedBy}
    data-key=${key}
  >
    <div class="head">
      <h3 class="name">
        ${category === "" ? nothing : html`<span class="category">${category}: </span>`}${label}
      </h3>
      <code class="key">${key}</code>
      <span class="quiet origin">${originWords(model, setting)}</span>
      <button
        class="icon native"
        type="button"
        aria-label="Show in settings: ${words.label}"
        title="Show in the editor's own settings"
        @click=${() => {
          actions.onNative(key);
        }}
      >
        ⚙︎
      </button>
    </div>
    ${
      schema.kind === "boolean"
        ? html`<div class="control flag">${control}${about}</div>`
        : html`${about}
            <div class="control">
              ${control}${choiceView(model, setting)}${browseView(setting, value, words, actions)}
            </div>`
    }
    ${problem === null ? nothing : html`<div class="problem" id="problem-${key}" role="alert">${problem}</div>`}
    ${remark === null ? nothing : html`<div class="closed" id="remark-${key}" role="status">${remark}</div>`}
    ${closed === null ? nothing : html`<div class="closed">${closed}</div>`}
    ${unusableView(model, setting, actions.onInstall)} ${originView(model, setting, actions)}
  </div>`;
}

function aboutView(view: SettingView, actions: FieldActions): TemplateResult {
  const { setting, description } = factsOf(view);
  // A click on the text beside a checkbox toggles it, except on links; the keyboard uses the checkbox itself.
  const press = (event: Event): void => {
    if ((event.target as Element).closest("button, a") !== null) return;
    (event.currentTarget as Element).parentElement?.querySelector<HTMLElement>("vscode-checkbox")?.click();
  };
  const text = textPartsView(description, actions.labelOf, actions.onSetting);
  return setting.kind === "boolean"
    ? html`<div class="description" id="about-${view.key}" @click=${press}>${text}</div>`
    : html`<div class="description" id="about-${view.key}">${text}</div>`;
}

/** The meaning of the selected choice. */
function choiceView(model: SettingsModel, view: SettingView): TemplateResult | typeof nothing {
  const { setting } = factsOf(view);
  if (setting.kind !== "choice") return nothing;
  const value = shownValue(model, view);
  const text = typeof value === "string" ? setting.choices[value] : undefined;
  return text === undefined ? nothing : html`<span class="quiet">${text}</span>`;
}

/** What the value shown, saved or being typed, comes to with the chosen model; null if there is nothing to say. */
function remarkOf(model: SettingsModel, view: SettingView): string | null {
  const value = shownValue(model, view);
  if (view.key === "laser.device" && typeof value === "string" && model.engine !== null)
    return deviceProblem(value, model.engine);
  if (view.key !== "laser.contextTokens") return null;
  return typeof value === "number" ? contextNote(value, model.trainContextTokens) : null;
}

/** For paths, which nobody likes to type. */
function browseView(
  view: SettingView,
  value: Json,
  { label, isDisabled }: ControlWords,
  { onBrowse }: FieldActions,
): TemplateResult | typeof nothing {
  const { setting } = factsOf(view);
  if ((setting.kind !== "text" && setting.kind !== "list") || setting.names === undefined) return nothing;
  return html`<button
    class="secondary browse"
    type="button"
    aria-label="Browse: ${label}"
    ?disabled=${isDisabled}
    @click=${() => {
      onBrowse(view.key, value);
    }}
  >
    Browse…
  </button>`;
}

/** Why a setting can't be written in the shown scope. */
function elsewhereWords({ targets }: SettingsModel, setting: SettingView): string {
  const places = setting.targets.map(({ id }) => placeName(targets, id));
  return t("It can only be set in {0}.", places.join(" and "));
}

/** E.g. "Default", "Set in User", "From User". */
function originWords({ target, targets }: SettingsModel, setting: SettingView): string {
  const { from } = placedValue(setting, target);
  if (from === null) return t("Default");
  return `${from === target ? t("Set in") : t("From")} ${placeName(targets, from)}`;
}

/** Where else a value is set, what the default is, and a link to reset; nothing if everything is at its default. */
function originView(
  model: SettingsModel,
  setting: SettingView,
  actions: FieldActions,
): TemplateResult | typeof nothing {
  const { key, defaultValue } = setting;
  const { target, targets } = model;
  const label = shownName(setting);
  const toPlaces = (places: readonly TargetId[]): TemplateResult[] =>
    places.map((place) => {
      const name = placeName(targets, place);
      const value = oneLineText(valueWords(placedValue(setting, place).value));
      return linkButton(`${name}: ${value}`, t("{0}: {1}, show {2} there", name, value, label), () => {
        actions.onTarget(place, key);
      });
    });
  const above = overriding(setting, target);
  const below = overridden(setting, target);
  const isSet = isSetAt(setting, target);
  const elsewhere = legalAt(setting, target) === null ? setting.targets : [];
  const isAsItCame = placedValue(setting, target).isDefault;
  if (isAsItCame && above.length === 0 && elsewhere.length === 0) return nothing;
  return html`<div class="links">
    ${above.length === 0 ? nothing : html`<span>Overridden in ${toPlaces(above)}</span>`}
    ${below.length === 0 ? nothing : html`<span class="quiet">Also set in ${toPlaces(below)}</span>`}
    ${isAsItCame ? nothing : html`<span class="quiet">Default: ${oneLineText(valueWords(defaultValue))}</span>`}
    ${
      isSet
        ? linkButton(t("Reset"), t("Reset: {0}", label), () => {
            actions.onReset(key);
          })
        : nothing
    }
    ${elsewhere.map(({ id }) => {
      const text = t("Show in {0}", placeName(targets, id));
      return linkButton(text, `${text}: ${label}`, () => {
        actions.onTarget(id, key);
      });
    })}
  </div>`;
}

function linkButton(text: string, name: string, onClick: () => void): TemplateResult {
  return html`<button class="link" type="button" aria-label=${name} @click=${onClick}>${text}</button>`;
}

function valueWords(value: Json): string {
  if (value === null) return t("no value");
  if (value === "" || (Array.isArray(value) && value.length === 0)) return "empty";
  if (typeof value === "boolean") return value ? "on" : "off";
  return typeof value === "string" ? value.slice(0, 60) : jsonWords(value);
}
