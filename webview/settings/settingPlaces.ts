// Where the value of a setting comes from, as seen from one scope: which value applies there, and which wider
// ones it overrides. Pure.
import { isNarrower } from "../../extension/shared/settingScopes.ts";
import type { Json, LegalTarget, SettingView, TargetId } from "../../extension/shared/settingsEditor.ts";

export interface PlacedValue {
  readonly value: Json;
  /** The scope that sets it; null for the default. */
  readonly from: TargetId | null;
  readonly isDefault: boolean;
}

/** The value in a scope: its own, otherwise that of the nearest wider scope, otherwise the default. */
export function placedValue({ values, defaultValue }: SettingView, target: TargetId): PlacedValue {
  const found = values.findLast((one) => one.target === target || isNarrower(target, one.target));
  if (found === undefined) return { value: defaultValue, from: null, isDefault: true };
  return { value: found.value, from: found.target, isDefault: false };
}

/** Wider scopes with values that this scope's own value overrides. */
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

export function isEqual(a: Json | undefined, b: Json | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
