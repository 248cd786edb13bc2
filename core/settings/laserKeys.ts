// The keys of a prompt file's `laser:` block: how the answer is decoded. Sampling stays in `model.parameters`, where other
// tools look for it.
import { SETTING_NAMES, settingOf, type SettingName } from "./catalogue.ts";
import { Guards, Relaxed, Run } from "./run.ts";

/** A key of the block or of one of its groups, as it is documented. */
export interface LaserKey {
  readonly name: SettingName;
  /** The names above it in the block: none, or `relaxed` or `guards`. */
  readonly group: string | null;
  readonly key: string;
}

const GROUPS = { relaxed: Relaxed, guards: Guards } as const;

/** Every setting that the block may hold, by its path: "strategy", "relaxed.topK". */
export const LASER_KEYS: ReadonlyMap<string, LaserKey> = new Map(
  SETTING_NAMES.flatMap((name): [string, LaserKey][] => {
    const [first = "", field] = name.split(".");
    if (field !== undefined) return first in GROUPS ? [[name, { name, group: first, key: field }]] : [];
    const isOfRun = Object.hasOwn(Run.properties, name);
    const hasOtherPlace = settingOf(name).promptKeys !== undefined && name !== "maxTokens";
    return isOfRun && !hasOtherPlace ? [[name, { name, group: null, key: name }]] : [];
  }),
);

export const LASER_GROUPS = Object.keys(GROUPS) as readonly (keyof typeof GROUPS)[];

/** The documented spelling of a key: `max_tokens` is `maxTokens`. */
export function laserKeyOf(key: string): string {
  return key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
