// The settings editor: a field for each setting, with value, default and scope, and the what-if beside them. A change is
// sent as it is made; what does not fit is said at the field and not sent. It must not know where settings are kept.
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type {
  FromSettingsEditor,
  SettingView,
  ToSettingsEditor,
} from "../extension/protocol/settingsEditor.ts";
import { unreachable } from "../server/laser/index.ts";
import { checkbox, dropdown, numberField, textField, type ControlWords } from "./controls.ts";
import type { WebviewHost } from "./host.ts";
import {
  groupSettings,
  NO_SETTINGS,
  parseNumber,
  problemOf,
  reduceSettings,
  scopeWords,
  settingLabel,
  whatIfSettings,
  withTyped,
  type SettingsModel,
  type SettingValue,
} from "./settingsModel.ts";
import { whatIfView } from "./views/whatIf.ts";

export class LaserSettings extends LitElement {
  static override properties = { model: { state: true } };
  declare model: SettingsModel;

  constructor(private readonly host: WebviewHost<FromSettingsEditor>) {
    super();
    this.model = NO_SETTINGS;
  }

  /** Takes one message of the extension. */
  take(message: ToSettingsEditor): void {
    this.model = reduceSettings(this.model, message);
  }

  /** In the page's own tree: its style sheet applies. */
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { settings, trace } = this.model;
    if (settings === null) return nothing;
    return html`<main>
      <div>
        <h1>LASER settings</h1>
        ${groupSettings(settings).map(
          (group) =>
            html`<h2>${group.title}</h2>
              ${repeat(
                group.settings,
                ({ key }) => key,
                (setting) => this.field(setting),
              )}`,
        )}
      </div>
      ${whatIfView(trace, whatIfSettings(this.model))}
    </main>`;
  }

  private field(setting: SettingView): TemplateResult {
    const { key, description, schema, scope, defaultValue } = setting;
    const problem = problemOf(this.model, setting);
    const isSet = scope !== "default";
    return html`<div
      class="field ${isSet ? "modified" : ""}"
      role="group"
      aria-label=${settingLabel(key)}
      aria-describedby=${describedBy(key, problem)}
      data-key=${key}
    >
      <div class="head">
        <span class="name">${settingLabel(key)}</span>
        <code class="scope">${key}</code>
        <span class="scope">${scopeWords(scope)}</span>
      </div>
      ${
        // The text beside a box belongs to it: a press on it counts.
        schema.type === "boolean"
          ? nothing
          : html`<div class="description" id="about-${key}">${description}</div>`
      }
      <div class="control">${this.control(setting, problem)}</div>
      ${problem === null ? nothing : html`<div class="problem" id="problem-${key}" role="alert">${problem}</div>`}
      <div class="links">
        <span class="quiet">Default: ${valueWords(defaultValue)}</span>
        ${
          isSet
            ? html`<button
                class="link"
                type="button"
                aria-label="Reset: ${settingLabel(key)}"
                @click=${() => {
                  this.change(key, null);
                }}
              >
                Reset
              </button>`
            : nothing
        }
        <button
          class="link"
          type="button"
          aria-label="Show in settings: ${settingLabel(key)}"
          @click=${() => {
            this.host.post({ kind: "openNative", key });
          }}
        >
          Show in settings
        </button>
      </div>
    </div>`;
  }

  private control(setting: SettingView, problem: string | null): TemplateResult {
    const { key, description, schema, value } = setting;
    const words = {
      label: settingLabel(key),
      describedBy: describedBy(key, problem),
      isInvalid: problem !== null,
    };
    switch (schema.type) {
      case "boolean":
        return checkbox(description, value === true, (isOn) => {
          this.change(key, isOn);
        });
      case "choice": {
        const shown = String(value);
        const chosen = schema.choices.find((choice) => choice.value === shown);
        const names = schema.choices.map((choice) => choice.value);
        return html`${dropdown(words, names, shown, (choice) => {
            if (choice !== shown) this.change(key, choice);
          })}<span class="quiet">${chosen?.description ?? ""}</span>`;
      }
      case "integer":
      case "number":
        return this.numberControl(setting, schema, words);
      case "text":
        return textField(words, String(value ?? ""), (text) => {
          this.change(key, text);
        });
      default:
        return unreachable(schema);
    }
  }

  private numberControl(
    { key, value }: SettingView,
    schema: Extract<SettingView["schema"], { readonly minimum: number }>,
    words: ControlWords,
  ): TemplateResult {
    const isOff = value === null && !this.model.typed.has(key);
    const text = this.model.typed.get(key) ?? (value === null ? "" : String(value));
    const field = numberField(
      words,
      schema,
      text,
      (typed) => {
        this.model = withTyped(this.model, key, typed);
      },
      (typed) => {
        this.model = withTyped(this.model, key, typed);
        const parsed = parseNumber(schema, typed);
        if (parsed.ok && parsed.value !== value) this.change(key, parsed.value);
      },
      isOff,
    );
    if (!schema.nullable) return field;
    // A limit that is switched on begins at its lowest value that limits anything.
    const first = Math.min(schema.maximum, Math.max(1, schema.minimum));
    return html`${checkbox(`Limit ${words.label.toLowerCase()}`, !isOff, (isOn) => {
      this.change(key, isOn ? first : null);
    })}${field}`;
  }

  private change(key: string, value: SettingValue): void {
    this.host.post({ kind: "change", key, value });
  }
}

function describedBy(key: string, problem: string | null): string {
  return problem === null ? `about-${key}` : `about-${key} problem-${key}`;
}

function valueWords(value: SettingValue): string {
  if (value === null) return "no limit";
  if (value === "") return "none";
  if (typeof value === "boolean") return value ? "on" : "off";
  return String(value);
}

customElements.define("laser-settings", LaserSettings);
