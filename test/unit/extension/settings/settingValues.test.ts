// Settings from an editor: defaults, every value in its place, and each bad value named with what it should be.
import assert from "node:assert/strict";
import { test } from "vitest";
import { settingName, type SettingName } from "../../../../core/settings/index.ts";
import { threadsBesideEditor } from "../../../../extension/settings/editorThreads.ts";
import { parseSettings, problemsWords } from "../../../../extension/settings/settingValues.ts";
import { DEFAULT_SETTINGS } from "../../../../core/settings/index.ts";
import { table } from "../../../support/check.ts";

const reading =
  (values: Readonly<Record<string, unknown>>) =>
  (name: SettingName): unknown =>
    values[name];

test("without any value, everything has its default", () => {
  const parsed = parseSettings(reading({}));
  assert.deepEqual(parsed, {
    ok: true,
    value: {
      generation: DEFAULT_SETTINGS,
      model: { gpu: "auto", contextTokens: 4096, threads: threadsBesideEditor() },
      poolFile: "",
      modelFolders: [],
      recordTraces: true,
      traceForm: "plain",
      measuresPlain: false,
    },
  });
});

test("threads leave the editor a core, unless their number was chosen", () => {
  assert.deepEqual(
    [1, 2, 3, 16].map((cores) => threadsBesideEditor(cores)),
    [1, 1, 2, 15],
  );
  const parsed = parseSettings(reading({ threads: 64 }));
  assert.equal(parsed.ok ? parsed.value.model.threads : null, 64);
});

test("every setting of decoding lands in its own place", () => {
  const ungrouped = {
    strategy: "laser-strict",
    maxTokens: 7,
    maxDraftTokens: 0,
    draftShape: "tree",
    maxTreeTokens: 31,
    planner: "adaptive",
    minSupport: 3,
    excludeSubject: true,
    stop: ["\n\n"],
    stopAtLoop: 40,
    systemInUserTurn: true,
    jsonSchema: '{"type": "object"}',
    grammar: 'root ::= "a"',
    reproducible: "off",
  };
  const parsed = parseSettings(
    reading({
      "relaxed.topK": 3,
      "relaxed.minProbability": 0.25,
      "guards.endOfText": false,
      "guards.maxConsecutiveRelaxed": 4,
      "guards.maxNatsGivenUp": 2.5,
      "sampling.temperature": 0.7,
      "sampling.topK": 40,
      "sampling.topP": 0.9,
      "sampling.minP": 0.05,
      "sampling.seed": 4_294_967_295,
      "sampling.repetitionPenalty": 1.07,
      ...ungrouped,
    }),
  );
  assert.deepEqual(parsed.ok && parsed.value.generation, {
    relaxed: { kind: "relaxed", topK: 3, minProbability: 0.25 },
    guards: { endOfText: false, maxConsecutiveRelaxed: 4, maxNatsGivenUp: 2.5 },
    sampling: {
      ...DEFAULT_SETTINGS.sampling,
      temperature: 0.7,
      topK: 40,
      topP: 0.9,
      minP: 0.05,
      seed: 4_294_967_295,
      repetitionPenalty: 1.07,
    },
    ...ungrouped,
  });
});

test("traces are kept compact on request", () => {
  const parsed = parseSettings(reading({ "traces.compact": true }));
  assert.equal(parsed.ok && parsed.value.traceForm, "compact");
});

table(
  "a model setting",
  [
    { name: "a path", model: " models/a.gguf ", expected: { path: "models/a.gguf" } },
    { name: "a catalogue model", model: "catalogue:small", expected: { catalogueId: "small" } },
    { name: "nothing", model: "  ", expected: {} },
  ],
  ({ model, expected }) => {
    const parsed = parseSettings(reading({ model, gpu: "vulkan", contextTokens: 512, threads: 3 }));
    assert.ok(parsed.ok);
    assert.deepEqual(parsed.value.model, { ...expected, gpu: "vulkan", contextTokens: 512, threads: 3 });
  },
);

table(
  "a bad value",
  [
    { name: "relaxed.topK", value: 0, reason: "must be a whole number from 1 to 128, not 0" },
    { name: "relaxed.minProbability", value: 1.5, reason: "must be a number from 0 to 1, not 1.5" },
    { name: "maxTokens", value: 2.5, reason: "must be a whole number from 1 to 1048576, not 2.5" },
    { name: "maxDraftTokens", value: "many", reason: 'must be a whole number from 0 to 47, not "many"' },
    { name: "contextTokens", value: null, reason: "must be a whole number from 64 to 1048576, not null" },
    { name: "threads", value: -1, reason: "must be a whole number from 1 to 1024, or null, not -1" },
    { name: "sampling.temperature", value: Number.NaN, reason: "must be a number from 0 to 10, not null" },
    {
      name: "strategy",
      value: "lazer",
      reason: 'must be one of plain, prompt-lookup, laser-strict, laser, not "lazer"',
    },
    { name: "guards.endOfText", value: "yes", reason: 'must be true or false, not "yes"' },
    { name: "poolFile", value: 3, reason: "must be a text, not 3" },
    { name: "modelFolders", value: ["a", 1], reason: 'must be a list of texts, not ["a",1]' },
  ] satisfies readonly { name: SettingName; value: unknown; reason: string }[],
  ({ name, value, reason }) => {
    assert.deepEqual(parseSettings(reading({ [name]: value })), { ok: false, problems: [{ name, reason }] });
  },
);

test("several bad values are all named", () => {
  const parsed = parseSettings(reading({ gpu: "fast", maxTokens: 0 }));
  assert.deepEqual(!parsed.ok && parsed.problems.map(({ name }) => name), ["gpu", "maxTokens"]);
});

test("a notice names the first bad value, and says how many there are beside it", () => {
  const problems = (["gpu", "maxTokens", "threads"] as const).map((name) => ({
    name,
    reason: "must be good",
  }));
  assert.deepEqual(
    [1, 2, 3].map((count) => problemsWords(problems.slice(0, count))),
    [
      "A setting can't be used: laser.gpu must be good.",
      "A setting can't be used: laser.gpu must be good. One more setting is marked in the settings editor.",
      "A setting can't be used: laser.gpu must be good. 2 more settings are marked in the settings editor.",
    ],
  );
});

test("names are read with and without their prefix, and nothing else is", () => {
  const read = ["laser.relaxed.topK", "relaxed.topK", "laser.toString", "constructor", "laser.x"].map(
    settingName,
  );
  assert.deepEqual(read, ["relaxed.topK", "relaxed.topK", null, null, null]);
});
