// The catalogue of settings: the one check of a value, values put in their places, what a prompt file may give, and what
// a trace still accepts.
import assert from "node:assert/strict";
import { test } from "vitest";
import { Value } from "typebox/value";
import {
  DEFAULT_SETTINGS,
  GenerationSchema,
  PROMPT_KEYS,
  recordedGroup,
  Sampling,
  SETTING_NAMES,
  settingName,
  settingOf,
  settingProblem,
  SETTINGS,
  withParameters,
  withValues,
  type SettingName,
} from "../../../../core/settings/index.ts";
import { DEFAULT_GUARDS, DEFAULT_SAMPLING, PUBLISHED_RULE } from "../../../../core/laser/index.ts";
import { table } from "../../../support/check.ts";

table(
  "a value",
  [
    {
      name: "relaxed.topK",
      fits: [1, 128],
      not: [0, 129, 1.5, null, "1"],
      wanted: "a whole number from 1 to 128",
    },
    { name: "sampling.topP", fits: [0.01, 1], not: [0, 1.01, null], wanted: "a number above 0 and up to 1" },
    {
      name: "sampling.seed",
      fits: [0, 2 ** 32 - 1],
      not: [-1, 2 ** 32, 0.5],
      wanted: "a whole number from 0 to 4294967295",
    },
    { name: "maxDraftTokens", fits: [0, 47], not: [48, -1], wanted: "a whole number from 0 to 47" },
    {
      name: "guards.maxNatsGivenUp",
      fits: [null, 0, 2.5],
      not: [-1, "off", NaN],
      wanted: "a number from 0 to 10000, or null",
    },
    {
      name: "gpuLayers",
      fits: [null, 0, 24],
      not: ["auto", -1],
      wanted: "a whole number from 0 to 1000, or null",
    },
    {
      name: "strategy",
      fits: ["laser", "plain"],
      not: ["toString", "", 1],
      wanted: "one of plain, prompt-lookup, laser-strict, laser",
    },
    { name: "traces.record", fits: [true, false], not: ["true", 1, null], wanted: "true or false" },
    { name: "model", fits: ["", "a.gguf"], not: [null, 1], wanted: "a text" },
    { name: "modelFolders", fits: [[], ["a", ""]], not: ["a", [1], null], wanted: "a list of texts" },
  ] satisfies readonly { name: SettingName; fits: unknown[]; not: unknown[]; wanted: string }[],
  ({ name, fits, not, wanted }) => {
    for (const value of fits)
      assert.equal(settingProblem(settingOf(name), value), null, JSON.stringify(value));
    for (const value of not)
      assert.equal(settingProblem(settingOf(name), value), wanted, JSON.stringify(value));
  },
);

test("the check and the schema agree on every value", () => {
  const values: readonly unknown[] = [null, true, "", "auto", "laser", "on", "x", ["a"], [""], [1], [], {}];
  const numbers = [-1, 0, 0.1, 0.5, 1, 1.5, 2, 10, 10.5, 47, 48, 128, 129, 1440, 1e4, 1e6, 1e7, 5e9];
  for (const name of SETTING_NAMES)
    for (const value of [...values, ...numbers])
      assert.equal(
        settingProblem(settingOf(name), value) === null,
        Value.Check(SETTINGS[name], value),
        `${name}: ${JSON.stringify(value)}`,
      );
});

test("every default is valid, and those of decoding are the core's own", () => {
  const invalid = SETTING_NAMES.filter(
    (name) => settingProblem(settingOf(name), settingOf(name).default) !== null,
  );
  assert.deepEqual(invalid, []);
  assert.ok(Value.Check(GenerationSchema, DEFAULT_SETTINGS));
  const { relaxed, guards, sampling } = DEFAULT_SETTINGS;
  assert.deepEqual(
    { relaxed, guards, sampling },
    { relaxed: PUBLISHED_RULE, guards: DEFAULT_GUARDS, sampling: DEFAULT_SAMPLING },
  );
});

test("values land in their places, and those that are not part of a generation nowhere", () => {
  const settings = withValues(DEFAULT_SETTINGS, {
    "relaxed.topK": 5,
    "guards.maxNatsGivenUp": null,
    "sampling.minP": 0.1,
    maxTokens: 7,
    poolFile: "x",
  });
  assert.deepEqual(settings, {
    ...DEFAULT_SETTINGS,
    maxTokens: 7,
    relaxed: { ...PUBLISHED_RULE, topK: 5 },
    sampling: { ...DEFAULT_SAMPLING, minP: 0.1 },
  });
});

test("a prompt file's parameters replace values, and null ones don't", () => {
  const { sampling, maxTokens } = withParameters(DEFAULT_SETTINGS, {
    topK: 3,
    temperature: null,
    maxTokens: 9,
  });
  assert.deepEqual({ sampling, maxTokens }, { sampling: { ...DEFAULT_SAMPLING, topK: 3 }, maxTokens: 9 });
  assert.equal(PROMPT_KEYS.get("top_k")?.name, "sampling.topK");
});

test("a trace may hold what the settings no longer allow", () => {
  const schema = recordedGroup(Sampling, "");
  const sampling = { temperature: 50, topK: 5_000_000, topP: 0, minP: 0, seed: 1, repetitionPenalty: 20 };
  assert.ok(Value.Check(schema, sampling));
  assert.ok(!Value.Check(schema, { ...sampling, topP: 1.5 }));
});

test("names are read with and without their prefix", () => {
  assert.deepEqual(["laser.gpu", "gpu", "laser.toString", "constructor"].map(settingName), [
    "gpu",
    "gpu",
    null,
    null,
  ]);
});
