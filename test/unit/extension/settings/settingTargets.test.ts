// Where a setting may be written, for every scope in every kind of window, and what the extension refuses before it writes.
import assert from "node:assert/strict";
import { test } from "vitest";
import { legalTargets, targetsOf, type WorkspaceShape } from "../../../../extension/settings/legalTargets.ts";
import {
  manifestSettings,
  SETTING_SCOPES,
  type SettingScope,
} from "../../../../extension/settings/manifestSettings.ts";
import type { Json } from "../../../../extension/shared/settingSchema.ts";
import type { TargetId } from "../../../../extension/shared/settingsEditor.ts";
import { parse } from "../../../../core/base/index.ts";
import { FromSettingsEditorSchema } from "../../../../extension/shared/settingsEditor.ts";
import { changeProblem } from "../../../../extension/settings/settingViews.ts";
import { table } from "../../../support/check.ts";
import {
  fixtureManifest,
  NO_FOLDER,
  ONE_FOLDER,
  settingsOf,
  TWO_FOLDERS,
  viewOf,
} from "../../../support/settingsPages.ts";

const ALL_OF_TWO: readonly TargetId[] = ["user", "workspace", "folder:file:///films", "folder:file:///books"];
/** What VS Code takes: a folder's settings may hold what a resource's or a machine's overridable ones are. */
const RULES: Readonly<
  Record<SettingScope, { readonly one: readonly TargetId[]; readonly two: readonly TargetId[] }>
> = {
  application: { one: ["user"], two: ["user"] },
  machine: { one: ["user"], two: ["user"] },
  "machine-overridable": { one: ["user", "workspace"], two: ALL_OF_TWO },
  window: { one: ["user", "workspace"], two: ["user", "workspace"] },
  resource: { one: ["user", "workspace"], two: ALL_OF_TWO },
  "language-overridable": { one: ["user", "workspace"], two: ALL_OF_TWO },
};

table(
  "legal places",
  SETTING_SCOPES.map((name) => ({ name })),
  ({ name }) => {
    const places = (workspace: WorkspaceShape): TargetId[] =>
      legalTargets(name, false, workspace).map(({ id }) => id);
    assert.deepEqual(places(NO_FOLDER), ["user"]);
    assert.deepEqual(places(ONE_FOLDER), RULES[name].one);
    assert.deepEqual(places(TWO_FOLDERS), RULES[name].two);
    assert.deepEqual(
      places({ ...ONE_FOLDER, kind: "several" }),
      RULES[name].two.filter((id) => !id.includes("books")),
    );
  },
);

table(
  "a workspace that is not trusted",
  SETTING_SCOPES.flatMap((scope) =>
    [true, false].map((isRestricted) => ({
      name: `${scope}, ${isRestricted ? "" : "not "}restricted`,
      scope,
      isRestricted,
    })),
  ),
  ({ scope, isRestricted }) => {
    const untrusted = { ...TWO_FOLDERS, isTrusted: false };
    for (const { id, notInForce } of legalTargets(scope, isRestricted, untrusted)) {
      if (id === "user" || !isRestricted) assert.equal(notInForce, null, id);
      else assert.match(notInForce ?? "", /not trusted/, id);
    }
    assert.ok(legalTargets(scope, isRestricted, TWO_FOLDERS).every(({ notInForce }) => notInForce === null));
  },
);

test("the window's places are those of its kind", () => {
  const names = (workspace: WorkspaceShape): string[] => targetsOf(workspace).map(({ name }) => name);
  assert.deepEqual([NO_FOLDER, ONE_FOLDER, TWO_FOLDERS].map(names), [
    ["User"],
    ["User", "Workspace"],
    ["User", "Workspace", "films", "books"],
  ]);
});

const scoped = new Map(manifestSettings(fixtureManifest("scopes")).map((setting) => [setting.key, setting]));

table(
  "a change",
  [
    { name: "that fits", key: "demo.window", target: "workspace", value: 2, problem: null },
    {
      name: "of the wrong type",
      key: "demo.window",
      target: "user",
      value: "2",
      problem: "Enter a whole number.",
    },
    {
      name: "where it is not legal",
      key: "demo.app",
      target: "workspace",
      value: true,
      problem: "demo.app can't be set there.",
    },
    {
      name: "in an unknown folder",
      key: "demo.resource",
      target: "folder:file:///x",
      value: 1,
      problem: "demo.resource can't be set there.",
    },
    { name: "taken back", key: "demo.window", target: "user", value: undefined, problem: null },
    {
      name: "taken back where it is not legal",
      key: "demo.app",
      target: "workspace",
      value: undefined,
      problem: "demo.app can't be set there.",
    },
  ] satisfies readonly {
    name: string;
    key: string;
    target: TargetId;
    value: Json | undefined;
    problem: string | null;
  }[],
  ({ key, target, value, problem }) => {
    assert.equal(changeProblem(scoped.get(key)!, TWO_FOLDERS, target, value), problem);
  },
);

test("a restricted setting is not written to a workspace that is not trusted, but may be taken back there", () => {
  const untrusted = { ...ONE_FOLDER, isTrusted: false };
  const setting = scoped.get("demo.path")!;
  assert.match(changeProblem(setting, untrusted, "workspace", "x") ?? "", /not trusted/);
  assert.equal(changeProblem(setting, untrusted, "workspace", undefined), null);
  assert.equal(changeProblem(setting, untrusted, "user", "x"), null);
});

test("values come with their places, legal ones alone, as plain data", () => {
  const values = { "demo.window": { user: 1, workspace: { deep: [1] }, "folder:file:///films": 9 } };
  const view = viewOf(settingsOf(fixtureManifest("scopes"), values, TWO_FOLDERS), "demo.window");
  assert.deepEqual(view.values, [
    { target: "user", value: 1 },
    { target: "workspace", value: { deep: [1] } },
  ]);
  assert.equal(view.defaultValue, 1);
});

table(
  "a message of the page",
  [
    { name: "ready", given: { kind: "ready" }, isMessage: true },
    {
      name: "a change",
      given: { kind: "change", key: "a", target: "user", value: ["x", null] },
      isMessage: true,
    },
    {
      name: "a change in a folder",
      given: { kind: "change", key: "a", target: "folder:file:///x", value: 1 },
      isMessage: true,
    },
    { name: "a reset", given: { kind: "reset", key: "a", target: "workspace" }, isMessage: true },
    { name: "a change nowhere", given: { kind: "change", key: "a", value: 1 }, isMessage: false },
    {
      name: "a change to an odd place",
      given: { kind: "change", key: "a", target: "folder:", value: 1 },
      isMessage: false,
    },
    { name: "a change to nothing", given: { kind: "change", key: "a", target: "user" }, isMessage: false },
    {
      name: "a change to no JSON",
      given: { kind: "change", key: "a", target: "user", value: [NaN] },
      isMessage: false,
    },
    { name: "a key that is none", given: { kind: "openNative", key: 3 }, isMessage: false },
    { name: "no object", given: "ready", isMessage: false },
    { name: "an unknown kind", given: { kind: "delete", key: "a", target: "user" }, isMessage: false },
  ],
  ({ given, isMessage }) => {
    assert.deepEqual(parse(FromSettingsEditorSchema, given), isMessage ? given : null);
  },
);
