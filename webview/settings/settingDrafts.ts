// Typed text as a value, or as what is wrong with it. Uses the same check as everything else. Pure.
import { t } from "../../core/base/index.ts";
import { settingProblem, type NumberSetting, type Setting } from "../../core/settings/index.ts";
import { wantedWords, type Json, type SettingView } from "../../extension/shared/settingsEditor.ts";
import { logStops, type NumberRange } from "./sliderStops.ts";
import { unescaped } from "./escapes.ts";
import { factsOf } from "./settingFacts.ts";
import { placedValue } from "./settingPlaces.ts";
import type { SettingsModel, Draft } from "./settingsState.ts";

export type Parsed =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly problem: string };

export function parseDraft(view: Pick<SettingView, "key">, draft: Draft): Parsed {
  const { setting } = factsOf(view);
  const value = valueOfDraft(setting, draft);
  const problem = valueProblem(setting, value);
  return problem === null ? { ok: true, value } : { ok: false, problem };
}

function valueOfDraft(setting: Setting, draft: Draft): Json {
  const { kind } = setting;
  // A row without text was just added and is not an item yet.
  if (typeof draft !== "string") {
    const items = draft.filter((item) => item !== "");
    return kind === "list" && setting.hasTexts ? items.map(unescaped) : items;
  }
  if (kind === "boolean") return draft === "true" ? true : draft === "false" ? false : draft;
  if (kind !== "integer" && kind !== "number") return draft;
  if (setting.nullable && draft === NO_VALUE) return null;
  const number = draft.trim() === "" ? NaN : Number(draft);
  // Text that is not a number stays text, so that validation refuses it with the right message.
  return Number.isFinite(number) ? number : draft;
}

function valueProblem(setting: Setting, value: Json): string | null {
  const wanted = settingProblem(setting, value);
  return wanted === null ? null : wantedWords(setting, wanted);
}

const NO_VALUE = "null";

/** A value as the text of a draft. */
export function draftOf(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A draft of a number as its field shows it. */
export function typedNumber(draft: string): string {
  return draft === NO_VALUE ? "" : draft;
}

export function isNoValue(draft: string): boolean {
  return draft === NO_VALUE;
}

/** What is wrong with the field as shown, or null. */
export function problemOf(model: SettingsModel, view: SettingView): string | null {
  const { key } = view;
  const refused = model.refused.get(key);
  if (refused !== undefined) return refused;
  const draft = model.drafts.get(key);
  if (draft !== undefined) {
    const parsed = parseDraft(view, draft);
    return parsed.ok ? null : parsed.problem;
  }
  const { value } = placedValue(view, model.target);
  const problem = valueProblem(factsOf(view).setting, value);
  return problem === null ? null : t("{0} is not allowed here. {1}", jsonWords(value), problem);
}

/** The value shown: the typed one if it is valid, otherwise the saved one. */
export function shownValue({ drafts, target }: SettingsModel, view: SettingView): Json {
  const draft = drafts.get(view.key);
  const parsed = draft === undefined ? null : parseDraft(view, draft);
  return parsed?.ok === true ? parsed.value : placedValue(view, target).value;
}

/** The first value when one is set: the default if there is one, otherwise the lowest value that limits anything. */
export function firstNumber(setting: NumberSetting, defaultValue: Json): number {
  if (typeof defaultValue === "number") return defaultValue;
  const { minimum, maximum } = numberRange(setting);
  return Math.min(maximum, Math.max(1, minimum));
}

/** The range that a control offers: an excluded bound is moved by one step. */
export function numberRange(setting: NumberSetting): NumberRange {
  const { kind, minimum, exclusiveMinimum = 0, maximum, logFrom, default: preset } = setting;
  const span = maximum - (minimum ?? exclusiveMinimum);
  const step = kind === "integer" ? 1 : span <= 1 ? 0.01 : 0.05;
  const range = { minimum: minimum ?? exclusiveMinimum + step, maximum, step };
  if (logFrom === undefined || preset === null) return range;
  return {
    ...range,
    // Finer values than a linear slider has can be typed, too.
    step: kind === "integer" ? 1 : logFrom,
    stops: logStops(range, logFrom),
    marks: [{ value: preset, words: t("default, and the paper's value") }],
  };
}

/** As in a settings file, shortened. */
export function jsonWords(value: Json): string {
  const text = JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}
