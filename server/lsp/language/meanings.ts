// What each key of the front matter means, and which keys and values are allowed at a path.
import { t } from "../../../core/base/index.ts";
import { CompletionItemKind } from "vscode-languageserver/node";
import {
  holdsVariables,
  INPUT_KEYS,
  INPUT_SCHEMA_KEYS,
  LASER_TEXTS,
  laserKeysIn,
  MODEL_KEYS,
  OPTION_KEYS,
  TOP_KEYS,
} from "../../../core/prompts/index.ts";
import {
  LASER_GROUPS,
  LASER_KEYS,
  laserKeyOf,
  PROMPT_KEYS,
  settingOf,
  wantedValue,
  type Setting,
} from "../../../core/settings/index.ts";

export interface KeyMeaning {
  readonly key: string;
  /** Markdown. */
  readonly text: string;
  /** Its setting; null if it isn't one. */
  readonly setting: Setting | null;
  /** What follows the key: a value on its line, or keys or items below it. */
  readonly takes: "value" | "keys";
}

const TAKES_KEYS: ReadonlySet<string> = new Set(
  ["metadata", "model", "laser", "inputs", "outputs", "sample", "configuration", "connection"].concat([
    ...["tools", "additionalProperties", "inputSchema", "outputSchema", "properties"],
    "parameters",
    "options",
    ...LASER_GROUPS,
  ]),
);

/** The keys that are allowed below a path; null if the author chooses them, as variables below `sample`. */
export function keysBelow(path: readonly string[]): readonly KeyMeaning[] | null {
  const [first, second, third] = path;
  if (first === undefined) return plain(TOP_KEYS);
  if (first === "model") {
    if (second === undefined) return plain(MODEL_KEYS);
    if (third !== undefined || (second !== "parameters" && second !== "options")) return null;
    const settings = [...PROMPT_KEYS].map(([key, { name }]) => ofSetting(key, settingOf(name)));
    return [...settings, ...plain(OPTION_KEYS)];
  }
  if (first === "laser") {
    if (second === undefined) return laserKeys(null);
    return third === undefined && LASER_GROUPS.some((group) => group === second) ? laserKeys(second) : null;
  }
  if (first === "inputSchema" && second === undefined) return plain(INPUT_SCHEMA_KEYS);
  const isInput = first !== "sample" && holdsVariables(path.slice(0, -1));
  return isInput ? plain(INPUT_KEYS) : null;
}

/** What the key at a path means; null for one that has no meaning here. */
export function meaningOf(path: readonly string[]): KeyMeaning | null {
  const key = path.at(-1);
  if (key === undefined) return null;
  const keys = keysBelow(path.slice(0, -1)) ?? [];
  const spelled = path[0] === "laser" ? laserKeyOf(key) : key;
  return keys.find((known) => known.key === spelled) ?? null;
}

function plain(texts: Readonly<Record<string, string>>): readonly KeyMeaning[] {
  return Object.entries(texts).map(([key, text]) => ({
    ...{ key, text, setting: null },
    takes: TAKES_KEYS.has(key) ? "keys" : "value",
  }));
}

function ofSetting(key: string, setting: Setting): KeyMeaning {
  return { key, text: settingText(setting), setting, takes: "value" };
}

function laserKeys(group: string | null): readonly KeyMeaning[] {
  return laserKeysIn(group).map((key) => {
    const known = LASER_KEYS.get(group === null ? key : `${group}.${key}`);
    if (known !== undefined) return ofSetting(key, settingOf(known.name));
    return {
      key,
      text: LASER_TEXTS[key] ?? "",
      setting: null,
      takes: key === "pool" || key === "group" ? "value" : "keys",
    };
  });
}

/** What the setting does, what its value must be, and the value that holds without the key. */
export function settingText(setting: Setting): string {
  const { text } = setting;
  const choices =
    setting.kind === "choice"
      ? Object.entries(setting.choices).map(([word, meaning]) => `\n- \`${word}\`: ${meaning}`)
      : [];
  const standard = t("Default: `{0}`.", JSON.stringify(setting.default));
  const wanted = setting.kind === "choice" ? "" : t("Must be {0}. ", wantedValue(setting));
  return `${text}\n\n${wanted}${standard}${choices.join("")}`;
}

/** The words that a value may be, each with its meaning; empty if any value of its kind will do. */
export function wordsFor({ key, setting }: KeyMeaning): Readonly<Record<string, string>> {
  if (setting?.kind === "choice") return setting.choices;
  if (setting?.kind === "boolean") return { true: "", false: "" };
  if (key === "api" || key === "apiType") return { chat: t("Messages."), completion: t("One text.") };
  if (key === "template") return { jinja2: t("Jinja, the language that the prompt is written in.") };
  if (key === "type" || key === "kind") return INPUT_TYPES;
  if (key === "required" || key === "is_required" || key === "strict") return { true: "", false: "" };
  return {};
}

const INPUT_TYPES: Readonly<Record<string, string>> = {
  string: t("A text."),
  number: t("A number."),
  integer: t("A whole number."),
  boolean: t("True or false."),
  array: t("A list."),
  object: t("A map."),
  thread: t("A conversation: its messages are inserted into the prompt."),
};

export const KEY_KIND = CompletionItemKind.Property;
