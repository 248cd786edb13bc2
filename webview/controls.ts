// The form controls of the settings editor, the only place that knows where they come from: the toolkit's for choices,
// flags, texts and buttons, native inputs for numbers and sliders, which it lacks. A control shows a value and tells of
// changes; it must not know settings.
import {
  provideVSCodeDesignSystem,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeTextField,
} from "@vscode/webview-ui-toolkit";
import { html, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";

/** Registers the toolkit's elements; once a page. */
export function registerControls(): void {
  provideVSCodeDesignSystem().register(vsCodeCheckbox(), vsCodeDropdown(), vsCodeOption(), vsCodeTextField());
}

export interface NumberBounds {
  readonly minimum: number;
  readonly maximum: number;
  readonly step: number;
}

/** What a control says beside its value. */
export interface ControlWords {
  readonly label: string;
  /** Ids of the elements that say what the value does and what is wrong with it, as `aria-describedby` wants them. */
  readonly describedBy: string;
  readonly isInvalid: boolean;
}

interface Valued {
  readonly value: string;
}

export function checkbox(label: string, isOn: boolean, onChange: (isOn: boolean) => void): TemplateResult {
  return html`<vscode-checkbox
    .checked=${live(isOn)}
    @change=${(event: Event) => {
      const { checked } = event.target as unknown as { readonly checked: boolean };
      // The toolkit tells of changes made by the page as well.
      if (checked !== isOn) onChange(checked);
    }}
    >${label}</vscode-checkbox
  >`;
}

export function dropdown(
  { label, describedBy, isInvalid }: ControlWords,
  choices: readonly string[],
  value: string,
  onChange: (value: string) => void,
): TemplateResult {
  return html`<vscode-dropdown
    aria-label=${label}
    aria-describedby=${describedBy}
    aria-invalid=${String(isInvalid)}
    current-value=${value}
    .value=${live(value)}
    @change=${(event: Event) => {
      onChange((event.target as unknown as Valued).value);
    }}
    >${choices.map(
      (choice) =>
        html`<vscode-option value=${choice} ?selected=${choice === value}>${choice}</vscode-option>`,
    )}</vscode-dropdown
  >`;
}

export function textField(
  { label }: ControlWords,
  value: string,
  onChange: (value: string) => void,
): TemplateResult {
  return html`<vscode-text-field
    aria-label=${label}
    .value=${live(value)}
    @change=${(event: Event) => {
      const changed = (event.target as unknown as Valued).value;
      if (changed !== value) onChange(changed);
    }}
  ></vscode-text-field>`;
}

/**
 * A number field, with a slider before it where the range is one that a hand can set.
 * @param onInput while it is being typed or moved, as text @param onChange when it is done
 */
export function numberField(
  { label, describedBy, isInvalid }: ControlWords,
  { minimum, maximum, step }: NumberBounds,
  text: string,
  onInput: (text: string) => void,
  onChange: (text: string) => void,
  isDisabled: boolean,
): TemplateResult {
  const input = (event: Event): void => {
    onInput((event.target as HTMLInputElement).value);
  };
  const change = (event: Event): void => {
    onChange((event.target as HTMLInputElement).value);
  };
  const hasSlider = (maximum - minimum) / step <= 200;
  return html`${
      hasSlider
        ? html`<input
            type="range"
            aria-label="${label}, slider"
            min=${minimum}
            max=${maximum}
            step=${step}
            .value=${live(text)}
            ?disabled=${isDisabled}
            @input=${input}
            @change=${change}
          />`
        : nothing
    }<input
      type="number"
      aria-label=${label}
      aria-invalid=${String(isInvalid)}
      aria-describedby=${describedBy}
      min=${minimum}
      max=${maximum}
      step=${step}
      .value=${live(text)}
      ?disabled=${isDisabled}
      @input=${input}
      @change=${change}
    />`;
}
