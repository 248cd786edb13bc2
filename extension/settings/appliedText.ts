// The message shown after settings were written: where, and which narrower scopes override them.
import { t } from "../../core/base/index.ts";
import { isNarrower } from "../shared/settingScopes.ts";
import type { Target, TargetId } from "../shared/settingsEditor.ts";
import type { SetValues } from "./settingViews.ts";

export interface WrittenSetting {
  /** E.g. "laser.relaxed.topK". */
  readonly key: string;
  readonly value: string | number | boolean | null;
}

export interface AppliedText {
  readonly message: string;
  /** A different value is in effect in some narrower scope. */
  readonly isOverridden: boolean;
}

/**
 * @param targets all scopes of the window
 * @param isNew false if all these values were already in effect there, so nothing was written
 */
export function appliedText(
  targets: readonly Target[],
  target: TargetId,
  written: readonly WrittenSetting[],
  valuesOf: (key: string) => SetValues,
  isNew: boolean,
): AppliedText {
  const place = placeWords(targets, target);
  const nearer = targets.filter(({ id }) => isNarrower(id, target));
  const overrides = nearer.flatMap(({ id }) => {
    const keys = written.filter((setting) => isOverridden(setting, id, valuesOf(setting.key)));
    if (keys.length === 0) return [];
    const listed = new Intl.ListFormat("en").format(keys.map(({ key }) => key));
    return [
      t(
        "the {0} override {1}{2}",
        placeWords(targets, id),
        listed,
        isFolder(id) ? t(" for its prompts") : "",
      ),
    ];
  });
  const done = isNew ? t("Saved to the {0}", place) : t("The {0} already have these values", place);
  if (overrides.length > 0)
    return { message: t("{0}, but {1}.", done, overrides.join(", and ")), isOverridden: true };
  const next = isFolder(target) ? t("the next run of one of its prompts") : t("the next run");
  if (!isNew) return { message: `${done}.`, isOverridden: false };
  return { message: t("{0}; used from {1} on.", done, next), isOverridden: false };
}

/** An equal value in a narrower scope does not override anything. */
function isOverridden({ value }: WrittenSetting, by: TargetId, { at }: SetValues): boolean {
  const there = at.get(by);
  return there !== undefined && there !== value;
}

/** E.g. "user settings", "settings of the folder films". */
function placeWords(targets: readonly Target[], id: TargetId): string {
  const name = targets.find((target) => target.id === id)?.name ?? id;
  return isFolder(id) ? t("settings of the folder {0}", name) : `${name.toLowerCase()} settings`;
}

function isFolder(id: TargetId): boolean {
  return id.startsWith("folder:");
}
