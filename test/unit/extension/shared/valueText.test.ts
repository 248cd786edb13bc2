// Values as they are typed, rows of files, lines of pools, and samples written into a prompt file.
import assert from "node:assert/strict";
import { test } from "vitest";
import { parsePrompty, withSamples, type PromptValue } from "../../../../core/prompts/index.ts";
import { withPoolLine } from "../../../../extension/shared/poolLine.ts";
import { parseRows, parseValue, valueText } from "../../../../extension/shared/valueText.ts";
import { table } from "../../../support/check.ts";

interface Row {
  readonly name: string;
  readonly text: string;
  readonly like?: PromptValue;
  /** undefined: refused. */
  readonly value: PromptValue | undefined;
}

const rows: readonly Row[] = [
  { name: "a list", text: ' ["A", "B"] ', value: ["A", "B"] },
  { name: "an object", text: '{"name": "Ann"}', value: { name: "Ann" } },
  { name: "a text", text: "Treasure Island", value: "Treasure Island" },
  { name: "a title of digits", text: "1984", value: "1984" },
  { name: "a year where a number was", text: "1984", like: 1883, value: 1984 },
  { name: "no number where one was", text: "unknown", like: 1883, value: "unknown" },
  { name: "true where a yes or no was", text: "true", like: false, value: true },
  { name: "true as a text", text: "true", value: "true" },
  { name: "a quoted text", text: '"[1]"', value: "[1]" },
  { name: "a text that begins with a bracket", text: "[Intro] Hello", value: "[Intro] Hello" },
  { name: "a list that is not one", text: '["A", B]', value: undefined },
];
table("typed", rows, ({ text, like, value }) => {
  const parsed = parseValue(text, like);
  assert.deepEqual(parsed.ok ? parsed.value : undefined, value);
});

test("the shown text of a value is read as that value", () => {
  for (const value of ["a", "[1]", "{}", '"', [1, "x"], { a: [] }, 4, true])
    assert.deepEqual(parseValue(valueText(value), value), { ok: true, value });
});

test("rows are JSON lines or a list of objects, and nothing else", () => {
  const wanted = [{ a: 1 }, { a: 2 }];
  assert.deepEqual(parseRows('{"a":1}\n\n{"a":2}\n'), { rows: wanted, badLines: [] });
  assert.deepEqual(parseRows('[{"a":1},{"a":2}]'), { rows: wanted, badLines: [] });
  assert.deepEqual(parseRows('{"a":1}\nno\n{"a":2}\n3\n'), { rows: wanted, badLines: [2, 4] });
  for (const text of ["a,b\n1,2", "[1,2]", "3\n"]) assert.equal(parseRows(text), null);
});

test("an answer is added to a pool's lines and replaces one with its id", () => {
  const line = { id: "a", text: "new\nlines" };
  assert.equal(withPoolLine("", line), '{"id":"a","text":"new\\nlines"}\n');
  assert.equal(
    withPoolLine('{"id":"a","text":"old"}\r\n{"id":"b","group":"g","text":"x"}', line),
    '{"id":"b","group":"g","text":"x"}\n{"id":"a","text":"new\\nlines"}\n',
  );
  assert.equal(withPoolLine("LASERPOOL\0", line), null);
});

test("samples are written into the front matter, whose comments and other samples are kept", () => {
  const source = "---\n# mine\nname: A # kept\nsample:\n  a: 1\n  b: 2\n---\nuser:\n{{a}} {{b}}\n";
  const written = withSamples(source, { b: ["x", "y"] });
  assert.match(written, /# mine\nname: A # kept\nsample:\n {2}a: 1\n/);
  assert.ok(written.endsWith("---\nuser:\n{{a}} {{b}}\n"));
  const values = parsePrompty(written).variables.map(({ name, value }) => [name, value]);
  assert.deepEqual(values, [
    ["a", 1],
    ["b", ["x", "y"]],
  ]);
});

test("a prompt without front matter gets one, and broken YAML is refused", () => {
  const written = withSamples("user:\n{{a}}\n", { a: "v" });
  assert.deepEqual(
    parsePrompty(written).variables.map(({ name, value }) => [name, value]),
    [["a", "v"]],
  );
  assert.throws(() => withSamples("---\na: [\n---\nuser:\nx\n", { a: 1 }));
  assert.throws(
    () => withSamples("---\nsample: samples.json\n---\nuser:\nx\n", { a: 1 }),
    /file of their own/,
  );
});
