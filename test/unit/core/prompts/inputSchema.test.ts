// A form of Prompty's second version, found in its own tests: inputs as the properties of a schema.
import assert from "node:assert/strict";
import { test } from "vitest";
import { parsePrompty } from "../../../../core/prompts/index.ts";
import { table } from "../../../support/check.ts";

table(
  "properties are inputs, as",
  [
    { name: "a list", properties: "[{name: a, kind: string, default: 1}, {name: b, kind: thread}]" },
    { name: "a map", properties: "{a: {kind: string, default: 1}, b: {kind: thread}}" },
  ],
  ({ properties }) => {
    const { variables, problems } = parsePrompty(
      `---\ninputSchema:\n  strict: true\n  properties: ${properties}\noutputSchema: {properties: {x: {}}}\n---\n{{a}}\n{{b}}`,
    );
    assert.deepEqual(problems, []);
    assert.deepEqual(
      variables.map(({ name, value, isThread }) => [name, value, isThread]),
      [
        ["a", 1, false],
        ["b", null, true],
      ],
    );
  },
);

const WRONG: Record<string, [yaml: string, code: string, at: string]> = {
  "a schema that is not a map": ["inputSchema: 3", "wrongType", "3"],
  "an unknown key": [
    "inputSchema: {properties: {a: {default: 1}}, propertys: {}}",
    "unknownKey",
    "propertys",
  ],
};
for (const [name, [yaml, code, at]] of Object.entries(WRONG))
  test(`${name} is reported at its place`, () => {
    const source = `---\n${yaml}\n---\n${yaml.includes("{a:") ? "{{a}}" : "Hi"}`;
    const [problem, ...more] = parsePrompty(source).problems;
    assert.deepEqual(more, []);
    assert.equal(problem?.code, code);
    assert.equal(source.slice(problem.range.start.offset, problem.range.end.offset), at);
  });
