// The form controls of the settings editor, and the only file that knows where they come from: the toolkit's
// for choices and flags, native inputs for texts, numbers and sliders, whose accessible names the toolkit
// can't set.
import { t } from "../../core/base/index.ts";
import {
  provideVSCodeDesignSystem,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
} from "@vscode/webview-ui-toolkit";
import { nothing, type TemplateResult } from "lit";
import { html, svg } from "../page/html.ts";
import { live } from "lit/directives/live.js";
import { nearestStop, type NumberRange } from "./sliderStops.ts";

/** Registers the toolkit's elements; once per page. */
export function registerControls(): void {
  provideVSCodeDesignSystem().register(vsCodeCheckbox(), vsCodeDropdown(), vsCodeOption());
}

/** Accessible texts of a control. */
export interface ControlWords {
  readonly label: string;
  /** Ids of the description and error elements, for `aria-describedby`. */
  readonly describedBy: string;
  readonly isInvalid: boolean;
  readonly isDisabled: boolean;
}

export interface TextEvents {
  /** Called while typing or dragging. */
  readonly onInput: (text: string) => void;
  /** Called when the change is complete. */
  readonly onChange: (text: string) => void;
}

interface Valued {
  readonly value: string;
}

/** @param text the label beside the box, or empty. The toolkit names the box by all text in it. */
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
      // The toolkit also fires the event for changes made by the page.
      if (checked !== isOn) onChange(checked);
    }}
    >${text}<span class="sr-only">${text === "" ? label : ` (${label})`}</span></vscode-checkbox
  >`;
}

/** @param at index of the selected choice; -1 if the value is not one of them: then `other` is shown */
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

export function textField(
  { label, describedBy, isInvalid, isDisabled }: ControlWords,
  text: string,
  events: TextEvents,
  hasLines = false,
): TemplateResult {
  const { input, change } = listeners(events);
  if (hasLines)
    return html`<textarea
      rows="4"
      spellcheck="false"
      aria-label=${label}
      aria-describedby=${describedBy}
      aria-invalid=${String(isInvalid)}
      .value=${live(text)}
      ?disabled=${isDisabled}
      @input=${input}
      @change=${change}
    ></textarea>`;
  return html`<input
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

/** The most slider positions that can still be set one by one. */
const SLIDER_PLACES = 200;

/** A number field, with a slider before it if the range is small enough. */
export function numberField(
  { label, describedBy, isInvalid, isDisabled }: ControlWords,
  range: NumberRange,
  text: string,
  events: TextEvents,
): TemplateResult {
  const { minimum, maximum, step, stops } = range;
  const { input, change } = listeners(events);
  const hasSlider = (maximum - minimum) / step <= SLIDER_PLACES;
  return html`${
      stops !== undefined
        ? stoppingSlider(label, isDisabled, stops, range.marks ?? [], text, events)
        : hasSlider
          ? slider(label, isDisabled, { minimum, maximum, step, value: text }, events)
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

/** A range input. `valueText` is announced instead of the number; its class is then "stops". */
function slider(
  label: string,
  isDisabled: boolean,
  range: {
    readonly minimum: number;
    readonly maximum: number;
    readonly step: number;
    readonly value: string;
    readonly valueText?: string;
  },
  events: TextEvents,
): TemplateResult {
  const { input, change } = listeners(events);
  return html`<input
    class=${range.valueText === undefined ? nothing : "stops"}
    type="range"
    aria-label="${label}, slider"
    aria-valuetext=${range.valueText ?? nothing}
    min=${range.minimum}
    max=${range.maximum}
    step=${range.step}
    .value=${live(range.value)}
    ?disabled=${isDisabled}
    @input=${input}
    @change=${change}
  />`;
}

/** A slider over the numbers of the stops, since their distances differ. */
function stoppingSlider(
  label: string,
  isDisabled: boolean,
  stops: readonly number[],
  marks: NonNullable<NumberRange["marks"]>,
  text: string,
  { onInput, onChange }: TextEvents,
): TemplateResult {
  const last = stops.length - 1;
  const at = text === "" ? 0 : nearestStop(stops, Number(text));
  const valueAt = (place: string): string => String(stops[Number(place)]!);
  const places = {
    minimum: 0,
    maximum: last,
    step: 1,
    value: String(at),
    valueText: text === "" ? t("no value") : text,
  };
  const events: TextEvents = {
    onInput: (place) => {
      onInput(valueAt(place));
    },
    onChange: (place) => {
      onChange(valueAt(place));
    },
  };
  return html`<span class="slider"
    >${slider(label, isDisabled, places, events)}<svg
      class="slider-marks"
      viewBox="0 0 100 6"
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      ${marks.map(({ value, words }) => {
        const x = (100 * nearestStop(stops, value)) / last;
        return svg`<line x1=${x} x2=${x} y1="0" y2="6"><title>${words}</title></line>`;
      })}</svg
    ><span class="slider-words quiet"
      >${marks.map(({ value, words }) => `▴ ${value}: ${words}`).join(" · ")}</span
    ></span
  >`;
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
