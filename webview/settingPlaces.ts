// Where the value of a setting comes from, seen from one place: which value counts there, and which wider
// ones it overrides. Pure; it must not know how values are edited.
import { isNarrower } from "../extension/protocol/settingScopes.ts";
import type { Json } from "../extension/protocol/settingSchema.ts";
import type { LegalTarget, SettingView, TargetId } from "../extension/protocol/settingsEditor.ts";

export interface PlacedValue {
  readonly value: Json;
  /** The place that sets it; null: the default. */
  readonly from: TargetId | null;
  readonly isDefault: boolean;
}

/** The value as of a place: its own, else that of the nearest wider place, else the default. */
export function placedValue({ values, defaultValue }: SettingView, target: TargetId): PlacedValue {
  const found = values.findLast((one) => one.target === target || isNarrower(target, one.target));
  if (found === undefined) return { value: defaultValue, from: null, isDefault: true };
  return { value: found.value, from: found.target, isDefault: false };
}

/** Wider places with values that the one shown overrides; none where it has no value of its own. */
export function overridden({ values }: SettingView, target: TargetId): readonly TargetId[] {
  if (!values.some((one) => one.target === target)) return [];
  return values.filter((one) => isNarrower(target, one.target)).map((one) => one.target);
}

export function isSetAt({ values }: SettingView, target: TargetId): boolean {
  return values.some((one) => one.target === target);
}

export function legalAt({ targets }: SettingView, target: TargetId): LegalTarget | null {
  return targets.find(({ id }) => id === target) ?? null;
}

/** E.g. "Relaxed: Top K", since other settings may be called "Top K" as well. */
export function settingName({ category, label }: SettingView): string {
  return category === "" ? label : `${category}: ${label}`;
}

export function isEqual(a: Json | undefined, b: Json | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
