// What is typed into a field, as a value or as what is wrong with it. One check with the extension's: valueProblem.
// Pure; it must not know the DOM.
import {
  valueProblem,
  type Json,
  type NumberSchema,
  type SettingSchema,
} from "../extension/protocol/settingSchema.ts";
import type { SettingView } from "../extension/protocol/settingsEditor.ts";
import { placedValue } from "./settingPlaces.ts";
import type { SettingsModel } from "./settingsModel.ts";

/** The text of a field, or the rows of a list as they stand in it. */
export type Draft = string | readonly string[];

export type Parsed =
  { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly problem: string };

export function parseDraft(schema: SettingSchema, draft: Draft): Parsed {
  const value = valueOfDraft(schema, draft);
  const problem = valueProblem(schema, value);
  return problem === null ? { ok: true, value } : { ok: false, problem };
}

function valueOfDraft(schema: SettingSchema, draft: Draft): Json {
  // A row without text is one that was just added: it is no item yet.
  if (typeof draft !== "string") return draft.filter((item) => item !== "");
  if (schema.type !== "integer" && schema.type !== "number") return draft;
  const number = draft.trim() === "" ? NaN : Number(draft);
  // What is no number is no value at all: the text itself is refused with the right words.
  return Number.isFinite(number) ? number : draft;
}

/** What is wrong with a field as it is shown; null: nothing. */
export function problemOf(model: SettingsModel, setting: SettingView): string | null {
  const { key, schema } = setting;
  const refused = model.refused.get(key);
  if (refused !== undefined) return refused;
  const draft = model.drafts.get(key);
  if (draft !== undefined) {
    const parsed = parseDraft(schema, draft);
    return parsed.ok ? null : parsed.problem;
  }
  if (schema.type === "unsupported") return null;
  const { value, isDefault } = placedValue(setting, model.target);
  // A default need not fit: an empty text may stand for "none chosen yet".
  const problem = isDefault ? null : valueProblem(schema, value);
  return problem === null ? null : `${jsonWords(value)} is not allowed here. ${problem}`;
}

/** The value shown: what is typed where it fits, else what is kept. */
export function shownValue({ drafts, target }: SettingsModel, setting: SettingView): Json {
  const draft = drafts.get(setting.key);
  const parsed = draft === undefined ? null : parseDraft(setting.schema, draft);
  return parsed?.ok === true ? parsed.value : placedValue(setting, target).value;
}

/** Where a value begins that was none before: a default that is one, else the lowest that limits anything. */
export function firstNumber(schema: NumberSchema, defaultValue: Json): number {
  if (typeof defaultValue === "number") return defaultValue;
  const { minimum, maximum, step } = numberRange(schema);
  const first = Math.min(maximum ?? Infinity, Math.max(1, minimum ?? 1));
  return valueProblem(schema, first) === null ? first : Math.ceil(first / step) * step;
}

/** The ends that a control offers: a bound that does not fit itself is left by one step. */
export function numberRange(schema: NumberSchema): {
  readonly minimum: number | null;
  readonly maximum: number | null;
  readonly step: number;
} {
  const { lower, upper } = schema;
  const step = numberStep(schema);
  return {
    minimum: lower === null ? null : lower.value + (lower.isExclusive ? step : 0),
    maximum: upper === null ? null : upper.value - (upper.isExclusive ? step : 0),
    step,
  };
}

function numberStep({ type, lower, upper, multipleOf }: NumberSchema): number {
  if (multipleOf !== null) return multipleOf;
  if (type === "integer") return 1;
  return lower !== null && upper !== null && upper.value - lower.value <= 1 ? 0.01 : 0.05;
}

/** As a settings file would write it, shortened. */
export function jsonWords(value: Json): string {
  const text = JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}
