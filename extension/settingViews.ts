// The settings editor's list of settings: the manifest's texts and bounds with the values in force. Pure: the manifest
// comes in as data, values through functions. It must not know vscode.
import { unreachable } from "../server/laser/index.ts";
import { SETTING_NAMES, SETTINGS, type SettingName, type SettingSpec } from "./catalogue.ts";
import type { SettingSchema, SettingScope, SettingView } from "./protocol/settingsEditor.ts";

/** A property of `contributes.configuration`, as far as it is read here. */
export interface ManifestSetting {
  readonly description?: string;
  readonly markdownDescription?: string;
  readonly enumDescriptions?: readonly string[];
}

export interface SettingSource {
  readonly manifest: Readonly<Record<string, ManifestSetting>>;
  readonly valueOf: (name: SettingName) => unknown;
  readonly scopeOf: (name: SettingName) => SettingScope;
}

/** The settings that the editor shows, in the catalogue's order. */
export function settingViews({ manifest, valueOf, scopeOf }: SettingSource): readonly SettingView[] {
  return SETTING_NAMES.flatMap((name) => {
    const spec: SettingSpec = SETTINGS[name];
    if (spec.edited !== true || spec.type === "texts") return [];
    const key = `laser.${name}`;
    const texts = manifest[key] ?? {};
    return [
      {
        key,
        // Back quotes mark names in Markdown; the page shows plain text.
        description: (texts.description ?? texts.markdownDescription ?? key).replaceAll("`", ""),
        schema: schemaOf(spec, texts.enumDescriptions ?? []),
        value: plainValue(valueOf(name)),
        defaultValue: spec.preset,
        scope: scopeOf(name),
      },
    ];
  });
}

function schemaOf(
  spec: Exclude<SettingSpec, { readonly type: "texts" }>,
  descriptions: readonly string[],
): SettingSchema {
  switch (spec.type) {
    case "boolean":
    case "text":
      return { type: spec.type };
    case "choice":
      return {
        type: "choice",
        choices: spec.choices.map((value, at) => ({ value, description: descriptions[at] ?? "" })),
      };
    case "integer":
    case "number": {
      const { type, minimum, maximum, preset } = spec;
      const step = type === "integer" ? 1 : maximum <= 1 ? 0.01 : 0.05;
      return { type, minimum, maximum, step, nullable: preset === null };
    }
    default:
      return unreachable(spec);
  }
}

/** A value that someone wrote by hand may be anything; what is no plain value is shown as none. */
function plainValue(value: unknown): string | number | boolean | null {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : null;
}
