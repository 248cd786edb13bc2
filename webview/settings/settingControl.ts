// The control of one setting, chosen by the type of its value. Reports what is typed and what is to be saved.
import { html, nothing, type TemplateResult } from "lit";
import type { Json } from "../../extension/shared/settingSchema.ts";
import type { SettingView } from "../../extension/shared/settingsEditor.ts";
import { unreachable } from "../../core/base/index.ts";
import {
  checkbox,
  dropdown,
  numberField,
  textField,
  type ControlWords,
  type TextEvents,
} from "./controls.ts";
import { firstNumber, jsonWords, numberRange, parseDraft } from "./settingDrafts.ts";
import type { Draft } from "./settingsState.ts";
import { isEqual } from "./settingPlaces.ts";
import { oneLineText } from "../../core/trace/index.ts";
import { listControl } from "./listControl.ts";

export interface ControlActions {
  /** Called while typing. */
  readonly onDraft: (draft: Draft) => void;
  /** Called with a valid value to save. */
  readonly onValue: (value: Json) => void;
}

/** @param value the value in the shown scope @param draft what is being typed, if anything */
export function settingControl(
  setting: SettingView,
  value: Json,
  draft: Draft | undefined,
  words: ControlWords,
  actions: ControlActions,
): TemplateResult | typeof nothing {
  const { schema, defaultValue } = setting;
  const typed = typeof draft === "string" ? draft : undefined;
  /** Saves typed text when it is complete and valid. */
  const done = (text: Draft): void => {
    actions.onDraft(text);
    const parsed = parseDraft(schema, text);
    if (parsed.ok && !isEqual(parsed.value, value)) actions.onValue(parsed.value);
  };
  const events: TextEvents = { onInput: actions.onDraft, onChange: done };
  switch (schema.type) {
    case "boolean":
      return checkbox(words, value === true, actions.onValue);
    case "choice": {
      const at = schema.choices.findIndex((choice) => choice.value === value);
      const labels = schema.choices.map(({ label }) => label);
      return dropdown(words, labels, at, oneLineText(jsonWords(value)), (chosen) => {
        const choice = schema.choices[chosen];
        if (choice !== undefined) actions.onValue(choice.value);
      });
    }
    case "integer":
    case "number":
      return orNone(
        schema.nullable,
        firstNumber(schema, defaultValue),
        value,
        typed,
        words,
        actions,
        (shown) => numberField(shown, numberRange(schema), typed ?? numberText(value), events),
      );
    case "text":
      return orNone(schema.nullable, "", value, typed, words, actions, (shown) =>
        textField(shown, typed ?? (typeof value === "string" ? value : ""), schema.hasLines, events),
      );
    case "list":
      return listControl(schema, rowsOf(value, draft), words, actions.onDraft, done);
    case "unsupported":
      return nothing;
    default:
      return unreachable(schema);
  }
}

/** If the value may be null, a checkbox before the field says whether there is one. */
function orNone(
  nullable: boolean,
  first: Json,
  value: Json,
  typed: string | undefined,
  words: ControlWords,
  { onValue }: ControlActions,
  field: (words: ControlWords) => TemplateResult,
): TemplateResult {
  if (!nullable) return field(words);
  const hasValue = value !== null || typed !== undefined;
  const box = { ...words, isInvalid: false };
  return html`${checkbox(
    box,
    hasValue,
    (isOn) => {
      onValue(isOn ? first : null);
    },
    "Set a value",
  )}${field({ ...words, isDisabled: words.isDisabled || !hasValue })}`;
}

function numberText(value: Json): string {
  return typeof value === "number" ? String(value) : "";
}

function rowsOf(value: Json, draft: Draft | undefined): readonly string[] {
  if (draft !== undefined && typeof draft !== "string") return draft;
  const list: readonly Json[] = Array.isArray(value) ? value : [];
  return list.map((item) => (typeof item === "string" ? item : jsonWords(item)));
}
