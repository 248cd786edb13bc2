// The scopes in which a setting can be written, given its declared scope and the open workspace. These are VS
// Code's own rules: it refuses or ignores a setting written elsewhere.
import { t, unreachable } from "../../core/base/index.ts";
import type { Scope } from "../../core/settings/index.ts";
import type { LegalTarget, Target } from "../shared/settingsEditor.ts";

/** What is open in the window. */
export interface WorkspaceShape {
  /**
   * "several": a workspace file, whose folders then each have their own settings, even if there is only
   * one.
   */
  readonly kind: "none" | "folder" | "several";
  readonly folders: readonly { readonly uri: string; readonly name: string }[];
  readonly isTrusted: boolean;
}

/** All scopes of a window, widest first. */
export function targetsOf({ kind, folders }: WorkspaceShape): readonly Target[] {
  const user: Target = { id: "user", name: "User" };
  if (kind === "none") return [user];
  const workspace: Target = { id: "workspace", name: "Workspace" };
  // In a window on a single folder, the folder's settings are the workspace's.
  if (kind === "folder") return [user, workspace];
  return [user, workspace, ...folders.map(({ uri, name }): Target => ({ id: `folder:${uri}`, name }))];
}

/** The scopes allowed for a setting, widest first. */
export function legalTargets(
  scope: Scope,
  isRestricted: boolean,
  workspace: WorkspaceShape,
): readonly LegalTarget[] {
  const notTrusted =
    isRestricted && !workspace.isTrusted
      ? t("Not in effect: this workspace is not trusted, so its own value of this setting is ignored.")
      : null;
  return targetsOf(workspace)
    .filter(({ id }) => allows(scope, id === "user" || id === "workspace" ? id : "folder"))
    .map(({ id }) => ({ id, notInForce: id === "user" ? null : notTrusted }));
}

function allows(scope: Scope, place: "user" | "workspace" | "folder"): boolean {
  switch (scope) {
    case "window":
      return place !== "folder";
    case "machine-overridable":
    case "resource":
      return true;
    default:
      return unreachable(scope);
  }
}
