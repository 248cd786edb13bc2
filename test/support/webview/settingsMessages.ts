// What the extension sends to the settings editor, with values that a test sets.
import { settingName, settingOf } from "../../../core/settings/index.ts";
import type { WorkspaceShape } from "../../../extension/settings/legalTargets.ts";
import type { SettingView, TargetId, ToSettingsEditor } from "../../../extension/shared/settingsEditor.ts";
import { settingsMessage } from "../../../extension/settings/settingViews.ts";

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

export function settingsOf(
  values: ValuesByKey = {},
  workspace: WorkspaceShape = ONE_FOLDER,
): SettingsMessage {
  return settingsMessage(workspace, (key) => ({
    defaultValue: settingOf(settingName(key)!).default,
    at: new Map(Object.entries(values[key] ?? {}) as [TargetId, unknown][]),
  }));
}

export function viewOf({ settings }: SettingsMessage, key: string): SettingView {
  const found = settings.find((setting) => setting.key === key);
  if (found === undefined) throw new Error(`no setting ${key}`);
  return found;
}
