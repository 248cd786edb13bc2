// The settings that the what-if judges with, by the names that a run reads. Pure.
import { overriding, placeName } from "../../extension/shared/settingScopes.ts";
import type { Json, SettingView, WhatIfSettings } from "../../extension/shared/settingsEditor.ts";
import { isStrategy } from "../../core/laser/index.ts";
import { DEFAULT_SETTINGS, SETTINGS } from "../../core/settings/index.ts";
import { shownName } from "./settingFacts.ts";
import { parseDraft, shownValue } from "./settingDrafts.ts";
import { isEqual, placedValue } from "./settingPlaces.ts";
import type { Draft, SettingsModel } from "./settingsState.ts";

const JUDGED = /^laser\.(?:strategy$|relaxed\.|guards\.)/;

export function isJudged({ key }: SettingView): boolean {
  return JUDGED.test(key);
}

/** The values shown, whether saved or not. */
export function whatIfSettings(model: SettingsModel): WhatIfSettings {
  const values = new Map(
    model.settings
      ?.filter(isJudged)
      .map((setting) => [setting.key.slice("laser.".length), shownValue(model, setting)]),
  );
  const numberOr = <Preset>(key: string, preset: Preset): number | Preset => {
    const value = values.get(key);
    return typeof value === "number" ? value : preset;
  };
  const strategy = values.get("strategy");
  const endOfText = values.get("guards.endOfText");
  const { guards } = DEFAULT_SETTINGS;
  return {
    strategy: typeof strategy === "string" && isStrategy(strategy) ? strategy : DEFAULT_SETTINGS.strategy,
    relaxed: {
      kind: "relaxed",
      topK: numberOr("relaxed.topK", SETTINGS["relaxed.topK"].default),
      minProbability: numberOr("relaxed.minProbability", SETTINGS["relaxed.minProbability"].default),
    },
    guards: {
      endOfText: typeof endOfText === "boolean" ? endOfText : guards.endOfText,
      maxConsecutiveRelaxed: numberOr("guards.maxConsecutiveRelaxed", null),
      maxNatsGivenUp: numberOr("guards.maxNatsGivenUp", null),
    },
  };
}

/** A value that the preview judges with and that is not written yet. */
export interface PendingChange {
  readonly view: SettingView;
  readonly value: Json;
}

/** While a preview is open or about to be, values of judged settings wait for "Apply". */
export function isPreviewed({ trace, isTraceKnown }: SettingsModel, view: SettingView): boolean {
  return (trace !== null || !isTraceKnown) && isJudged(view);
}

export function pendingChanges(model: SettingsModel): readonly PendingChange[] {
  return (model.settings ?? []).flatMap((view) => {
    if (!isPreviewed(model, view)) return [];
    const draft = model.drafts.get(view.key);
    const parsed = draft === undefined ? null : parseDraft(view, draft);
    if (parsed?.ok !== true || isEqual(parsed.value, placedValue(view, model.target).value)) return [];
    return [{ view, value: parsed.value }];
  });
}

/** Drafts to keep while the page is hidden, by key: those that wait for "Apply", and those that can't be written. */
export function keptDrafts({ settings, drafts, target }: SettingsModel): [key: string, draft: Draft][] {
  return (settings ?? []).flatMap((view): [string, Draft][] => {
    const draft = drafts.get(view.key);
    if (draft === undefined) return [];
    const parsed = parseDraft(view, draft);
    const waits = parsed.ok && isJudged(view) && !isEqual(parsed.value, placedValue(view, target).value);
    return waits || !parsed.ok ? [[view.key, draft]] : [];
  });
}

/** Judged settings that a narrower scope overrides, so that a run would use values other than those shown. */
export function overriddenWords(model: SettingsModel): readonly string[] {
  const { settings, target, targets } = model;
  return (settings ?? []).filter(isJudged).flatMap((setting) => {
    const places = overriding(setting, target).map((id) => placeName(targets, id));
    return places.length === 0 ? [] : [`${shownName(setting)} (${places.join(", ")})`];
  });
}
