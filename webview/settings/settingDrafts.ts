// Typed text as a value, or as what is wrong with it. Uses the same check as the extension: valueProblem.
// Pure.
import {
  valueProblem,
  type Json,
  type NumberSchema,
  type SettingSchema,
} from "../../extension/shared/settingSchema.ts";
import type { SettingView } from "../../extension/shared/settingsEditor.ts";
import { placedValue } from "./settingPlaces.ts";
import type { SettingsModel, Draft } from "./settingsState.ts";

export type Parsed =
  { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly problem: string };

export function parseDraft(schema: SettingSchema, draft: Draft): Parsed {
  const value = valueOfDraft(schema, draft);
  const problem = valueProblem(schema, value);
  return problem === null ? { ok: true, value } : { ok: false, problem };
}

function valueOfDraft(schema: SettingSchema, draft: Draft): Json {
  // A row without text was just added and is not an item yet.
  if (typeof draft !== "string") return draft.filter((item) => item !== "");
  if (schema.type !== "integer" && schema.type !== "number") return draft;
  const number = draft.trim() === "" ? NaN : Number(draft);
  // Text that is not a number stays text, so that validation refuses it with the right message.
  return Number.isFinite(number) ? number : draft;
}

/** What is wrong with the field as shown, or null. */
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
  // A default may be invalid: an empty text can mean "none chosen yet".
  const problem = isDefault ? null : valueProblem(schema, value);
  return problem === null ? null : `${jsonWords(value)} is not allowed here. ${problem}`;
}

/** The value shown: the typed one if it is valid, otherwise the saved one. */
export function shownValue({ drafts, target }: SettingsModel, setting: SettingView): Json {
  const draft = drafts.get(setting.key);
  const parsed = draft === undefined ? null : parseDraft(setting.schema, draft);
  return parsed?.ok === true ? parsed.value : placedValue(setting, target).value;
}

/** The first value when one is set: the default if there is one, otherwise the lowest value that limits anything. */
export function firstNumber(schema: NumberSchema, defaultValue: Json): number {
  if (typeof defaultValue === "number") return defaultValue;
  const { minimum, maximum, step } = numberRange(schema);
  const first = Math.min(maximum ?? Infinity, Math.max(1, minimum ?? 1));
  return valueProblem(schema, first) === null ? first : Math.ceil(first / step) * step;
}

/** The range that a control offers: an exclusive bound is moved by one step. */
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

/** As in a settings file, shortened. */
export function jsonWords(value: Json): string {
  const text = JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}
