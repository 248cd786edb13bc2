// The settings editor's list: the values of the settings, and the scopes where they can be set.
import { t } from "../../core/base/index.ts";
import { SETTING_NAMES, settingName, settingOf, settingProblem } from "../../core/settings/index.ts";
import { legalTargets, targetsOf, type WorkspaceShape } from "./legalTargets.ts";
import {
  wantedWords,
  type Json,
  type SettingView,
  type TargetId,
  type ToSettingsEditor,
} from "../shared/settingsEditor.ts";

/** The default of a setting and its values by scope. */
export interface SetValues {
  readonly defaultValue: unknown;
  readonly at: ReadonlyMap<TargetId, unknown>;
}

export function settingsMessage(
  workspace: WorkspaceShape,
  valuesOf: (key: string) => SetValues,
): Extract<ToSettingsEditor, { readonly kind: "settings" }> {
  const keys = SETTING_NAMES.map((name) => ({ name, key: `laser.${name}` }));
  return {
    kind: "settings",
    settings: keys.map(({ name, key }) => {
      const { scope, restricted = false } = settingOf(name);
      return settingView(key, legalTargets(scope, restricted, workspace), valuesOf(key));
    }),
    targets: targetsOf(workspace),
    isTrusted: workspace.isTrusted,
  };
}

/** Why a value can't be written to a scope, as a sentence; null if it can. Undefined removes the value. */
export function changeProblem(
  key: string,
  workspace: WorkspaceShape,
  target: TargetId,
  value: Json | undefined,
): string | null {
  const name = settingName(key);
  if (name === null) return t("There is no such setting.");
  const setting = settingOf(name);
  const { scope, restricted = false } = setting;
  const legal = legalTargets(scope, restricted, workspace).find(({ id }) => id === target);
  if (legal === undefined) return t("{0} can't be set there.", key);
  if (value === undefined) return null;
  const wanted = settingProblem(setting, value);
  return legal.notInForce ?? (wanted === null ? null : wantedWords(setting, wanted));
}

function settingView(
  key: string,
  targets: SettingView["targets"],
  { defaultValue, at }: SetValues,
): SettingView {
  return {
    key,
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
