// Which language features of prompt files are ours: the Prompty extension owns the same language id and has its own.
import type { SettingValue } from "../../core/settings/index.ts";

/** The extension that serves prompt files, too. */
export const OTHER_EXTENSION = "ms-toolsai.prompty";

/** Whether only the `laser:` block is ours. A value that isn't one of the setting's counts as its default. */
export function isLaserOnly(
  setting: SettingValue<"prompts.features"> | undefined,
  isOtherEnabled: boolean,
): boolean {
  if (setting === "all") return false;
  return setting === "laserBlock" || isOtherEnabled;
}
