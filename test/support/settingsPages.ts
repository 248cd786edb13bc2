// What the extension tells the settings editor of a manifest: by the product's own parser, with values that a test sets.
import { readFileSync } from "node:fs";
import path from "node:path";
import type { WorkspaceShape } from "../../extension/settings/legalTargets.ts";
import { manifestSettings } from "../../extension/settings/manifestSettings.ts";
import type { SettingView, TargetId, ToSettingsEditor } from "../../extension/shared/settingsEditor.ts";
import { settingsMessage } from "../../extension/settings/settingViews.ts";
import { repositoryFolder } from "./check.ts";
import { englishManifest } from "./manifest.ts";

export const NO_FOLDER: WorkspaceShape = { kind: "none", folders: [], isTrusted: true };
export const ONE_FOLDER: WorkspaceShape = {
  kind: "folder",
  folders: [{ uri: "file:///films", name: "films" }],
  isTrusted: true,
};
export const TWO_FOLDERS: WorkspaceShape = {
  kind: "several",
  folders: [...ONE_FOLDER.folders, { uri: "file:///books", name: "books" }],
  isTrusted: true,
};

/** Place → value, by key. */
export type ValuesByKey = Readonly<Record<string, Partial<Record<TargetId, unknown>>>>;
type SettingsMessage = Extract<ToSettingsEditor, { readonly kind: "settings" }>;

/** The manifests in test/fixtures/manifests: "titled", "types", "scopes", "markup". */
export function fixtureManifest(name: string): unknown {
  const file = path.join(repositoryFolder, "test", "fixtures", "manifests", `${name}.json`);
  return JSON.parse(readFileSync(file, "utf8"));
}

export function settingsOf(
  manifest: unknown = englishManifest(),
  values: ValuesByKey = {},
  workspace: WorkspaceShape = ONE_FOLDER,
): SettingsMessage {
  const defaults = defaultsOf(manifest);
  return settingsMessage(manifestSettings(manifest), workspace, (key) => ({
    defaultValue: defaults.get(key),
    at: new Map(Object.entries(values[key] ?? {}) as [TargetId, unknown][]),
  }));
}

export function viewOf({ settings }: SettingsMessage, key: string): SettingView {
  const found = settings.find((setting) => setting.key === key);
  if (found === undefined) throw new Error(`no setting ${key}`);
  return found;
}

/** What an editor would take as defaults. */
function defaultsOf(manifest: unknown): ReadonlyMap<string, unknown> {
  interface Block {
    readonly properties?: Readonly<Record<string, { readonly default?: unknown }>>;
  }
  const { contributes } = manifest as {
    readonly contributes: { readonly configuration: Block | readonly Block[] };
  };
  const blocks: readonly Block[] = [contributes.configuration].flat();
  return new Map(
    blocks.flatMap(({ properties = {} }) =>
      Object.entries(properties).map(([key, property]) => [key, property.default] as const),
    ),
  );
}
