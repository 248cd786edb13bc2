// Where a setting may be written, for every scope in every kind of window, and what the extension refuses before it writes.
import assert from "node:assert/strict";
import { test } from "vitest";
import { legalTargets, targetsOf, type WorkspaceShape } from "../../../../extension/settings/legalTargets.ts";
import { withPath } from "../../../../extension/settings/withPath.ts";
import { parse } from "../../../../core/base/index.ts";
import type { Scope } from "../../../../core/settings/index.ts";
import {
  FromSettingsEditorSchema,
  type Json,
  type TargetId,
} from "../../../../extension/shared/settingsEditor.ts";
import { changeProblem } from "../../../../extension/settings/settingViews.ts";
import { table } from "../../../support/check.ts";
import {
  NO_FOLDER,
  ONE_FOLDER,
  settingsOf,
  TWO_FOLDERS,
  viewOf,
} from "../../../support/webview/settingsMessages.ts";

const ALL_OF_TWO: readonly TargetId[] = ["user", "workspace", "folder:file:///films", "folder:file:///books"];
/** What VS Code takes: a folder's settings may hold what a resource's or a machine's overridable ones are. */
const RULES: Readonly<
  Record<Scope, { readonly one: readonly TargetId[]; readonly two: readonly TargetId[] }>
> = {
  "machine-overridable": { one: ["user", "workspace"], two: ALL_OF_TWO },
  window: { one: ["user", "workspace"], two: ["user", "workspace"] },
  resource: { one: ["user", "workspace"], two: ALL_OF_TWO },
};

const SCOPES = Object.keys(RULES) as Scope[];

table(
  "legal places",
  SCOPES.map((name) => ({ name })),
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
  SCOPES.flatMap((scope) =>
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

table(
  "a chosen path",
  [
    { name: "in place of a text", value: "old.gguf", gives: "/new" },
    { name: "in a list", value: ["/old"], gives: ["/old", "/new"] },
    { name: "that the list has", value: ["/new", "/old"], gives: ["/new", "/old"] },
  ],
  ({ value, gives }) => {
    assert.deepEqual(withPath(value, "/new"), gives);
  },
);

const MINUTES = "laser.server.idleUnloadMinutes";

table(
  "a change",
  [
    { name: "that fits", key: MINUTES, target: "workspace", value: 2, problem: null },
    {
      name: "of the wrong type",
      key: MINUTES,
      target: "user",
      value: "2",
      problem: "Enter a number from 0 to 1440.",
    },
    {
      name: "of an unknown choice",
      key: "laser.gpu",
      target: "user",
      value: "x",
      problem: "Choose one of auto, off, vulkan, cuda, metal.",
    },
    {
      name: "where it is not legal",
      key: MINUTES,
      target: "folder:file:///films",
      value: 1,
      problem: `${MINUTES} can't be set there.`,
    },
    {
      name: "in an unknown folder",
      key: "laser.maxTokens",
      target: "folder:file:///x",
      value: 1,
      problem: "laser.maxTokens can't be set there.",
    },
    { name: "taken back", key: MINUTES, target: "user", value: undefined, problem: null },
    {
      name: "taken back where it is not legal",
      key: MINUTES,
      target: "folder:file:///films",
      value: undefined,
      problem: `${MINUTES} can't be set there.`,
    },
    {
      name: "of an unknown setting",
      key: "laser.none",
      target: "user",
      value: 1,
      problem: "There is no such setting.",
    },
  ] satisfies readonly {
    name: string;
    key: string;
    target: TargetId;
    value: Json | undefined;
    problem: string | null;
  }[],
  ({ key, target, value, problem }) => {
    assert.equal(changeProblem(key, TWO_FOLDERS, target, value), problem);
  },
);

test("a restricted setting is not written to an untrusted workspace, but may be removed there", () => {
  const untrusted = { ...ONE_FOLDER, isTrusted: false };
  assert.match(changeProblem("laser.poolFile", untrusted, "workspace", "x") ?? "", /not trusted/);
  assert.equal(changeProblem("laser.poolFile", untrusted, "workspace", undefined), null);
  assert.equal(changeProblem("laser.poolFile", untrusted, "user", "x"), null);
});

test("values come with their places, only legal ones, as plain data", () => {
  const values = { [MINUTES]: { user: 1, workspace: { deep: [1] }, "folder:file:///films": 9 } };
  const view = viewOf(settingsOf(values, TWO_FOLDERS), MINUTES);
  assert.deepEqual(view.values, [
    { target: "user", value: 1 },
    { target: "workspace", value: { deep: [1] } },
  ]);
  assert.equal(view.defaultValue, 10);
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
    { name: "not a key", given: { kind: "openNative", key: 3 }, isMessage: false },
    { name: "no object", given: "ready", isMessage: false },
    { name: "an unknown kind", given: { kind: "delete", key: "a", target: "user" }, isMessage: false },
  ],
  ({ given, isMessage }) => {
    assert.deepEqual(parse(FromSettingsEditorSchema, given), isMessage ? given : null);
  },
);
