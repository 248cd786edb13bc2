// One setting in the list: name, description, control, what is wrong, where the value comes from and the
// actions for that.
import { html, nothing, type TemplateResult } from "lit";
import { partsText, type Json } from "../../extension/shared/settingSchema.ts";
import { overriding, placeName } from "../../extension/shared/settingScopes.ts";
import type { SettingView, TargetId } from "../../extension/shared/settingsEditor.ts";
import { jsonWords, problemOf, shownValue } from "./settingDrafts.ts";
import { isSetAt, legalAt, overridden, placedValue, settingName } from "./settingPlaces.ts";
import type { SettingsModel } from "./settingsState.ts";
import { oneLineText } from "../../core/trace/index.ts";
import { settingControl, type ControlActions } from "./settingControl.ts";
import { textPartsView } from "./textParts.ts";

export interface FieldActions {
  readonly controls: (setting: SettingView) => ControlActions;
  readonly onReset: (key: string) => void;
  readonly onNative: (key: string) => void;
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
  const { key, schema, tags, deprecation } = setting;
  const problem = problemOf(model, setting);
  const legal = legalAt(setting, model.target);
  const closed = legal === null ? elsewhereWords(model, setting) : legal.notInForce;
  const about = aboutView(setting, model, actions);
  const words = {
    label: settingName(setting),
    describedBy: `about-${key}${problem === null ? "" : ` problem-${key}`}`,
    isInvalid: problem !== null,
    isDisabled: closed !== null,
  };
  const draft = model.drafts.get(key);
  const { value } = placedValue(setting, model.target);
  const control = settingControl(setting, value, draft, words, actions.controls(setting));
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
      <h3 class="name">${categoryView(setting)}${setting.label}</h3>
      <code class="key">${key}</code>
      ${tags.map((tag) => html`<span class="tag">${oneLineText(tag)}</span>`)}
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
      deprecation === null
        ? nothing
        : html`<div class="deprecated">
            Deprecated: ${textPartsView(deprecation, actions.labelOf, actions.onSetting)}
          </div>`
    }
    ${
      schema.type === "boolean"
        ? html`<div class="control flag">${control}${about}</div>`
        : html`${about}
            <div class="control">${control}${choiceView(model, setting, actions)}</div>`
    }
    ${
      schema.type === "unsupported"
        ? html`<div class="unsupported">
            ${valueView(value)}
            <p class="quiet">It can't be edited on this page: ${schema.reason}.</p>
            ${linkButton("Edit in settings", `Edit in settings: ${words.label}`, () => {
              actions.onNative(key);
            })}
          </div>`
        : nothing
    }
    ${problem === null ? nothing : html`<div class="problem" id="problem-${key}" role="alert">${problem}</div>`}
    ${closed === null ? nothing : html`<div class="closed">${closed}</div>`}
    ${originView(model, setting, actions)}
  </div>`;
}

function categoryView({ category }: SettingView): TemplateResult | typeof nothing {
  return category === "" ? nothing : html`<span class="category">${category}: </span>`;
}

function aboutView(setting: SettingView, { settings }: SettingsModel, actions: FieldActions): TemplateResult {
  const { key, schema, description } = setting;
  // A click on the text beside a checkbox toggles it, except on links; the keyboard uses the checkbox itself.
  const press = (event: Event): void => {
    if ((event.target as Element).closest("button, a") !== null) return;
    (event.currentTarget as Element).parentElement?.querySelector<HTMLElement>("vscode-checkbox")?.click();
  };
  const parts = textPartsView(description, actions.labelOf, actions.onSetting);
  const none = description.length === 0 || partsText(description).trim() === "";
  const text = none && settings !== null ? html`<span class="quiet">No description.</span>` : parts;
  return schema.type === "boolean"
    ? html`<div class="description" id="about-${key}" @click=${press}>${text}</div>`
    : html`<div class="description" id="about-${key}">${text}</div>`;
}

/** The meaning of the selected choice. */
function choiceView(
  model: SettingsModel,
  setting: SettingView,
  actions: FieldActions,
): TemplateResult | typeof nothing {
  if (setting.schema.type !== "choice") return nothing;
  const value = shownValue(model, setting);
  const chosen = setting.schema.choices.find((choice) => choice.value === value);
  if (chosen === undefined || chosen.description.length === 0) return nothing;
  return html`<span class="quiet"
    >${textPartsView(chosen.description, actions.labelOf, actions.onSetting)}</span
  >`;
}

function valueView(value: Json): TemplateResult {
  return html`<code class="value">${oneLineText(jsonWords(value))}</code>`;
}

/** Why a setting can't be written in the shown scope. */
function elsewhereWords({ targets }: SettingsModel, setting: SettingView): string {
  const places = setting.targets.map(({ id }) => placeName(targets, id));
  return `It can only be set in ${places.join(" and ")}.`;
}

/** E.g. "Default", "Set in User", "From User". */
function originWords({ target, targets }: SettingsModel, setting: SettingView): string {
  const { from } = placedValue(setting, target);
  if (from === null) return "Default";
  return `${from === target ? "Set in" : "From"} ${placeName(targets, from)}`;
}

/** Where else a value is set, what the default is, and a link to reset; nothing if everything is at its default. */
function originView(
  model: SettingsModel,
  setting: SettingView,
  actions: FieldActions,
): TemplateResult | typeof nothing {
  const { key, defaultValue } = setting;
  const { target, targets } = model;
  const label = settingName(setting);
  const toPlaces = (places: readonly TargetId[]): TemplateResult[] =>
    places.map((place) => {
      const name = placeName(targets, place);
      const value = oneLineText(valueWords(setting, placedValue(setting, place).value));
      return linkButton(`${name}: ${value}`, `${name}: ${value}, show ${label} there`, () => {
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
    ${isAsItCame ? nothing : html`<span class="quiet">Default: ${oneLineText(valueWords(setting, defaultValue))}</span>`}
    ${
      isSet
        ? linkButton("Reset", `Reset: ${label}`, () => {
            actions.onReset(key);
          })
        : nothing
    }
    ${elsewhere.map(({ id }) => {
      const text = `Show in ${placeName(targets, id)}`;
      return linkButton(text, `${text}: ${label}`, () => {
        actions.onTarget(id, key);
      });
    })}
  </div>`;
}

function linkButton(text: string, name: string, onClick: () => void): TemplateResult {
  return html`<button class="link" type="button" aria-label=${name} @click=${onClick}>${text}</button>`;
}

function valueWords({ schema }: SettingView, value: Json): string {
  if (schema.type === "choice") {
    const chosen = schema.choices.find((choice) => choice.value === value);
    if (chosen !== undefined) return chosen.label;
  }
  if (value === null) return "no value";
  if (value === "" || (Array.isArray(value) && value.length === 0)) return "empty";
  if (typeof value === "boolean") return value ? "on" : "off";
  return typeof value === "string" ? value.slice(0, 60) : jsonWords(value);
}
