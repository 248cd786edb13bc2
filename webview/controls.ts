// The form controls of the settings editor, the only place that knows where they come from: the toolkit's for choices and
// flags, native inputs for texts, numbers and sliders, whose words the toolkit's would not reach. A control shows a value
// and tells of changes; it must not know settings.
import {
  provideVSCodeDesignSystem,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
} from "@vscode/webview-ui-toolkit";
import { html, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";

/** Registers the toolkit's elements; once a page. */
export function registerControls(): void {
  provideVSCodeDesignSystem().register(vsCodeCheckbox(), vsCodeDropdown(), vsCodeOption());
}

/** What a control says beside its value. */
export interface ControlWords {
  readonly label: string;
  /** Ids of the elements that say what the value does and what is wrong with it, as `aria-describedby` wants them. */
  readonly describedBy: string;
  readonly isInvalid: boolean;
  readonly isDisabled: boolean;
}

export interface TextEvents {
  /** While it is being typed or moved. */
  readonly onInput: (text: string) => void;
  /** When it is done. */
  readonly onChange: (text: string) => void;
}

interface Valued {
  readonly value: string;
}

/** @param text stands beside the box; empty where other words do. The toolkit names the box by all words in it. */
export function checkbox(
  { label, describedBy, isInvalid, isDisabled }: ControlWords,
  isOn: boolean,
  onChange: (isOn: boolean) => void,
  text = "",
): TemplateResult {
  return html`<vscode-checkbox
    aria-describedby=${describedBy}
    aria-invalid=${String(isInvalid)}
    .checked=${live(isOn)}
    ?disabled=${isDisabled}
    @change=${(event: Event) => {
      const { checked } = event.target as unknown as { readonly checked: boolean };
      // The toolkit tells of changes made by the page as well.
      if (checked !== isOn) onChange(checked);
    }}
    >${text}<span class="sr-only">${text === "" ? label : ` (${label})`}</span></vscode-checkbox
  >`;
}

/** @param at the position of the chosen one; -1 where the value is none of them, which `other` then names */
export function dropdown(
  { label, describedBy, isInvalid, isDisabled }: ControlWords,
  choices: readonly string[],
  at: number,
  other: string,
  onChange: (at: number) => void,
): TemplateResult {
  return html`<vscode-dropdown
    aria-label=${label}
    aria-describedby=${describedBy}
    aria-invalid=${String(isInvalid)}
    ?disabled=${isDisabled}
    current-value=${String(at)}
    .value=${live(String(at))}
    @change=${(event: Event) => {
      const chosen = Number((event.target as unknown as Valued).value);
      if (chosen !== at && chosen >= 0) onChange(chosen);
    }}
    >${at < 0 ? html`<vscode-option value="-1" selected>${other}</vscode-option>` : nothing}${choices.map(
      (choice, place) =>
        html`<vscode-option value=${String(place)} ?selected=${place === at}>${choice}</vscode-option>`,
    )}</vscode-dropdown
  >`;
}

/** A text field; several lines where it `hasLines`. */
export function textField(
  { label, describedBy, isInvalid, isDisabled }: ControlWords,
  text: string,
  hasLines: boolean,
  events: TextEvents,
): TemplateResult {
  const { input, change } = listeners(events);
  return hasLines
    ? html`<textarea
        rows="3"
        aria-label=${label}
        aria-describedby=${describedBy}
        aria-invalid=${String(isInvalid)}
        .value=${live(text)}
        ?disabled=${isDisabled}
        @input=${input}
        @change=${change}
      ></textarea>`
    : html`<input
        type="text"
        spellcheck="false"
        aria-label=${label}
        aria-describedby=${describedBy}
        aria-invalid=${String(isInvalid)}
        .value=${live(text)}
        ?disabled=${isDisabled}
        @input=${input}
        @change=${change}
      />`;
}

export interface NumberRange {
  /** null: without end. */
  readonly minimum: number | null;
  readonly maximum: number | null;
  readonly step: number;
}

/** The most places of a slider that a hand can still set one by one. */
const SLIDER_PLACES = 200;

/** A number field, with a slider before it where there is a range that a hand can set. */
export function numberField(
  { label, describedBy, isInvalid, isDisabled }: ControlWords,
  { minimum, maximum, step }: NumberRange,
  text: string,
  events: TextEvents,
): TemplateResult {
  const { input, change } = listeners(events);
  const hasSlider = minimum !== null && maximum !== null && (maximum - minimum) / step <= SLIDER_PLACES;
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
      min=${minimum ?? nothing}
      max=${maximum ?? nothing}
      step=${step}
      .value=${live(text)}
      ?disabled=${isDisabled}
      @input=${input}
      @change=${change}
    />`;
}

function listeners({ onInput, onChange }: TextEvents): {
  readonly input: (event: Event) => void;
  readonly change: (event: Event) => void;
} {
  return {
    input: (event) => {
      onInput((event.target as unknown as Valued).value);
    },
    change: (event) => {
      onChange((event.target as unknown as Valued).value);
    },
  };
}
