// The one check of a value, for settings files, the settings editor, options and prompt files.
import { unreachable, t } from "../base/index.ts";
import type { ListSetting, NumberSetting, Setting } from "./setting.ts";

/** What a value must be, e.g. "a whole number from 1 to 128"; null if it is. */
export function settingProblem(setting: Setting, value: unknown): string | null {
  return isValid(setting, value) ? null : wantedValue(setting);
}

function isValid(setting: Setting, value: unknown): boolean {
  switch (setting.kind) {
    case "boolean":
      return typeof value === "boolean";
    case "text":
      return typeof value === "string";
    case "choice":
      return typeof value === "string" && Object.hasOwn(setting.choices, value);
    case "list":
      return isList(setting, value);
    case "integer":
    case "number":
      return isNumber(setting, value);
    default:
      return unreachable(setting);
  }
}

function isList({ maxItems = Infinity, hasTexts }: ListSetting, value: unknown): boolean {
  if (!Array.isArray(value) || value.length > maxItems) return false;
  return value.every((item) => typeof item === "string" && !(hasTexts && item === ""));
}

function isNumber(setting: NumberSetting, value: unknown): boolean {
  const { kind, nullable, minimum = -Infinity, exclusiveMinimum = -Infinity, maximum } = setting;
  if (value === null) return nullable;
  if (typeof value !== "number" || (kind === "integer" && !Number.isInteger(value))) return false;
  return value >= minimum && value > exclusiveMinimum && value <= maximum;
}

/**
 * What any value of the setting must be, as the rest of a sentence after "must be".
 * @param nullWord how null is spelled there
 */
export function wantedValue(setting: Setting, nullWord = "null"): string {
  switch (setting.kind) {
    case "boolean":
      return t("true or false");
    case "text":
      return t("a text");
    case "choice":
      return t("one of {0}", Object.keys(setting.choices).join(", "));
    case "list": {
      const { maxItems, hasTexts } = setting;
      return t(
        "a list of {0}texts{1}",
        maxItems === undefined ? "" : t("at most {0} ", maxItems),
        hasTexts ? t(", none empty") : "",
      );
    }
    case "integer":
    case "number": {
      const { kind, nullable, minimum, exclusiveMinimum, maximum } = setting;
      const lower = minimum === undefined ? t("above {0} and up", exclusiveMinimum!) : `from ${minimum}`;
      return t(
        "a {0}number {1} to {2}{3}",
        kind === "integer" ? "whole " : "",
        lower,
        maximum,
        nullable ? `, or ${nullWord}` : "",
      );
    }
    default:
      return unreachable(setting);
  }
}
