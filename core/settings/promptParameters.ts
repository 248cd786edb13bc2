// The settings that a prompt file may contain, by the keys that it may use for them.
import type * as Type from "typebox";
import { SETTING_NAMES, settingOf, type SettingName, type SettingValues } from "./catalogue.ts";
import type { Engine } from "./engine.ts";
import { withValues, type GenerationSettings } from "./generation.ts";
import type { Run } from "./run.ts";
import type { Sampling } from "./sampling.ts";

/** What a prompt file may say of the device; promptDevice.ts applies it. */
type Device = Pick<Type.Static<typeof Engine>, "gpu" | "device" | "gpuLayers">;
type All = Type.Static<typeof Run> & Type.Static<typeof Sampling> & Device;
export type PromptParameter = keyof All;
/** Generation settings of a prompt file; null if not given. */
export type PromptParameters = { readonly [Name in PromptParameter]?: Readonly<All[Name]> | null } & {
  /** Those of its `laser:` block, which win; absent if there is none. */
  readonly laser?: Partial<SettingValues>;
};

const NAMES = SETTING_NAMES.filter((name) => settingOf(name).promptKeys !== undefined);

/** The last part of the name: "topK" of "sampling.topK". */
function parameterOf(name: SettingName): PromptParameter {
  return name.split(".").at(-1) as PromptParameter;
}

/** Each key and the setting that it gives. */
export const PROMPT_KEYS: ReadonlyMap<
  string,
  { readonly name: SettingName; readonly parameter: PromptParameter }
> = new Map(
  NAMES.flatMap((name) => {
    const keys = settingOf(name).promptKeys ?? [];
    return keys.map((key) => [key, { name, parameter: parameterOf(name) }] as const);
  }),
);

export const NO_PARAMETERS: PromptParameters = Object.fromEntries(
  NAMES.map((name) => [parameterOf(name), null]),
);

/** The settings of a generation overridden by those that a prompt file contains. */
export function withParameters(
  settings: GenerationSettings,
  parameters: PromptParameters,
): GenerationSettings {
  const given = NAMES.flatMap((name) => {
    const value = parameters[parameterOf(name)] ?? null;
    return value === null ? [] : [[name, value] as const];
  });
  return withValues(settings, { ...Object.fromEntries(given), ...parameters.laser });
}
