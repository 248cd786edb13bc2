// Reads the settings in effect for a file and writes them to the scope in which they are set.
// settingValues.ts validates the values.
import path from "node:path";
import * as vscode from "vscode";
import { messageOf } from "../../core/base/index.ts";
import { SETTINGS, type SettingName } from "../../core/settings/index.ts";
import type { Places } from "../../server/protocol/methods.ts";
import { nextSteps, type Notifier } from "../host/notify.ts";
import type { Json } from "../shared/settingsEditor.ts";
import {
  modelNamed,
  parseSettings,
  problemsWords,
  valueProblem,
  type InspectorSettings,
} from "./settingValues.ts";

/** The settings for a file; null, after notifying the user, if a value is invalid. */
export function readSettings(notifier: Notifier, resource?: vscode.Uri): InspectorSettings | null {
  const parsed = parsedSettings(resource);
  if (parsed.ok) return withAbsolutePaths(parsed.value, resource);
  const [first, ...others] = parsed.problems;
  notifier.warning(
    problemsWords(parsed.problems),
    ...(first === undefined || others.length > 0
      ? [nextSteps.openSettings()]
      : [nextSteps.nativeSetting(`laser.${first.name}`)]),
  );
  return null;
}

/** The same for background work: an invalid value is not reported. */
export function quietSettings(resource?: vscode.Uri): InspectorSettings | null {
  const parsed = parsedSettings(resource);
  return parsed.ok ? withAbsolutePaths(parsed.value, resource) : null;
}

/** What the settings name for a document, for the language server; null if one is faulty. */
export function placesOf(document: vscode.Uri): Places | null {
  const settings = quietSettings(document);
  if (settings === null) return null;
  const { poolFile, modelFolders } = settings;
  return { poolFile: poolFile === "" ? null : poolFile, modelFolders };
}

function parsedSettings(resource?: vscode.Uri): ReturnType<typeof parseSettings> {
  const configuration = configurationOf(resource);
  const ofWindow = configurationOf();
  return parseSettings((name) =>
    (SETTINGS[name].scope === "window" ? ofWindow : configuration).get<unknown>(name),
  );
}

/** The window's chosen model, with an absolute path; the demo model if the setting is invalid. */
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
  // In a window on a single folder VS Code reports the folder's value as the workspace's value, too.
  const several = vscode.workspace.workspaceFile !== undefined;
  if (several && found?.workspaceFolderValue !== undefined) return "folder";
  if (found?.workspaceValue !== undefined) return "workspace";
  return found?.globalValue === undefined ? "default" : "user";
}

/** Null removes it. */
type SettingToWrite = string | number | boolean | readonly Json[] | null;

async function writeSetting(name: SettingName, value: SettingToWrite, resource?: vscode.Uri): Promise<void> {
  const targets: Readonly<Record<PlaceInForce, vscode.ConfigurationTarget>> = {
    default: vscode.ConfigurationTarget.Global,
    user: vscode.ConfigurationTarget.Global,
    workspace: vscode.ConfigurationTarget.Workspace,
    folder: vscode.ConfigurationTarget.WorkspaceFolder,
  };
  const target = targets[placeInForce(name, resource)];
  await configurationOf(resource).update(name, value ?? undefined, target);
}

/**
 * Writes a setting to the scope in which it is set, otherwise to the user settings; null removes it. False, after notifying
 * the user, if it could not be written.
 */
export async function changeSetting(
  notifier: Notifier,
  name: SettingName,
  value: SettingToWrite,
  resource?: vscode.Uri,
): Promise<boolean> {
  try {
    await writeSetting(name, value, resource);
    return true;
  } catch (error) {
    const setting = `laser.${name}`;
    notifier.warning(
      vscode.l10n.t("{0} could not be written: {1}", setting, messageOf(error)),
      nextSteps.nativeSetting(setting),
    );
    return false;
  }
}

/** Paths in settings can start with ~ or be relative to the workspace folder of the file. */
function withAbsolutePaths(settings: InspectorSettings, resource?: vscode.Uri): InspectorSettings {
  const absolute = (written: string): string => absolutePath(written, resource);
  const { model, poolFile, modelFolders } = settings;
  return {
    ...settings,
    model: {
      ...model,
      ...(model.path !== undefined && { path: absolute(model.path) }),
      ...(model.chatTemplatePath !== undefined && { chatTemplatePath: absolute(model.chatTemplatePath) }),
    },
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

/** Idle time after which the worker unloads the model; 0 means never. Invalid values count as the default. */
export function idleUnloadMinutes(): number {
  const name = "server.idleUnloadMinutes";
  const value = configurationOf().get<unknown>(name);
  return valueProblem(name, value) === null ? (value as number) : SETTINGS[name].default;
}
