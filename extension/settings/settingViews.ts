// The settings editor's list: the manifest's settings, their values, and the scopes where they can be set.
import { legalTargets, targetsOf, type WorkspaceShape } from "./legalTargets.ts";
import type { ManifestSetting } from "./manifestSettings.ts";
import { valueProblem, type Json } from "../shared/settingSchema.ts";
import type { SettingView, TargetId, ToSettingsEditor } from "../shared/settingsEditor.ts";

/** The default of a setting and its values by scope. */
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

/** Why a value can't be written to a scope, as a sentence; null if it can. Undefined removes the value. */
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

/** Values from the editor may be more than plain data; those of a settings file never are. */
function asJson(value: unknown): Json {
  return value === undefined ? null : (JSON.parse(JSON.stringify(value)) as Json);
}
