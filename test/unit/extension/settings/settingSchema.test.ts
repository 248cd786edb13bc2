// Manifests as what can be edited: every kind of value, what is left to the editor's own settings and why, and that no
// manifest at all makes the parser throw.
import assert from "node:assert/strict";
import { test } from "vitest";
import { SETTING_NAMES } from "../../../../core/settings/index.ts";
import { manifestSettings } from "../../../../extension/settings/manifestSettings.ts";
import { valueProblem, type Json } from "../../../../extension/shared/settingSchema.ts";
import { valueProblem as catalogueProblem } from "../../../../extension/settings/settingValues.ts";
import { table } from "../../../support/check.ts";
import { englishManifest } from "../../../support/manifest.ts";
import { seededRandom, type Random } from "../../../support/random.ts";
import { fixtureManifest, settingsOf, viewOf } from "../../../support/settingsPages.ts";

const types = settingsOf(fixtureManifest("types"));

table(
  "a value",
  [
    { name: "flag", fits: [true, false], not: [null, "true", 1], problem: "Choose on or off." },
    {
      name: "flagOrNone",
      fits: [true, false, null],
      not: ["x"],
      problem: "Choose one of on, off, no value.",
    },
    { name: "word", fits: ["a", "b"], not: ["c", null], problem: "Choose one of The letter a, b." },
    {
      name: "level",
      fits: [1, 2, "many", null],
      not: ["1", 3],
      problem: "Choose one of 1, 2, many, no value.",
    },
    {
      name: "open",
      fits: [0.25, 1, 0.75],
      not: [0, 1.25, 0.3, "0.5", null],
      problem: "Enter a number above 0 and of at most 1, a multiple of 0.25.",
    },
    { name: "anyNumber", fits: [-1e9, 0.001], not: ["", null], problem: "Enter a number." },
    { name: "limit", fits: [3, 1e6, null], not: [2, 3.5], problem: "Enter a whole number of at least 3." },
    { name: "letter", fits: ["", "a\nb"], not: [3, null], problem: "Enter text." },
    { name: "textOrNone", fits: ["", null], not: [3], problem: "Enter text." },
    { name: "code", fits: ["Äpfel"], not: ["äpfel"], problem: "Enter text that matches ^\\p{Lu}." },
    {
      name: "folders",
      fits: [[], ["ab", "cd"]],
      not: ["ab", null, { a: 1 }],
      problem: "Enter a list of strings.",
    },
    {
      name: "colours",
      fits: [["red", "red"]],
      not: [["red", "blue"]],
      problem: "Item 2: Choose one of red, green.",
    },
  ] satisfies readonly { name: string; fits: readonly Json[]; not: readonly Json[]; problem: string }[],
  ({ name, fits, not, problem }) => {
    const { schema } = viewOf(types, `demo.${name}`);
    for (const value of fits) assert.equal(valueProblem(schema, value), null, JSON.stringify(value));
    for (const value of not) assert.equal(valueProblem(schema, value), problem, JSON.stringify(value));
  },
);

table(
  "a text or list",
  [
    { name: "too short", key: "name", value: "a", problem: "Enter at least 2 characters." },
    { name: "too long", key: "name", value: "abcdef", problem: "Enter at most 5 characters." },
    {
      name: "a pattern with words of its own",
      key: "name",
      value: "AB",
      problem: "Small letters only, please.",
    },
    {
      name: "an item twice",
      key: "folders",
      value: ["ab", "ab"],
      problem: "Item 2 is already in the list.",
    },
    {
      name: "an item that is bad",
      key: "folders",
      value: ["ab", "c"],
      problem: "Item 2: Enter at least 2 characters.",
    },
    { name: "an item that is none", key: "folders", value: ["ab", 3], problem: "Item 2: Enter text." },
    {
      name: "too many items",
      key: "folders",
      value: ["ab", "cd", "ef", "gh"],
      problem: "Enter at most 3 items.",
    },
  ],
  ({ key, value, problem }) => {
    assert.equal(valueProblem(viewOf(types, `demo.${key}`).schema, value), problem);
  },
);

table(
  "left to the editor's own settings",
  [
    { name: "map", reason: "its values are objects" },
    { name: "mixed", reason: "its items are not strings" },
    { name: "tuple", reason: "the manifest does not describe its items" },
    { name: "several", reason: "its values can be of several types" },
    { name: "either", reason: 'the manifest restricts it with "anyOf"' },
    { name: "date", reason: 'the manifest restricts it with "format"' },
    { name: "invented", reason: 'the manifest restricts it with "soundsLike"' },
    { name: "badPattern", reason: "its pattern is not a regular expression" },
    { name: "nothingFits", reason: "no number lies within its bounds" },
    { name: "badBound", reason: 'its "minimum" is not a number' },
    { name: "noChoice", reason: "the manifest lists no choices" },
    { name: "oddChoice", reason: "some of its choices have the wrong type" },
    { name: "deepChoice", reason: "some of its choices are lists or objects" },
    { name: "typeless", reason: "the manifest gives it no type" },
    { name: "oddType", reason: "the manifest gives it an unknown type" },
    { name: "unknownType", reason: "its type is color" },
    { name: "notDescribed", reason: "the manifest does not describe it" },
  ],
  ({ name, reason }) => {
    const { schema } = viewOf(types, `demo.${name}`);
    assert.deepEqual(schema, { type: "unsupported", reason });
    assert.equal(valueProblem(schema, ""), "Edit it in the editor's own settings.");
  },
);

test("every setting of ours is edited here, and both checks agree on what fits", () => {
  const settings = new Map(manifestSettings(englishManifest()).map((setting) => [setting.key, setting]));
  assert.equal(settings.size, SETTING_NAMES.length);
  const probes: readonly Json[] = [null, true, "", "auto", "laser", "on", "x", ["a"], [1], [], {}];
  const numbers = [-1, 0, 0.1, 0.5, 1, 1.5, 2, 10, 10.5, 47, 48, 64, 128, 129, 1440, 1e4, 1e9, 5e9];
  for (const name of SETTING_NAMES) {
    const schema = settings.get(`laser.${name}`)?.schema;
    assert.ok(schema !== undefined && schema.type !== "unsupported", name);
    for (const value of [...probes, ...numbers]) {
      const problems = [valueProblem(schema, value), catalogueProblem(name, value)];
      assert.ok(
        problems.every((one) => one === null) || !problems.includes(null),
        `${name}: ${JSON.stringify(value)}`,
      );
    }
  }
});

test("no manifest makes the parser throw, and what it offers as editable fits its own check", () => {
  let settings = 0;
  for (let seed = 1; seed <= 3000; seed++) {
    const random = seededRandom(seed);
    const properties = {
      a: randomProperty(random),
      "b.c": randomProperty(random),
      "b.d": randomJson(random, 3),
    };
    const manifest = {
      contributes: { configuration: random.pick([{ properties }, [{ title: "t", properties }, 3]]) },
    };
    for (const { schema, key } of manifestSettings(manifest)) {
      settings++;
      valueProblem(schema, randomJson(random, 2));
      if (schema.type === "choice")
        for (const { value } of schema.choices)
          assert.equal(valueProblem(schema, value), null, `${seed} ${key}`);
    }
  }
  assert.ok(settings > 5000);
  for (let seed = 1; seed <= 300; seed++) manifestSettings(randomJson(seededRandom(seed), 4));
  for (const given of [undefined, null, 3, "x", [], {}, { contributes: null }])
    assert.deepEqual(manifestSettings(given), []);
});

const KEYWORDS = [
  ...[
    "type",
    "enum",
    "minimum",
    "exclusiveMaximum",
    "multipleOf",
    "pattern",
    "maxLength",
    "items",
    "uniqueItems",
  ],
  ...["description", "markdownDescription", "default", "tags", "order", "scope", "enumItemLabels", "anyOf"],
];
const TYPES = ["boolean", "string", "integer", "number", "array", "object", "null"];

function randomProperty(random: Random): Json {
  const property: Record<string, Json> = { type: random.pick(TYPES) };
  for (let left = random.below(4); left > 0; left--) property[random.pick(KEYWORDS)] = randomJson(random, 2);
  if (random.below(3) === 0) property.type = [random.pick(TYPES), "null"];
  return property;
}

function randomJson(random: Random, depth: number): Json {
  const plain: readonly Json[] = [
    null,
    true,
    0,
    -1.5,
    1e300,
    "",
    "(",
    "`#a#`",
    "__proto__",
    "constructor",
    ...TYPES,
  ];
  if (depth === 0 || random.below(3) === 0) return random.pick(plain);
  const items = Array.from({ length: random.below(4) }, () => randomJson(random, depth - 1));
  if (random.below(2) === 0) return items;
  return Object.fromEntries(
    items.map((item) => [random.pick([...KEYWORDS, "contributes", "__proto__"]), item]),
  );
}
