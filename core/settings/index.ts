// The one home of every setting: bounds, default, scope, option, prompt-file key and text. Other folders import from here.
export { BACKEND_NAMES, GPU_CHOICE_NAMES } from "./backendNames.ts";
export { settingProblem, wantedValue } from "./check.ts";
export {
  SETTING_NAMES,
  settingName,
  settingOf,
  SETTINGS,
  type SettingName,
  type SettingValue,
  type SettingValues,
} from "./catalogue.ts";
export { contextNote, usedContextTokens } from "./contextLimit.ts";
export { description } from "./describe.ts";
export { Engine } from "./engine.ts";
export {
  DEFAULT_SETTINGS,
  GenerationSchema,
  isReproducible,
  withValues,
  type GenerationSettings,
} from "./generation.ts";
export { promptDevice, type DeviceChoice } from "./promptDevice.ts";
export { LASER_GROUPS, LASER_KEYS, laserKeyOf } from "./laserKeys.ts";
export { NO_PARAMETERS, PROMPT_KEYS, withParameters, type PromptParameters } from "./promptParameters.ts";
export { recorded, recordedGroup } from "./recorded.ts";
export { ruleShape } from "./ruleShape.ts";
export { Guards, MAX_TOP_K, Relaxed, Run } from "./run.ts";
export { Sampling } from "./sampling.ts";
export type * from "./setting.ts";
