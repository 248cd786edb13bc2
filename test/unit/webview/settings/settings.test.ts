// What the settings editor shows, without a page: which value counts at which place, what a search finds, what becomes of
// a text being typed when values change, and what is kept over a reload.
import assert from "node:assert/strict";
import { test } from "vitest";
import { SETTING_NAMES, SETTINGS } from "../../../../core/settings/index.ts";
import { overriding } from "../../../../extension/shared/settingScopes.ts";
import type { Json, TargetId } from "../../../../extension/shared/settingsEditor.ts";
import { overriddenWords, whatIfSettings } from "../../../../webview/settings/judgedSettings.ts";
import {
  firstNumber,
  numberRange,
  parseDraft,
  problemOf,
  shownValue,
} from "../../../../webview/settings/settingDrafts.ts";
import { overridden, placedValue } from "../../../../webview/settings/settingPlaces.ts";
import { escaped, unescaped } from "../../../../webview/settings/escapes.ts";
import { factsOf, shownName } from "../../../../webview/settings/settingFacts.ts";
import { descriptionParts } from "../../../../webview/settings/textParts.ts";
import { foundSettings } from "../../../../webview/settings/settingSearch.ts";
import { readKeptSettings } from "../../../../webview/settings/settingsKept.ts";
import {
  NO_SETTINGS,
  reduceSettings,
  withDraft,
  withSent,
  withTarget,
} from "../../../../webview/settings/settingsModel.ts";
import type { SettingsModel } from "../../../../webview/settings/settingsState.ts";
import { table } from "../../../support/check.ts";
import {
  NO_FOLDER,
  settingsOf,
  TWO_FOLDERS,
  viewOf,
  type ValuesByKey,
} from "../../../support/webview/settingsMessages.ts";

const K = "laser.relaxed.topK";
const FILMS: TargetId = "folder:file:///films";
const BOOKS: TargetId = "folder:file:///books";

const loaded = (values: ValuesByKey = {}, before: SettingsModel = NO_SETTINGS): SettingsModel =>
  reduceSettings(before, settingsOf(values, TWO_FOLDERS));
const kOf = (model: SettingsModel) => model.settings!.find(({ key }) => key === K)!;

table(
  "the value at a place",
  [
    { name: "nothing is set", at: "workspace", set: {}, value: 2, from: null, above: [], below: [] },
    { name: "the user's own", at: "user", set: { user: 3 }, value: 3, from: "user", above: [], below: [] },
    { name: "inherited", at: FILMS, set: { user: 3 }, value: 3, from: "user", above: [], below: [] },
    {
      name: "overridden",
      at: "user",
      set: { user: 3, workspace: 5, [FILMS]: 7 },
      value: 3,
      from: "user",
      above: ["workspace", FILMS],
      below: [],
    },
    {
      name: "overriding",
      at: "workspace",
      set: { user: 3, workspace: 5 },
      value: 5,
      from: "workspace",
      above: [],
      below: ["user"],
    },
    {
      name: "another folder does not count",
      at: BOOKS,
      set: { [FILMS]: 7 },
      value: 2,
      from: null,
      above: [],
      below: [],
    },
  ] satisfies readonly {
    name: string;
    at: TargetId;
    set: Partial<Record<TargetId, Json>>;
    value: Json;
    from: TargetId | null;
    above: readonly TargetId[];
    below: readonly TargetId[];
  }[],
  ({ at, set, value, from, above, below }) => {
    const setting = viewOf(settingsOf({ [K]: set }, TWO_FOLDERS), K);
    assert.deepEqual(placedValue(setting, at), { value, from, isDefault: from === null });
    assert.deepEqual(overriding(setting, at), above);
    assert.deepEqual(overridden(setting, at), below);
  },
);

table(
  "a search",
  [
    { name: "nothing", search: "  ", count: SETTING_NAMES.length },
    {
      name: "a key",
      search: "laser.relaxed",
      keys: ["relaxed.topK", "relaxed.minProbability"],
      also: ["sampling.topK"],
    },
    { name: "words of a label, any case", search: "CONSECUTIVE max", keys: ["guards.maxConsecutiveRelaxed"] },
    { name: "words of a description", search: "keeps it loaded", keys: ["server.idleUnloadMinutes"] },
    { name: "a choice", search: "vulkan", keys: ["gpu"] },
    { name: "what is set", search: "@modified", keys: ["threads", "relaxed.topK"] },
    { name: "what is set at a place", search: "@scope:workspace", keys: ["relaxed.topK"] },
    { name: "a filter and a word", search: "@modified threads", keys: ["threads"] },
    { name: "an unknown filter", search: "@nothing", keys: [] },
    { name: "no setting", search: "zebra", keys: [] },
    { name: "signs of a pattern", search: "(.*", keys: [] },
  ] as readonly {
    name: string;
    search: string;
    keys?: readonly string[];
    also?: readonly string[];
    count?: number;
  }[],
  ({ search, keys, also = [], count }) => {
    const values = { [K]: { workspace: 5 }, "laser.threads": { user: 2 } };
    const found = foundSettings(settingsOf(values).settings, search).map(({ key }) => key);
    if (keys !== undefined)
      assert.deepEqual(found.toSorted(), [...keys, ...also].map((key) => `laser.${key}`).toSorted());
    else assert.equal(found.length, count);
  },
);

test("a value changed elsewhere replaces typed text; the echo of our own does not", () => {
  let model = withDraft(loaded(), K, "999");
  assert.equal(problemOf(model, kOf(model)), "Enter a whole number from 1 to 128.");
  model = loaded({ "laser.threads": { user: 2 } }, model);
  assert.equal(model.drafts.get(K), "999", "another setting changed");
  model = loaded({ [K]: { user: 7 } }, model);
  assert.equal(model.drafts.has(K), false, "this one changed");
  // 5 is sent, and 50 typed before the editor has confirmed 5.
  model = withDraft(withSent(model, K, 5), K, "50");
  model = loaded({ [K]: { user: 5 } }, model);
  assert.equal(model.drafts.get(K), "50");
  assert.equal(shownValue(model, kOf(model)), 50);
});

test("another place drops typed and refused values", () => {
  let model = withDraft(loaded(), K, "999");
  model = reduceSettings(model, { kind: "refused", key: K, reason: "The file is read-only." });
  assert.equal(problemOf(model, kOf(model)), "The file is read-only.");
  model = withTarget(model, "workspace");
  assert.equal(problemOf(model, kOf(model)), null);
});

test("a missing place gives way to the user's", () => {
  const model = withTarget(loaded(), FILMS);
  assert.equal(reduceSettings(model, settingsOf({}, TWO_FOLDERS)).target, FILMS);
  assert.equal(reduceSettings(model, settingsOf({}, NO_FOLDER)).target, "user");
});

test("a value that does not fit is named where it is set", () => {
  const model = loaded({ [K]: { user: "many" } });
  assert.equal(
    problemOf(model, kOf(model)),
    '"many" is not allowed here. Enter a whole number from 1 to 128.',
  );
});

test("the what-if judges by the values shown and names what a run would use instead", () => {
  let model = loaded({ [K]: { user: 3, workspace: 5 } });
  assert.equal(ruleK(model), 3);
  assert.deepEqual(overriddenWords(model), ["Relaxed: Top K (Workspace)"]);
  model = withDraft(model, K, "4");
  assert.equal(ruleK(model), 4, "while it is typed");
  model = withDraft(model, K, "0");
  assert.equal(ruleK(model), 3, "but not what does not fit");
  assert.equal(ruleK(withTarget(model, "workspace")), 5);
  assert.deepEqual(overriddenWords(withTarget(model, "workspace")), []);
});

table(
  "a number begins",
  [
    { name: "at its default", key: "laser.contextTokens", first: 4096 },
    { name: "at the lowest that limits anything", key: "laser.guards.maxConsecutiveRelaxed", first: 1 },
  ],
  ({ key, first }) => {
    const view = viewOf(settingsOf(), key);
    const { setting } = factsOf(view);
    assert.ok(setting.kind === "integer" || setting.kind === "number");
    assert.equal(firstNumber(setting, view.defaultValue), first);
    assert.ok(parseDraft(view, String(first)).ok);
  },
);

test("an excluded bound is not offered", () => {
  assert.deepEqual(numberRange(SETTINGS["sampling.topP"]), { minimum: 0.01, maximum: 1, step: 0.01 });
});

test("settings have headings and labels, and no two share label and category", () => {
  const facts = settingsOf().settings.map((view) => ({ ...factsOf(view), name: shownName(view) }));
  assert.deepEqual(
    [...new Set(facts.map(({ group }) => group))],
    ["General", "Relaxed verification", "Guards", "Sampling", "Traces", "Server", "Prompts", "Output"],
  );
  assert.equal(new Set(facts.map(({ name }) => name)).size, facts.length);
  for (const name of ["GPU", "GPU layers", "Relaxed: Top K", "Guards: Max consecutive relaxed"])
    assert.ok(
      facts.some((one) => one.name === name),
      name,
    );
});

test("a description is text, code and settings, and nothing else is markup", () => {
  assert.deepEqual(descriptionParts("Set `null`, not `#laser.gpu#`; [x](command:y) <b> #1"), [
    { kind: "text", text: "Set " },
    { kind: "code", text: "null" },
    { kind: "text", text: ", not " },
    { kind: "setting", key: "laser.gpu" },
    { kind: "text", text: "; [x](command:y) <b> #1" },
  ]);
});

table(
  "a text as a whole number",
  [
    { name: "a number", draft: "3", value: 3 },
    { name: "blanks around", draft: " 3 ", value: 3 },
    { name: "nothing", draft: "", value: null },
    { name: "blanks", draft: "  ", value: null },
    { name: "half", draft: "1.5", value: null },
    { name: "words", draft: "three", value: null },
    { name: "no end", draft: "Infinity", value: null },
  ],
  ({ draft, value }) => {
    const parsed = parseDraft(kOf(loaded()), draft);
    assert.deepEqual(
      parsed,
      value === null ? { ok: false, problem: "Enter a whole number from 1 to 128." } : { ok: true, value },
    );
  },
);

const NOTHING = { target: "user", search: "", scrollTop: 0, drafts: {} };

table(
  "what was kept",
  [
    { name: "nothing", state: undefined, kept: NOTHING },
    {
      name: "all",
      state: { target: "workspace", search: "k", scrollTop: 9, drafts: { a: "4", b: ["x", ""] } },
      kept: { target: "workspace", search: "k", scrollTop: 9, drafts: { a: "4", b: ["x", ""] } },
    },
    {
      name: "something else",
      state: { target: 3, search: null, scrollTop: "9", drafts: { a: 4 } },
      kept: NOTHING,
    },
    { name: "no object", state: "x", kept: NOTHING },
  ],
  ({ state, kept }) => {
    assert.deepEqual(readKeptSettings(state), kept);
  },
);

function ruleK(model: SettingsModel): number {
  const { relaxed } = whatIfSettings(model);
  assert.ok(relaxed.kind === "relaxed");
  return relaxed.topK;
}

table(
  "a stop is typed and shown with escapes",
  [
    { name: "line breaks and tab", typed: "a\\n\\r\\tb", text: "a\n\r\tb" },
    { name: "a backslash", typed: "C:\\\\new", text: "C:\\new" },
    { name: "two before an n", typed: "\\\\\\n", text: "\\\n" },
  ],
  ({ typed, text }) => {
    assert.deepEqual(parseDraft({ key: "laser.stop" }, [typed, ""]), { ok: true, value: [text] });
    assert.equal(escaped(text), typed);
  },
);

test("a backslash before anything else is itself, and folders are taken as typed", () => {
  assert.equal(unescaped("\\d\\"), "\\d\\");
  const folders = parseDraft({ key: "laser.modelFolders" }, ["C:\\new"]);
  assert.deepEqual(folders, { ok: true, value: ["C:\\new"] });
});
