// The state of the settings editor: the settings with their values, the scope written to, the search text,
// what is being typed, what was refused. Pure.
import type { Json, TargetId, ToSettingsEditor } from "../../extension/shared/settingsEditor.ts";
import { unreachable } from "../../core/base/index.ts";
import { parseDraft } from "./settingDrafts.ts";
import type { Draft, SettingsModel } from "./settingsState.ts";
import { isEqual, placedValue } from "./settingPlaces.ts";

export const NO_SETTINGS: SettingsModel = {
  settings: null,
  targets: [],
  isTrusted: true,
  target: "user",
  search: "",
  trainContextTokens: null,
  engine: null,
  trace: null,
  isTraceKnown: false,
  traceName: null,
  traceNames: [],
  traceTitles: [],
  drafts: new Map(),
  sent: new Map(),
  refused: new Map(),
};

export function reduceSettings(model: SettingsModel, message: ToSettingsEditor): SettingsModel {
  switch (message.kind) {
    case "settings": {
      const { settings, targets, isTrusted } = message;
      const target = targets.some(({ id }) => id === model.target) ? model.target : "user";
      const next = { ...model, settings, targets, isTrusted, target };
      return target === model.target ? keepDrafts(model, next) : withoutDrafts(next);
    }
    case "trace":
      return {
        ...model,
        trace: message.trace,
        isTraceKnown: true,
        traceName: message.name,
        traceNames: message.names,
        traceTitles: message.titles,
      };
    case "model":
      return { ...model, trainContextTokens: message.trainContextTokens };
    case "engine":
      return { ...model, engine: message.facts };
    case "refused":
      return { ...model, refused: new Map(model.refused).set(message.key, message.reason) };
    default:
      return unreachable(message);
  }
}

/** A field is being edited. */
export function withDraft(model: SettingsModel, key: string, draft: Draft): SettingsModel {
  return { ...model, drafts: new Map(model.drafts).set(key, draft), refused: without(model.refused, key) };
}

/** Discards what was typed into a field. */
export function withoutDraft(model: SettingsModel, key: string): SettingsModel {
  return { ...model, drafts: without(model.drafts, key), refused: without(model.refused, key) };
}

/** A value was sent; the echo will be recognized as our own. */
export function withSent(model: SettingsModel, key: string, value: Json): SettingsModel {
  return { ...model, sent: new Map(model.sent).set(key, value), refused: without(model.refused, key) };
}

export function withTarget(model: SettingsModel, target: TargetId): SettingsModel {
  return withoutDrafts({ ...model, target });
}

/** A value changed elsewhere replaces what was typed here; the echo of our own change does not. */
function keepDrafts(before: SettingsModel, next: SettingsModel): SettingsModel {
  const [drafts, refused] = [new Map(next.drafts), new Map(next.refused)];
  const old = new Map(before.settings?.map((setting) => [setting.key, setting]));
  for (const setting of next.settings ?? []) {
    const { key } = setting;
    const last = old.get(key);
    const value = placedValue(setting, next.target).value;
    if (last === undefined || isEqual(placedValue(last, before.target).value, value)) continue;
    refused.delete(key);
    const draft = drafts.get(key);
    const parsed = draft === undefined ? null : parseDraft(setting, draft);
    const isNewer =
      isEqual(next.sent.get(key), value) && !(parsed?.ok === true && isEqual(parsed.value, value));
    if (!isNewer) drafts.delete(key);
  }
  return { ...next, drafts, refused };
}

function withoutDrafts(model: SettingsModel): SettingsModel {
  return { ...model, drafts: new Map(), sent: new Map(), refused: new Map() };
}

function without<Value>(all: ReadonlyMap<string, Value>, key: string): ReadonlyMap<string, Value> {
  const kept = new Map(all);
  kept.delete(key);
  return kept;
}
