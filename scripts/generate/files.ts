// The files, or parts of them, that come from the product's own definitions: settings in the manifest and its texts, the
// JSON Schema of traces, the texts that people read, and what is compiled to WebAssembly.
import { fileURLToPath } from "node:url";
import {
  description,
  SETTING_NAMES,
  settingOf,
  type Setting,
  type SettingName,
} from "../../core/settings/index.ts";
import { schemaJson } from "../../core/trace/index.ts";
import { translatedTexts } from "../l10n/texts.ts";
import { rowScanFile } from "./rowScan.ts";

const repositoryFolder = fileURLToPath(new URL("../..", import.meta.url));

/** Returns what a file must contain, given what it contains. */
export const GENERATED: Readonly<Record<string, (before: string) => string | Promise<string>>> = {
  "package.json": (before) => json(withSettings(JSON.parse(before) as Manifest)),
  "package.nls.json": (before) => json(withTexts(JSON.parse(before) as Texts)),
  "l10n/bundle.l10n.json": () => json(bundle()),
  "core/trace/lasertrace.schema.json": () => schemaJson(),
  "server/engine/rows/rowScanWasm.ts": (before) => rowScanFile(repositoryFolder, before),
};

interface Manifest {
  readonly capabilities: { readonly untrustedWorkspaces: object };
  readonly contributes: { readonly configuration: object };
}
type Texts = Readonly<Record<string, string>>;

/** What translators begin with: every text, as its own translation. */
function bundle(): Readonly<Record<string, string>> {
  return Object.fromEntries(translatedTexts(repositoryFolder).map((text) => [text, text]));
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function withSettings(manifest: Manifest): Manifest {
  const { capabilities, contributes } = manifest;
  const restricted = SETTING_NAMES.filter((name) => settingOf(name).restricted);
  const properties = SETTING_NAMES.map((name, place) => [`laser.${name}`, property(name, place + 1)]);
  return {
    ...manifest,
    capabilities: {
      ...capabilities,
      untrustedWorkspaces: {
        ...capabilities.untrustedWorkspaces,
        restrictedConfigurations: restricted.map((name) => `laser.${name}`),
      },
    },
    contributes: {
      ...contributes,
      configuration: { ...contributes.configuration, properties: Object.fromEntries(properties) as object },
    },
  };
}

function property(name: SettingName, order: number): object {
  const setting = settingOf(name);
  const about = description(setting).includes("`") ? "markdownDescription" : "description";
  const { default: preset, scope } = setting;
  const { type, ...limits } = schemaOf(setting, name);
  return { type, default: preset, scope, order, ...limits, [about]: `%settings.${name}%` };
}

/** The value in the terms of a manifest. */
function schemaOf(setting: Setting, name: SettingName): { readonly type: unknown } {
  switch (setting.kind) {
    case "boolean":
      return { type: "boolean" };
    case "text":
      return { type: "string", ...(setting.hasLines && { editPresentation: "multilineText" }) };
    case "list": {
      const { maxItems, hasTexts } = setting;
      return {
        type: "array",
        ...{ items: { type: "string", ...(hasTexts && { minLength: 1 }) } },
        ...(maxItems !== undefined && { maxItems }),
      };
    }
    case "choice": {
      const words = Object.keys(setting.choices);
      return {
        type: "string",
        ...{ enum: words, enumDescriptions: words.map((word) => `%settings.${name}.${word}%`) },
      };
    }
    case "integer":
    case "number": {
      const { kind, nullable, minimum, exclusiveMinimum, maximum } = setting;
      return { type: nullable ? [kind, "null"] : kind, ...{ minimum, exclusiveMinimum, maximum } };
    }
  }
}

/** Keys are in alphabetical order. */
function withTexts(texts: Texts): Texts {
  const others = Object.entries(texts).filter(([key]) => !key.startsWith("settings."));
  const own = SETTING_NAMES.flatMap((name) => {
    const setting = settingOf(name);
    const choices = setting.kind === "choice" ? Object.entries(setting.choices) : [];
    const ofChoices = choices.map(([word, text]) => [`settings.${name}.${word}`, text] as const);
    return [[`settings.${name}`, description(setting)] as const, ...ofChoices];
  });
  const sorted = [...others, ...own].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted);
}
