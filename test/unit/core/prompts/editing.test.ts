// What editors ask of a prompt file that is being written.
import assert from "node:assert/strict";
import { test } from "vitest";
import {
  keyEdit,
  readPrompt,
  FILTER_TEXTS,
  keyCursor,
  parsePrompty,
  templateCursor,
  TEST_TEXTS,
} from "../../../../core/prompts/index.ts";
import { FILTERS } from "../../../../core/prompts/jinja/filters/index.ts";
import { TESTS } from "../../../../core/prompts/jinja/tests.ts";
import { DEFAULT_SETTINGS, withParameters } from "../../../../core/settings/index.ts";
import { table } from "../../../support/check.ts";

const key = (name: string, yaml: string, ...expected: readonly (string | null)[]) => ({
  name,
  yaml,
  expected,
});

table(
  "key cursor",
  [
    key("top", "na‸", "", null),
    key("value", "name: F‸ilm", "", "name"),
    key("nested", "a:\n  b:\n    c‸", "a.b", null),
    key("after a deeper key", "a:\n  b:\n    c: 1\n  d‸", "a", null),
    key("item of a list", "inputs:\n  - name: x\n    t‸", "inputs.0", null),
    key("first key of an item", "inputs:\n  - n‸", "inputs.0", null),
    key("list without an indent", "inputs:\n- name: x\n  t‸", "inputs.0", null),
    key("flow", "a: {b: 1, c‸", "a", null),
    key("value in flow", "a: {b: 1, c: d‸", "a", "c"),
    key("flow in flow", "a: {b: {c‸", "a.b", null),
    key("after a closed flow", "a: {b: 1}\nc‸", "", null),
    key("before a line feed that begins the text", "‸\na: 1", "", null),
    key("braces in quotes", 'a: "{b‸', "", "a"),
  ],
  ({ yaml, expected: [above, valueOf] }) => {
    const offset = yaml.indexOf("‸");
    const text = yaml.replace("‸", "");
    const found = keyCursor(text, { start: 0, end: text.length }, offset);
    assert.deepEqual([found.above.join("."), found.valueOf], [above, valueOf]);
  },
);

table(
  "template cursor",
  [
    { name: "prose", body: "Hello th‸ere", kind: "text" },
    { name: "after a piece", body: "{{ a }} b‸", kind: "text" },
    { name: "a brace that begins the text and opens nothing", body: "{ a‸", kind: "text" },
    { name: "in a piece", body: "{{ a‸ }}", kind: "value" },
    { name: "in a map in a piece", body: "{{ {'a': b‸", kind: "value" },
    { name: "in a comment", body: "{# a‸ #}", kind: "text" },
    { name: "after a comment", body: "{# a #}{{ ‸", kind: "value" },
    { name: "in a condition", body: "{% if a‸", kind: "value" },
    { name: "a new name", body: "{% for a‸", kind: "text" },
    { name: "filter", body: "{{ a |up‸", kind: "filter" },
    { name: "filter of a block", body: "{% filter up‸", kind: "filter" },
    { name: "test", body: "{{ a is not d‸", kind: "test" },
    { name: "part", body: "{{ a.b‸", kind: "part" },
    { name: "number", body: "{{ 1‸", kind: "text" },
    { name: "statement", body: "{%- f‸", kind: "statement" },
    { name: "role line", body: "x\nus‸", kind: "lineStart" },
  ],
  ({ body, kind }) => {
    assert.equal(templateCursor(body.replace("‸", ""), 0, body.indexOf("‸")).kind, kind);
  },
);

test("every filter and every test with a name is explained, and no others", () => {
  const named = [...TESTS.keys()].filter((name) => /^\w+$/.test(name));
  assert.deepEqual(Object.keys(FILTER_TEXTS).toSorted(), [...FILTERS.keys()].toSorted());
  assert.deepEqual(Object.keys(TEST_TEXTS).toSorted(), named.toSorted());
});

test("the laser block overrides model.parameters, which override the settings", () => {
  const { parameters, laser } = parsePrompty(`---
model:
  parameters: {max_tokens: 5, temperature: 1}
laser:
  strategy: laser-strict
  maxTokens: 9
  relaxed: {topK: 3}
  guards: {max_nats_given_up: 2}
  pool: a/b.laserpool
  group: 18
---
user:
x
`);
  const settings = withParameters(DEFAULT_SETTINGS, parameters);
  const { strategy, maxTokens, relaxed, guards, sampling } = settings;
  assert.deepEqual(
    {
      strategy,
      maxTokens,
      relaxed,
      maxNatsGivenUp: guards.maxNatsGivenUp,
      temperature: sampling.temperature,
    },
    {
      ...{ strategy: "laser-strict", maxTokens: 9, maxNatsGivenUp: 2, temperature: 1 },
      relaxed: { ...DEFAULT_SETTINGS.relaxed, topK: 3 },
    },
  );
  assert.equal(laser?.pool, "a/b.laserpool");
  assert.equal(laser.group, "18");
});

test.each([
  { name: "no front matter", before: "user:\nx\n", after: "---\nlaser:\n  group: B\n---\nuser:\nx\n" },
  { name: "no block", before: "---\nname: x\n---\n", after: "---\nname: x\nlaser:\n  group: B\n---\n" },
  {
    name: "another group",
    before: "---\nlaser: {group: 'A', pool: p}\n---\n",
    after: "---\nlaser: {group: B, pool: p}\n---\n",
  },
  {
    name: "an empty group",
    before: "---\nlaser:\n  group:\n  pool: p\n---\n",
    after: "---\nlaser:\n  group: B\n  pool: p\n---\n",
  },
  {
    name: "other keys",
    before: "---\nlaser:\n    pool: p # why\n---\n",
    after: "---\nlaser:\n    group: B\n    pool: p # why\n---\n",
  },
  {
    name: "an empty block",
    before: "---\nlaser:\nname: x\n---\n",
    after: "---\nlaser:\n  group: B\nname: x\n---\n",
  },
  {
    name: "Windows lines",
    before: "---\r\nlaser:\r\n  pool: p\r\n---\r\n",
    after: "---\r\nlaser:\r\n  group: B\r\n  pool: p\r\n---\r\n",
  },
])("a group is written into the laser block: $name", ({ before, after }) => {
  const change = keyEdit(before, readPrompt(before), { block: "laser", key: "group", value: "B" });
  assert.ok(change !== null, "no change");
  assert.equal(before.slice(0, change.start) + change.newText + before.slice(change.end), after);
});
