// What a chat request may set: the parameters of a prompt file, by the same names and within the same bounds.
import {
  DEFAULT_SETTINGS,
  PROMPT_KEYS,
  settingOf,
  settingProblem,
  withValues,
  type GenerationSettings,
} from "../../core/settings/index.ts";

export interface ChatSettings {
  readonly settings: GenerationSettings;
  /** Names that mean nothing here, such as those of other providers. */
  readonly unknown: readonly string[];
  /** Values outside their bounds, each as a sentence. */
  readonly problems: readonly string[];
}

/** E.g. `{ max_tokens: 64, temperature: 0 }` over the settings in effect. */
export function withModelOptions(
  settings: GenerationSettings,
  options: Readonly<Record<string, unknown>>,
): ChatSettings {
  const values: [string, unknown][] = [];
  const [unknown, problems]: [string[], string[]] = [[], []];
  for (const [key, value] of Object.entries(options)) {
    const name = PROMPT_KEYS.get(key)?.name;
    const [group = ""] = (name ?? "").split(".");
    // The device is the user's choice, not the caller's.
    if (name === undefined || !Object.hasOwn(DEFAULT_SETTINGS, group)) {
      unknown.push(key);
      continue;
    }
    const wanted = settingProblem(settingOf(name), value);
    if (wanted === null) values.push([name, value]);
    else problems.push(`The option ${key} must be ${wanted}.`);
  }
  return { settings: withValues(settings, Object.fromEntries(values)), unknown, problems };
}
