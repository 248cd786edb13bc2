// Reads the settings in force for a file and writes them where they are in force. What a value may be stands in
// settingValues.ts; this file only knows where values live.
import path from "node:path";
import * as vscode from "vscode";
import { SETTINGS, type SettingName } from "./catalogue.ts";
import { nextSteps, type Notifier } from "./notify.ts";
import { modelNamed, parseSettings, valueProblem, type InspectorSettings } from "./settingValues.ts";

/** The settings for a file; null when a value is bad, which the user has then been told. */
export function readSettings(notifier: Notifier, resource?: vscode.Uri): InspectorSettings | null {
  const configuration = configurationOf(resource);
  const ofWindow = configurationOf();
  const parsed = parseSettings((name) =>
    (SETTINGS[name].scope === "window" ? ofWindow : configuration).get<unknown>(name),
  );
  if (parsed.ok) return withAbsolutePaths(parsed.value, resource);
  const [first] = parsed.problems;
  const text = parsed.problems.map(({ name, reason }) => `laser.${name} ${reason}.`).join(" ");
  notifier.warning(
    vscode.l10n.t("A setting can't be used: {0}", text),
    ...(first === undefined ? [] : [nextSteps.nativeSetting(`laser.${first.name}`)]),
  );
  return null;
}

/** The model that the window's settings choose, its path absolute; the demo model where the setting is bad. */
export function configuredModel(): { readonly path?: string; readonly catalogueId?: string } {
  const written = configurationOf().get<unknown>("model");
  const chosen = modelNamed(typeof written === "string" ? written : "");
  return chosen.path === undefined ? chosen : { path: absolutePath(chosen.path) };
}

export function configurationOf(resource?: vscode.Uri): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration("laser", resource ?? null);
}

type PlaceInForce = "default" | "user" | "workspace" | "folder";

function placeInForce(name: SettingName, resource?: vscode.Uri): PlaceInForce {
  const found = configurationOf(resource).inspect(name);
  // A window on one folder gives the folder's value as the workspace's, too; only several folders tell them apart.
  const several = vscode.workspace.workspaceFile !== undefined;
  if (several && found?.workspaceFolderValue !== undefined) return "folder";
  if (found?.workspaceValue !== undefined) return "workspace";
  return found?.globalValue === undefined ? "default" : "user";
}

/** Writes a setting where it is in force, for the user where it has its default; null takes it back. */
export async function writeSetting(
  name: SettingName,
  value: string | number | boolean | null,
  resource?: vscode.Uri,
): Promise<void> {
  const targets: Readonly<Record<PlaceInForce, vscode.ConfigurationTarget>> = {
    default: vscode.ConfigurationTarget.Global,
    user: vscode.ConfigurationTarget.Global,
    workspace: vscode.ConfigurationTarget.Workspace,
    folder: vscode.ConfigurationTarget.WorkspaceFolder,
  };
  const target = targets[placeInForce(name, resource)];
  await configurationOf(resource).update(name, value ?? undefined, target);
}

/** Paths in settings may begin with ~ or be relative to the workspace folder of the file. */
function withAbsolutePaths(settings: InspectorSettings, resource?: vscode.Uri): InspectorSettings {
  const absolute = (written: string): string => absolutePath(written, resource);
  const { model, poolFile, modelFolders } = settings;
  return {
    ...settings,
    model: model.path === undefined ? model : { ...model, path: absolute(model.path) },
    poolFile: poolFile === "" ? "" : absolute(poolFile),
    modelFolders: modelFolders.map(absolute),
  };
}

function absolutePath(written: string, resource?: vscode.Uri): string {
  const folder =
    (resource && vscode.workspace.getWorkspaceFolder(resource)) ?? vscode.workspace.workspaceFolders?.[0];
  const home = process.env.HOME ?? process.env.USERPROFILE ?? "";
  const expanded = written.replace(/^~(?=$|[\\/])/, home);
  return folder === undefined ? path.resolve(expanded) : path.resolve(folder.uri.fsPath, expanded);
}

/** How long the worker may be idle before it is unloaded; 0: for ever. A bad value counts as the default. */
export function idleUnloadMinutes(): number {
  const spec = SETTINGS["server.idleUnloadMinutes"];
  const value = configurationOf().get<unknown>("server.idleUnloadMinutes");
  return valueProblem(spec, value) === null ? (value as number) : spec.preset;
}
