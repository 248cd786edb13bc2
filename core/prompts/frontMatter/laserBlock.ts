// The `laser:` block of the front matter: how this prompt's answers are decoded, and the pool they are drafted from.
import { t } from "../../base/index.ts";
import { LASER_GROUPS, LASER_KEYS, laserKeyOf, settingOf, settingProblem } from "../../settings/index.ts";
import { reportUnknown, wrongType, wrongValue } from "./keyReports.ts";
import { LASER_TEXTS } from "./keyTexts.ts";
import type { LaserBlock } from "../promptFile.ts";
import type { Entry, YamlReader } from "./yamlReader.ts";

/** The block; null if the front matter has none. Anything wrong is reported and left out. */
export function readLaser(entry: Entry | undefined, reader: YamlReader): LaserBlock | null {
  if (entry === undefined) return null;
  const settings: Record<string, unknown> = {};
  if (reader.isNull(entry.value)) return { settings, pool: null, group: null };
  const entries = reader.entries(entry.value);
  if (entries === null) {
    wrongType(entry, t("a map of LASER's settings"), reader);
    return { settings, pool: null, group: null };
  }
  readGroup(entries, null, settings, reader);
  for (const group of LASER_GROUPS) {
    const found = entries.find(({ key }) => key === group);
    if (found === undefined || reader.isNull(found.value)) continue;
    const inner = reader.entries(found.value);
    if (inner === null) wrongType(found, t("a map"), reader);
    else readGroup(inner, group, settings, reader);
  }
  return {
    settings,
    pool: readText(entries, "pool", t("the path of a pool file"), reader),
    group: readText(entries, "group", t("the name of a group"), reader),
  };
}

function readGroup(
  entries: readonly Entry[],
  group: string | null,
  settings: Record<string, unknown>,
  reader: YamlReader,
): void {
  const known = laserKeysIn(group);
  const where = group === null ? "laser" : `laser.${group}`;
  const spelled = entries.map((entry) => ({ ...entry, key: knownSpelling(entry.key, known) }));
  reportUnknown(spelled, known, where, reader);
  for (const entry of spelled) {
    const setting = LASER_KEYS.get(group === null ? entry.key : `${group}.${entry.key}`);
    if (setting === undefined) continue;
    const facts = settingOf(setting.name);
    const isNullable = (facts.kind === "integer" || facts.kind === "number") && facts.nullable;
    // `strategy:` with nothing after it is a key still to be filled in.
    if (reader.isNull(entry.value) && !isNullable) continue;
    const value = reader.value(entry.value);
    const wanted = settingProblem(facts, value);
    if (wanted === null) settings[setting.name] = value;
    else if (typeof value === "string" || typeof value === "number")
      wrongValue(entry, t('"{0}" must be {1}, not {2}.', entry.key, wanted, value), null, reader);
    else wrongType(entry, wanted, reader);
  }
}

/** A name or path; null if it is not given. `wanted` says what it must be, such as "the path of a pool file". */
function readText(
  entries: readonly Entry[],
  name: "pool" | "group",
  wanted: string,
  reader: YamlReader,
): string | null {
  const entry = entries.find(({ key }) => key === name);
  if (entry === undefined || reader.isNull(entry.value)) return null;
  const text = reader.scalar(entry.value);
  if (typeof text === "string" && text.trim() !== "") return text.trim();
  // A group may be called 18.
  if (name === "group" && typeof text === "number") return String(text);
  wrongType(entry, wanted, reader);
  return null;
}

/** The keys of the block, or of one of its groups. */
export function laserKeysIn(group: string | null): readonly string[] {
  const settings = [...LASER_KEYS.values()].filter((key) => key.group === group).map(({ key }) => key);
  return group === null ? [...settings, ...Object.keys(LASER_TEXTS)] : settings;
}

function knownSpelling(key: string, known: readonly string[]): string {
  const spelling = laserKeyOf(key);
  return known.includes(spelling) ? spelling : key;
}
