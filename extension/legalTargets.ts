// Where a setting may be written: what the manifest's scope allows, in the workspace that is open. The rule is VS Code's
// own; a setting written elsewhere would be refused or ignored. Pure; it must not know vscode or values.
import { unreachable } from "../server/laser/index.ts";
import type { SettingScope } from "./manifestSettings.ts";
import type { LegalTarget, Target } from "./protocol/settingsEditor.ts";

/** What is open in the window. */
export interface WorkspaceShape {
  /** "several": a workspace file; each of its folders then has settings of its own, even where there is only one. */
  readonly kind: "none" | "folder" | "several";
  readonly folders: readonly { readonly uri: string; readonly name: string }[];
  readonly isTrusted: boolean;
}

/** All places of a window, the widest first. */
export function targetsOf({ kind, folders }: WorkspaceShape): readonly Target[] {
  const user: Target = { id: "user", name: "User" };
  if (kind === "none") return [user];
  const workspace: Target = { id: "workspace", name: "Workspace" };
  // The one folder of a window has no settings beside the workspace's.
  if (kind === "folder") return [user, workspace];
  return [user, workspace, ...folders.map(({ uri, name }): Target => ({ id: `folder:${uri}`, name }))];
}

/** The places for a setting of this scope, the widest first. */
export function legalTargets(
  scope: SettingScope,
  isRestricted: boolean,
  workspace: WorkspaceShape,
): readonly LegalTarget[] {
  const notTrusted =
    isRestricted && !workspace.isTrusted
      ? "Not in effect: this workspace is not trusted, so its own value of this setting is ignored."
      : null;
  return targetsOf(workspace)
    .filter(({ id }) => allows(scope, id === "user" || id === "workspace" ? id : "folder"))
    .map(({ id }) => ({ id, notInForce: id === "user" ? null : notTrusted }));
}

function allows(scope: SettingScope, place: "user" | "workspace" | "folder"): boolean {
  switch (scope) {
    case "application":
    case "machine":
      return place === "user";
    case "window":
      return place !== "folder";
    case "machine-overridable":
    case "resource":
    case "language-overridable":
      return true;
    default:
      return unreachable(scope);
  }
}
