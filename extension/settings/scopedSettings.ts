// Reads and writes settings by scope; maps the scopes of the settings editor to those of VS Code.
import * as vscode from "vscode";
import type { WorkspaceShape } from "./legalTargets.ts";
import type { Json, TargetId } from "../shared/settingsEditor.ts";
import type { SetValues } from "./settingViews.ts";

export function workspaceShape(): WorkspaceShape {
  const { workspaceFile, workspaceFolders = [], isTrusted } = vscode.workspace;
  const kind = workspaceFile !== undefined ? "several" : workspaceFolders.length > 0 ? "folder" : "none";
  const folders = workspaceFolders.map(({ uri, name }) => ({ uri: uri.toString(), name }));
  return { kind, folders, isTrusted };
}

export function setValues(key: string): SetValues {
  const found = vscode.workspace.getConfiguration(undefined, null).inspect<unknown>(key);
  const at = new Map<TargetId, unknown>([
    ["user", found?.globalValue],
    ["workspace", found?.workspaceValue],
  ]);
  // Without a workspace file the folder's value is the workspace's.
  if (vscode.workspace.workspaceFile !== undefined) {
    for (const { uri } of vscode.workspace.workspaceFolders ?? []) {
      const ofFolder = vscode.workspace.getConfiguration(undefined, uri).inspect<unknown>(key);
      at.set(`folder:${uri.toString()}`, ofFolder?.workspaceFolderValue);
    }
  }
  return { defaultValue: found?.defaultValue, at };
}

/**
 * Writes a value to a scope; undefined removes it.
 * @throws the error of VS Code if the file can't be written
 */
export async function writeAt(key: string, target: TargetId, value: Json | undefined): Promise<void> {
  const { ConfigurationTarget } = vscode;
  const write = (folder: vscode.Uri | null, place: vscode.ConfigurationTarget): Thenable<void> =>
    vscode.workspace.getConfiguration(undefined, folder).update(key, value, place);
  if (target === "user") await write(null, ConfigurationTarget.Global);
  else if (target === "workspace") await write(null, ConfigurationTarget.Workspace);
  else await write(vscode.Uri.parse(target.slice("folder:".length)), ConfigurationTarget.WorkspaceFolder);
}
