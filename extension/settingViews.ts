// The settings editor's list of settings: what the manifest says, with the values that are set and where others may be.
// Pure: values come in through a function. It must not know vscode.
import { legalTargets, targetsOf, type WorkspaceShape } from "./legalTargets.ts";
import type { ManifestSetting } from "./manifestSettings.ts";
import { valueProblem, type Json } from "./protocol/settingSchema.ts";
import type { SettingView, TargetId, ToSettingsEditor } from "./protocol/settingsEditor.ts";

/** The default of a setting, and its value at each place where one is set. */
export interface SetValues {
  readonly defaultValue: unknown;
  readonly at: ReadonlyMap<TargetId, unknown>;
}

export function settingsMessage(
  settings: readonly ManifestSetting[],
  workspace: WorkspaceShape,
  valuesOf: (key: string) => SetValues,
): Extract<ToSettingsEditor, { readonly kind: "settings" }> {
  const targets = targetsOf(workspace);
  return {
    kind: "settings",
    settings: settings.map((setting) => settingView(setting, workspace, valuesOf(setting.key))),
    targets,
    isTrusted: workspace.isTrusted,
  };
}

/** Why a value may not be written at a place, as a sentence; null where it may. Undefined takes the value back. */
export function changeProblem(
  { scope, isRestricted, schema, key }: ManifestSetting,
  workspace: WorkspaceShape,
  target: TargetId,
  value: Json | undefined,
): string | null {
  const legal = legalTargets(scope, isRestricted, workspace).find(({ id }) => id === target);
  if (legal === undefined) return `${key} can't be set there.`;
  if (value === undefined) return null;
  return legal.notInForce ?? valueProblem(schema, value);
}

function settingView(
  { scope, isRestricted, ...shown }: ManifestSetting,
  workspace: WorkspaceShape,
  { defaultValue, at }: SetValues,
): SettingView {
  const targets = legalTargets(scope, isRestricted, workspace);
  return {
    ...shown,
    defaultValue: asJson(defaultValue),
    values: targets.flatMap(({ id }) => {
      const value = at.get(id);
      return value === undefined ? [] : [{ target: id, value: asJson(value) }];
    }),
    targets,
  };
}

/** What an editor hands out may be more than data; what a settings file holds is never more. */
function asJson(value: unknown): Json {
  return value === undefined ? null : (JSON.parse(JSON.stringify(value)) as Json);
}
