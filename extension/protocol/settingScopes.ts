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

/** The value that counts at a place: its own, else that of the nearest wider place, else the default. */
export function valueAt(
  { at, defaultValue }: { readonly at: ReadonlyMap<TargetId, unknown>; readonly defaultValue?: unknown },
  target: TargetId,
): unknown {
  const places: readonly TargetId[] = [target, "workspace", "user"];
  const own = places.find(
    (place) => (place === target || isNarrower(target, place)) && at.get(place) !== undefined,
  );
  return own === undefined ? defaultValue : at.get(own);
}

/** E.g. "User", "Workspace", "Folder demo". */
export function placeName(targets: readonly Target[], id: TargetId): string {
  const name = targets.find((target) => target.id === id)?.name ?? id;
  return id.startsWith("folder:") ? `Folder ${name}` : name;
}

function rank(target: TargetId): number {
  return target === "user" ? 0 : target === "workspace" ? 1 : 2;
}
