// Choosing the file or folder that a setting names, instead of typing its path.
import * as vscode from "vscode";
import { settingName, settingOf, type Named } from "../../core/settings/index.ts";
import type { Json } from "../shared/settingsEditor.ts";
import { withPath } from "./withPath.ts";

/** The setting's value with what the user chooses; null if the user cancels, or nothing can be chosen. */
export async function browsed(key: string, value: Json): Promise<Json | null> {
  const name = settingName(key);
  const named = name === null ? null : namedBy(name);
  if (named === null) return null;
  const { kind, endings } = named;
  const [chosen] =
    (await vscode.window.showOpenDialog({
      title: key,
      openLabel: vscode.l10n.t("Use"),
      canSelectFiles: kind === "file",
      canSelectFolders: kind === "folder",
      ...(endings !== undefined && { filters: { [endings.join(", ")]: [...endings] } }),
    })) ?? [];
  return chosen === undefined ? null : withPath(value, chosen.fsPath);
}

function namedBy(name: Parameters<typeof settingOf>[0]): Named | null {
  const setting = settingOf(name);
  return (setting.kind === "text" || setting.kind === "list") && setting.names !== undefined
    ? setting.names
    : null;
}
