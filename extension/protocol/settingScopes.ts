// Which place's value of a setting counts before which, and what places are called. Pure; it must not know how values are
// read, shown or written.
import type { SettingView, Target, TargetId } from "./settingsEditor.ts";

/** The places with values of their own that count before this one. */
export function overriding({ values }: Pick<SettingView, "values">, target: TargetId): readonly TargetId[] {
  return values.filter((one) => isNarrower(one.target, target)).map((one) => one.target);
}

export function isNarrower(a: TargetId, b: TargetId): boolean {
  return rank(a) > rank(b);
}

/** E.g. "User", "Workspace", "Folder demo". */
export function placeName(targets: readonly Target[], id: TargetId): string {
  const name = targets.find((target) => target.id === id)?.name ?? id;
  return id.startsWith("folder:") ? `Folder ${name}` : name;
}

function rank(target: TargetId): number {
  return target === "user" ? 0 : target === "workspace" ? 1 : 2;
}
