// What is reported about settings that were written from a what-if: the next run uses them, unless a nearer place says otherwise.
import assert from "node:assert/strict";
import { valueAt } from "../../../../extension/shared/settingScopes.ts";
import { appliedText, type WrittenSetting } from "../../../../extension/settings/appliedText.ts";
import { targetsOf, type WorkspaceShape } from "../../../../extension/settings/legalTargets.ts";
import type { TargetId } from "../../../../extension/shared/settingsEditor.ts";
import type { SetValues } from "../../../../extension/settings/settingViews.ts";
import { table } from "../../../support/check.ts";
import {
  NO_FOLDER,
  ONE_FOLDER,
  TWO_FOLDERS,
  type ValuesByKey,
} from "../../../support/webview/settingsMessages.ts";

const WRITTEN: readonly WrittenSetting[] = [
  { key: "laser.strategy", value: "laser" },
  { key: "laser.relaxed.topK", value: 3 },
  { key: "laser.guards.endOfText", value: true },
];

interface Row {
  readonly name: string;
  readonly window: WorkspaceShape;
  readonly to: TargetId;
  /** Beside what was written. */
  readonly values: ValuesByKey;
  /** Whether a value was new there; true if it is left out. */
  readonly isNew?: boolean;
  readonly says: string;
}

const rows: readonly Row[] = [
  {
    name: "without a folder",
    window: NO_FOLDER,
    to: "user",
    values: {},
    says: "Saved to the user settings; used from the next run on.",
  },
  {
    name: "the workspace is the nearest of one folder",
    window: ONE_FOLDER,
    to: "workspace",
    values: { "laser.relaxed.topK": { user: 9 } },
    says: "Saved to the workspace settings; used from the next run on.",
  },
  {
    name: "the workspace has another k",
    window: ONE_FOLDER,
    to: "user",
    values: { "laser.relaxed.topK": { workspace: 9 } },
    says: "Saved to the user settings, but the workspace settings override laser.relaxed.topK.",
  },
  {
    name: "the workspace says the same",
    window: ONE_FOLDER,
    to: "user",
    values: { "laser.relaxed.topK": { workspace: 3 } },
    says: "Saved to the user settings; used from the next run on.",
  },
  {
    name: "the workspace runs another strategy, which has no relaxed rule",
    window: ONE_FOLDER,
    to: "user",
    values: {
      "laser.strategy": { workspace: "laser-strict" },
      "laser.guards.endOfText": { workspace: false },
    },
    says: "Saved to the user settings, but the workspace settings override laser.strategy and laser.guards.endOfText.",
  },
  {
    name: "nothing was new there",
    window: ONE_FOLDER,
    to: "user",
    values: {},
    isNew: false,
    says: "The user settings already have these values.",
  },
  {
    name: "a setting that was not written",
    window: ONE_FOLDER,
    to: "user",
    values: { "laser.maxTokens": { workspace: 9 } },
    says: "Saved to the user settings; used from the next run on.",
  },
  {
    name: "workspace and a folder",
    window: TWO_FOLDERS,
    to: "user",
    values: { "laser.strategy": { workspace: "plain" }, "laser.relaxed.topK": { "folder:file:///books": 1 } },
    says: "Saved to the user settings, but the workspace settings override laser.strategy, and the settings of the folder books override laser.relaxed.topK for its prompts.",
  },
  {
    name: "a folder before the workspace",
    window: TWO_FOLDERS,
    to: "workspace",
    values: { "laser.relaxed.topK": { user: 7, "folder:file:///films": 1 } },
    says: "Saved to the workspace settings, but the settings of the folder films override laser.relaxed.topK for its prompts.",
  },
  {
    name: "one folder of two, the other says otherwise",
    window: TWO_FOLDERS,
    to: "folder:file:///films",
    values: { "laser.relaxed.topK": { user: 7, workspace: 8, "folder:file:///books": 1 } },
    says: "Saved to the settings of the folder films; used from the next run of one of its prompts on.",
  },
];

table("settings were written", rows, ({ window, to, values, isNew = true, says }) => {
  const valuesOf = (key: string): SetValues => {
    const value = WRITTEN.find((setting) => setting.key === key)?.value;
    const at = new Map(Object.entries(values[key] ?? {}) as [TargetId, unknown][]);
    return { defaultValue: null, at: at.set(to, value) };
  };
  const { message, isOverridden } = appliedText(targetsOf(window), to, WRITTEN, valuesOf, isNew);
  assert.equal(message, says);
  assert.equal(isOverridden, says.includes("override"));
});

table(
  "the value that counts at a place",
  [
    { name: "nobody says", at: {}, target: "workspace", value: 2 },
    { name: "its own", at: { user: 3, workspace: 4 }, target: "workspace", value: 4 },
    { name: "of the wider place", at: { user: 3 }, target: "folder:file:///films", value: 3 },
    {
      name: "of the nearest wider place",
      at: { user: 3, workspace: 4 },
      target: "folder:file:///films",
      value: 4,
    },
    {
      name: "never of a nearer one",
      at: { workspace: 4, "folder:file:///films": 5 },
      target: "user",
      value: 2,
    },
    {
      name: "nor of another folder",
      at: { "folder:file:///books": 5 },
      target: "folder:file:///films",
      value: 2,
    },
    { name: "null is a value", at: { user: 3, workspace: null }, target: "workspace", value: null },
  ] as const,
  ({ at, target, value }) => {
    const values = new Map(Object.entries(at) as [TargetId, unknown][]);
    assert.equal(valueAt({ at: values, defaultValue: 2 }, target), value);
  },
);
