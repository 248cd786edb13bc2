// All settings by name, in the order in which they are shown. A setting that is added to a group needs nothing here.
import type * as Type from "typebox";
import { Engine, Files } from "./engine.ts";
import { Guards, Relaxed, Run } from "./run.ts";
import { Sampling } from "./sampling.ts";
import type { Setting } from "./setting.ts";
import { Output, Prompts, Server, Traces } from "./upkeep.ts";

type Named<Prefix extends string, Fields extends Type.TProperties> = {
  readonly [Field in keyof Fields & string as `${Prefix}${Field}`]: Fields[Field];
};

/** Names are the part after "laser.": the group's prefix, then the field. */
function named<Prefix extends string, Fields extends Type.TProperties>(
  prefix: Prefix,
  group: Type.TObject<Fields>,
): Named<Prefix, Fields> {
  const all = Object.entries(group.properties).map(([field, setting]) => [`${prefix}${field}`, setting]);
  return Object.fromEntries(all) as Named<Prefix, Fields>;
}

export const SETTINGS = {
  ...named("", Engine),
  ...named("", Run),
  ...named("", Files),
  ...named("relaxed.", Relaxed),
  ...named("guards.", Guards),
  ...named("sampling.", Sampling),
  ...named("traces.", Traces),
  ...named("server.", Server),
  ...named("prompts.", Prompts),
  ...named("output.", Output),
} as const;

export type SettingName = keyof typeof SETTINGS;
export const SETTING_NAMES = Object.keys(SETTINGS) as readonly SettingName[];

type Fixed<Value> = Value extends readonly (infer Item)[] ? readonly Item[] : Value;
/** The type of a setting's valid value. */
export type SettingValue<Name extends SettingName> = Fixed<Type.Static<(typeof SETTINGS)[Name]>>;
export type SettingValues = { readonly [Name in SettingName]: SettingValue<Name> };

/** Any setting, where its own type does not matter. */
export function settingOf(name: SettingName): Setting {
  return SETTINGS[name];
}

/** Accepts a name with or without the "laser." prefix; null if it is not one of our settings. */
export function settingName(key: string): SettingName | null {
  const name = key.startsWith("laser.") ? key.slice("laser.".length) : key;
  return Object.hasOwn(SETTINGS, name) ? (name as SettingName) : null;
}
