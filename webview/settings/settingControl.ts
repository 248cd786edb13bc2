// The control of one setting, chosen by the type of its value. Reports what is typed and what is to be saved.
import type { TemplateResult } from "lit";
import { html } from "../page/html.ts";
import type { Json, SettingView } from "../../extension/shared/settingsEditor.ts";
import { unreachable, t } from "../../core/base/index.ts";
import type { ListSetting } from "../../core/settings/index.ts";
import {
  checkbox,
  dropdown,
  numberField,
  textField,
  type ControlWords,
  type TextEvents,
} from "./controls.ts";
import { escaped } from "./escapes.ts";
import { firstNumber, isNoValue, jsonWords, numberRange, parseDraft, typedNumber } from "./settingDrafts.ts";
import { factsOf } from "./settingFacts.ts";
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

/**
 * @param value the value in the shown scope @param draft what is being typed, if anything @param unusable choices that can't
 * work on this machine
 */
export function settingControl(
  view: SettingView,
  value: Json,
  draft: Draft | undefined,
  words: ControlWords,
  actions: ControlActions,
  unusable: Readonly<Record<string, string>> = {},
): TemplateResult {
  const { setting } = factsOf(view);
  const typed = typeof draft === "string" ? draft : undefined;
  /** Saves typed text when it is complete and valid. */
  const done = (text: Draft): void => {
    actions.onDraft(text);
    const parsed = parseDraft(view, text);
    if (parsed.ok && !isEqual(parsed.value, value)) actions.onValue(parsed.value);
  };
  const events: TextEvents = { onInput: actions.onDraft, onChange: done };
  switch (setting.kind) {
    case "boolean":
      return checkbox(words, typed === undefined ? value === true : typed === "true", actions.onValue);
    case "choice": {
      const choices = Object.keys(setting.choices);
      const at = choices.findIndex((choice) => choice === (typed ?? value));
      const labels = choices.map((choice) =>
        Object.hasOwn(unusable, choice) ? t("{0} (not usable here)", choice) : choice,
      );
      return dropdown(words, labels, at, oneLineText(jsonWords(value)), (chosen) => {
        const choice = choices[chosen];
        if (choice !== undefined) actions.onValue(choice);
      });
    }
    case "integer":
    case "number":
      return orNone(
        setting.nullable,
        firstNumber(setting, view.defaultValue),
        value,
        typed,
        words,
        actions,
        (shown) =>
          numberField(
            shown,
            numberRange(setting),
            typed === undefined ? numberText(value) : typedNumber(typed),
            events,
          ),
      );
    case "text":
      return textField(
        words,
        typed ?? (typeof value === "string" ? value : ""),
        events,
        setting.hasLines === true,
      );
    case "list":
      return listControl(setting, rowsOf(setting, value, draft), words, actions.onDraft, done);
    default:
      return unreachable(setting);
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
  const hasValue = typed === undefined ? value !== null : !isNoValue(typed);
  const box = { ...words, isInvalid: false };
  return html`${checkbox(
    box,
    hasValue,
    (isOn) => {
      onValue(isOn ? first : null);
    },
    t("Set a value"),
  )}${field({ ...words, isDisabled: words.isDisabled || !hasValue })}`;
}

function numberText(value: Json): string {
  return typeof value === "number" ? String(value) : "";
}

function rowsOf({ hasTexts }: ListSetting, value: Json, draft: Draft | undefined): readonly string[] {
  if (draft !== undefined && typeof draft !== "string") return draft;
  const list: readonly Json[] = Array.isArray(value) ? value : [];
  return list.map((item) => (typeof item !== "string" ? jsonWords(item) : hasTexts ? escaped(item) : item));
}
