// The settings that a manifest contributes, in display order and under their headings, so that a new setting
// shows up without new code. Accepts any manifest: what is malformed is left out or shown as not editable.
import { markdownParts, plainParts } from "./descriptionParts.ts";
import { isProperty, settingSchema } from "./settingSchema.ts";
import type { SettingSchema, TextPart } from "../shared/settingSchema.ts";

export const SETTING_SCOPES = [
  "application",
  "machine",
  "machine-overridable",
  "window",
  "resource",
  "language-overridable",
] as const;
/** The scope that the manifest declares for a setting. */
export type SettingScope = (typeof SETTING_SCOPES)[number];

export interface ManifestSetting {
  readonly key: string;
  readonly group: string;
  readonly category: string;
  readonly label: string;
  readonly description: readonly TextPart[];
  readonly deprecation: readonly TextPart[] | null;
  readonly tags: readonly string[];
  readonly scope: SettingScope;
  /** Ignored in an untrusted workspace. */
  readonly isRestricted: boolean;
  readonly schema: SettingSchema;
}

/** Headings that are clearer than the segment of the key. */
const HEADINGS: Readonly<Record<string, string>> = { relaxed: "Relaxed verification" };

const ACRONYMS = new Set(["cpu", "gpu", "id", "json", "url"]);

export function manifestSettings(manifest: unknown): readonly ManifestSetting[] {
  const contributed = at(manifest, "contributes", "configuration");
  const list: readonly unknown[] = Array.isArray(contributed) ? contributed : [contributed];
  const blocks = byOrder(
    list.filter(isProperty).map((block, place) => ({ block, place, order: block.order })),
  );
  const titled = blocks.filter(({ block }) => isWords(block.title));
  const restricted = listAt(manifest, "capabilities", "untrustedWorkspaces", "restrictedConfigurations");
  const settings = new Map<string, ManifestSetting>();
  for (const { block } of blocks) {
    // A single title is the extension's name; then settings are grouped by their keys instead.
    const title = titled.length > 1 && isWords(block.title) ? block.title : null;
    for (const [key, property] of propertiesOf(block)) {
      if (!settings.has(key)) settings.set(key, settingOf(key, property, title, restricted.includes(key)));
    }
  }
  const groups = new Set([...settings.values()].map(({ group }) => group));
  return [...groups].flatMap((name) => [...settings.values()].filter(({ group }) => group === name));
}

/** VS Code's order: by `order`, then the rest by key. */
function propertiesOf(block: Readonly<Record<string, unknown>>): readonly (readonly [string, unknown])[] {
  if (!isProperty(block.properties)) return [];
  const all = Object.entries(block.properties).filter(([key]) => key !== "");
  const sorted = all.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return byOrder(
    sorted.map(([key, property], place) => ({
      entry: [key, property] as const,
      place,
      order: isProperty(property) ? property.order : undefined,
    })),
  ).map(({ entry }) => entry);
}

function byOrder<T extends { readonly place: number; readonly order: unknown }>(
  all: readonly T[],
): readonly T[] {
  const rank = ({ order }: T): number => (typeof order === "number" ? order : Infinity);
  return all.toSorted((a, b) => (rank(a) === rank(b) ? a.place - b.place : rank(a) < rank(b) ? -1 : 1));
}

function settingOf(
  key: string,
  given: unknown,
  title: string | null,
  isRestricted: boolean,
): ManifestSetting {
  const property = isProperty(given) ? given : {};
  const segments = key.split(".");
  const middle = segments.slice(1, -1);
  const [segment] = middle;
  const heading = segment === undefined ? "General" : (own(HEADINGS, segment) ?? words(segment));
  const { markdownDescription, description, markdownDeprecationMessage, deprecationMessage, tags, scope } =
    property;
  const deprecation = partsOf(markdownDeprecationMessage, deprecationMessage);
  return {
    key,
    group: title ?? heading,
    category: middle.map(words).join(" › "),
    label: words(segments.at(-1) ?? key),
    description: partsOf(markdownDescription, description),
    deprecation: deprecation.length === 0 ? null : deprecation,
    tags: Array.isArray(tags) ? tags.filter(isWords) : [],
    scope: SETTING_SCOPES.find((known) => known === scope) ?? "window",
    isRestricted,
    schema: settingSchema(given),
  };
}

function partsOf(markdown: unknown, plain: unknown): readonly TextPart[] {
  if (isWords(markdown)) return markdownParts(markdown);
  return isWords(plain) ? plainParts(plain) : [];
}

/** E.g. "maxConsecutiveRelaxed" → "Max consecutive relaxed", "topK" → "Top K". */
function words(segment: string): string {
  const parted = segment
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .replace(/[-_]+/g, " ")
    .trim();
  const lower = parted.replace(/\b[A-Z](?=[a-z])/g, (letter) => letter.toLowerCase());
  const cased = lower.replace(/\b[a-z]+\b/g, (word) => (ACRONYMS.has(word) ? word.toUpperCase() : word));
  return cased.charAt(0).toUpperCase() + cased.slice(1);
}

function own(texts: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(texts, name) ? texts[name] : undefined;
}

function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((found, name) => (isProperty(found) ? found[name] : undefined), value);
}

function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}

function isWords(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "";
}
