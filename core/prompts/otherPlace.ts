// Where a prompt file takes a setting that is in the wrong place: decoding is set below `laser`, sampling and what ends
// or shapes the answer below `model.parameters`, and which model runs in no prompt file.
import { t } from "../base/index.ts";
import {
  LASER_KEYS,
  laserKeyOf,
  PROMPT_KEYS,
  SETTING_NAMES,
  settingOf,
  type SettingName,
} from "../settings/index.ts";

/**
 * What to write instead of a key that is not known at its place; null if it is not a setting that belongs elsewhere.
 * @param where its place, as in "laser.relaxed"; "the front matter" for the top
 */
export function otherPlace(key: string, where: string): string | null {
  const bare = key.replace(/^laser\./, "");
  const spelled = laserKeyOf(bare);
  const parameter = PROMPT_KEYS.get(bare)?.name;
  const named = SETTING_NAMES.filter(
    (name) => name === parameter || name === spelled || name.endsWith(`.${spelled}`),
  );
  if (spelled === "pool") named.push("poolFile");
  const places = named.flatMap((name) => {
    const found = placeOf(name);
    return found === null || (found.where === where && found.key === key)
      ? []
      : [t('below {0} as "{1}"', found.where, found.key)];
  });
  if (places.length > 0) return t("Write it {0}.", places.join(t(", or ")));
  // The last part of a name, such as "record", is ambiguous.
  const whole = named.find((name) => name === spelled);
  if (whole === undefined || placeOf(whole) !== null) return null;
  const { flag } = settingOf(whole);
  const option = flag === undefined ? "" : t(", or the option {0}", flag.split(" ")[0] ?? flag);
  return t("No prompt file sets it: use the setting laser.{0}{1}.", whole, option);
}

function placeOf(name: SettingName): { readonly where: string; readonly key: string } | null {
  if (name === "poolFile") return { where: "laser", key: "pool" };
  const inBlock = [...LASER_KEYS.values()].find((known) => known.name === name);
  if (inBlock !== undefined)
    return { where: inBlock.group === null ? "laser" : `laser.${inBlock.group}`, key: inBlock.key };
  const [key] = settingOf(name).promptKeys ?? [];
  return key === undefined ? null : { where: "model.parameters", key };
}
