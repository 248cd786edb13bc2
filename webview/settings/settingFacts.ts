// What the page shows of a setting besides its values, all from the catalogue: heading, label, description.
import { t } from "../../core/base/index.ts";
import { description, SETTING_NAMES, settingOf, type Setting } from "../../core/settings/index.ts";
import { descriptionParts, type TextPart } from "./textParts.ts";

export interface SettingFacts {
  readonly setting: Setting;
  /** Its heading; settings of one group are adjacent. */
  readonly group: string;
  /** The prefix of the label, e.g. "Relaxed"; may be empty. */
  readonly category: string;
  /** E.g. "Top K". */
  readonly label: string;
  readonly description: readonly TextPart[];
}

/** Headings that are clearer than the prefix of the name. */
const HEADINGS: Readonly<Record<string, string>> = { "": t("General"), relaxed: t("Relaxed verification") };

const FACTS: ReadonlyMap<string, SettingFacts> = new Map(
  SETTING_NAMES.map((name) => {
    const setting = settingOf(name);
    const [prefix, field] = name.includes(".") ? name.split(".") : ["", name];
    const category = words(prefix ?? "");
    return [
      `laser.${name}`,
      {
        setting,
        group: HEADINGS[prefix ?? ""] ?? category,
        category,
        label: words(field ?? name),
        description: descriptionParts(description(setting)),
      },
    ];
  }),
);

export function factsOf({ key }: { readonly key: string }): SettingFacts {
  const facts = FACTS.get(key);
  if (facts === undefined) throw new Error(`no setting ${key}`);
  return facts;
}

/** E.g. "Relaxed: Top K", because other settings may also be called "Top K". */
export function shownName(setting: { readonly key: string }): string {
  const { category, label } = factsOf(setting);
  return category === "" ? label : `${category}: ${label}`;
}

/** E.g. "maxConsecutiveRelaxed" → "Max consecutive relaxed", "topK" → "Top K", "jsonSchema" → "JSON schema". */
function words(segment: string): string {
  const parted = segment.replace(/([a-z\d])([A-Z])/g, "$1 $2");
  const lower = parted.replace(/\b[A-Z](?=[a-z])/g, (letter) => letter.toLowerCase());
  const cased = lower.replace(/\b(?:gpu|json)\b/g, (short) => short.toUpperCase());
  return cased.charAt(0).toUpperCase() + cased.slice(1);
}
