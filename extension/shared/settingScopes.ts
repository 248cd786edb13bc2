// Which scope's value of a setting overrides which, and what scopes are called.
import { t } from "../../core/base/index.ts";
import type { SettingView, Target, TargetId } from "./settingsEditor.ts";

/** The narrower scopes whose values override this one's. */
export function overriding({ values }: Pick<SettingView, "values">, target: TargetId): readonly TargetId[] {
  return values.filter((one) => isNarrower(one.target, target)).map((one) => one.target);
}

export function isNarrower(a: TargetId, b: TargetId): boolean {
  return rank(a) > rank(b);
}

/**
 * The value in effect at a scope: its own, otherwise that of the nearest wider scope, otherwise the default.
 */
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
  return id.startsWith("folder:") ? t("Folder {0}", name) : name;
}

function rank(target: TargetId): number {
  return target === "user" ? 0 : target === "workspace" ? 1 : 2;
}
