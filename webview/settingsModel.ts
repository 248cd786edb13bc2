// What the settings editor shows, as one value: the settings in force, the texts being typed, what was refused.
// Pure; it must not know the DOM nor where settings are kept.
import type {
  SettingScope,
  SettingView,
  ToSettingsEditor,
  WhatIfSettings,
} from "../extension/protocol/settingsEditor.ts";
import { isStrategy, unreachable } from "../server/laser/index.ts";
import { DEFAULT_SETTINGS } from "../server/protocol/settings.ts";
import type { Trace } from "../server/trace/index.ts";

export type SettingValue = SettingView["value"];

export interface SettingsModel {
  /** null until they came. */
  readonly settings: readonly SettingView[] | null;
  readonly trace: Trace | null;
  /** What is shown but not (yet) in force: a slider on its way, a number that does not fit. */
  readonly typed: ReadonlyMap<string, string>;
  /** Why the extension refused a change. */
  readonly refused: ReadonlyMap<string, string>;
}

export const NO_SETTINGS: SettingsModel = {
  settings: null,
  trace: null,
  typed: new Map(),
  refused: new Map(),
};

export function reduceSettings(model: SettingsModel, message: ToSettingsEditor): SettingsModel {
  switch (message.kind) {
    case "settings": {
      // A value that changed elsewhere goes before what was typed here.
      const before = new Map(model.settings?.map(({ key, value }) => [key, value]));
      const changed = message.settings.filter(({ key, value }) => before.get(key) !== value);
      return {
        ...model,
        settings: message.settings,
        typed: without(model.typed, changed),
        refused: without(model.refused, changed),
      };
    }
    case "trace":
      return { ...model, trace: message.trace };
    case "refused":
      return { ...model, refused: new Map(model.refused).set(message.key, message.reason) };
    default:
      return unreachable(message);
  }
}

/** A text is being typed into a field. */
export function withTyped(model: SettingsModel, key: string, text: string): SettingsModel {
  const refused = new Map(model.refused);
  refused.delete(key);
  return { ...model, typed: new Map(model.typed).set(key, text), refused };
}

/** A text as the value of a number setting, or what is wrong with it. */
export function parseNumber(
  schema: SettingView["schema"],
  text: string,
): { readonly ok: true; readonly value: number } | { readonly ok: false; readonly problem: string } {
  if (schema.type !== "integer" && schema.type !== "number") throw new Error("not a number setting");
  const { minimum, maximum, type } = schema;
  const value = text.trim() === "" ? NaN : Number(text);
  const fits = value >= minimum && value <= maximum && (type === "number" || Number.isInteger(value));
  const wanted = `a ${type === "integer" ? "whole number" : "number"} from ${minimum} to ${maximum}`;
  return fits ? { ok: true, value } : { ok: false, problem: `Enter ${wanted}.` };
}

/** What is wrong with a field as it is shown; null: nothing. */
export function problemOf({ typed, refused }: SettingsModel, { key, schema }: SettingView): string | null {
  const text = typed.get(key);
  if (text !== undefined && (schema.type === "integer" || schema.type === "number")) {
    const parsed = parseNumber(schema, text);
    if (!parsed.ok) return parsed.problem;
  }
  return refused.get(key) ?? null;
}

/** The value shown: what is typed where it fits, else what is in force. */
export function shownValue({ typed }: SettingsModel, { key, schema, value }: SettingView): SettingValue {
  const text = typed.get(key);
  if (text === undefined || (schema.type !== "integer" && schema.type !== "number")) return value;
  const parsed = parseNumber(schema, text);
  return parsed.ok ? parsed.value : value;
}

/** What the what-if judges under: the values shown, whether saved or not. */
export function whatIfSettings(model: SettingsModel): WhatIfSettings {
  const values = new Map(
    model.settings?.map((setting) => [setting.key.replace(/^laser\./, ""), shownValue(model, setting)]),
  );
  const numberOr = <Preset>(key: string, preset: Preset): number | Preset => {
    const value = values.get(key);
    return typeof value === "number" ? value : preset;
  };
  const strategy = values.get("strategy");
  const endOfText = values.get("guards.endOfText");
  const { guards } = DEFAULT_SETTINGS;
  return {
    strategy: typeof strategy === "string" && isStrategy(strategy) ? strategy : DEFAULT_SETTINGS.strategy,
    relaxed: {
      kind: "relaxed",
      topK: numberOr("relaxed.topK", 2),
      minProbability: numberOr("relaxed.minProbability", 0.1),
    },
    guards: {
      endOfText: typeof endOfText === "boolean" ? endOfText : guards.endOfText,
      maxConsecutiveRelaxed: numberOr("guards.maxConsecutiveRelaxed", null),
      maxNatsGivenUp: numberOr("guards.maxNatsGivenUp", null),
    },
  };
}

const GROUPS: readonly (readonly [prefix: string, title: string])[] = [
  ["relaxed.", "Relaxed verification"],
  ["guards.", "Guards"],
  ["sampling.", "Sampling"],
];

/** The settings under their headings, in the order in which they came. */
export function groupSettings(
  settings: readonly SettingView[],
): { readonly title: string; readonly settings: readonly SettingView[] }[] {
  const titleOf = ({ key }: SettingView): string =>
    GROUPS.find(([prefix]) => key.replace(/^laser\./, "").startsWith(prefix))?.[1] ?? "Generation";
  const titles = ["Generation", ...GROUPS.map(([, title]) => title)];
  return titles
    .map((title) => ({ title, settings: settings.filter((setting) => titleOf(setting) === title) }))
    .filter((group) => group.settings.length > 0);
}

/** E.g. "laser.guards.maxConsecutiveRelaxed" → "Max consecutive relaxed". */
export function settingLabel(key: string): string {
  const last = key.split(".").at(-1) ?? key;
  const words = last.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1).replace(/\b(k|p)$/, (letter) => letter.toUpperCase());
}

export function scopeWords(scope: SettingScope): string {
  switch (scope) {
    case "default":
      return "default";
    case "user":
      return "set in user settings";
    case "workspace":
      return "set in workspace settings";
    case "folder":
      return "set in folder settings";
    default:
      return unreachable(scope);
  }
}

function without(
  texts: ReadonlyMap<string, string>,
  settings: readonly SettingView[],
): ReadonlyMap<string, string> {
  const kept = new Map(texts);
  for (const { key } of settings) kept.delete(key);
  return kept;
}
