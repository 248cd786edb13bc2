// JSON schemas as grammars: whatever a grammar allows is valid under its schema, by an independent checker.
import assert from "node:assert/strict";
import { test } from "vitest";
import { Check } from "typebox/schema";
import { compileNetwork, Matcher, schemaGrammar } from "../../../../core/grammar/index.ts";
import { table } from "../../../support/check.ts";
import { randomText, readingOf } from "../../../support/decoding/matchText.ts";
import { runsOf } from "../../../support/property.ts";
import { seededRandom } from "../../../support/random.ts";

const matcherOf = (schema: unknown): Matcher =>
  new Matcher(compileNetwork(schemaGrammar(schema), "JSON schema"));

interface SchemaRow {
  readonly name: string;
  readonly schema: unknown;
  /** Texts that must be allowed. */
  readonly whole: readonly string[];
  /** Texts that must not be. */
  readonly others: readonly string[];
}

const PERSON = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "Person",
  type: "object",
  properties: {
    name: { type: "string", description: "in full" },
    age: { type: "integer", minimum: 0, maximum: 130 },
    tags: { type: "array", items: { type: "string", maxLength: 5 }, maxItems: 2 },
  },
  required: ["name", "age"],
};

const ROWS: readonly SchemaRow[] = [
  {
    name: "an object",
    schema: PERSON,
    whole: [
      '{"name":"A","age":3}',
      '{"name": "A", "age": 130, "tags": ["x","\\u00e9"]}',
      '{\n  "name": "",\n  "age": 0\n}',
    ],
    others: [
      '{"age":3,"name":"A"}',
      '{"name":"A"}',
      '{"name":"A","age":131}',
      '{"name":"A","age":3,"x":1}',
      '{"name":"A","age":3,"tags":["abcdef"]}',
      '{"name":"A","age":3,}',
      '{"name":"A","age":03}',
      '{   "name":"A","age":3}',
    ],
  },
  {
    name: "only optional properties",
    schema: { properties: { a: { const: 1 }, b: { const: 2 }, c: { const: 3 } } },
    whole: ["{}", '{"a":1}', '{"b":2}', '{"a":1,"c":3}', '{"a":1,"b":2,"c":3}'],
    others: ['{"b":2,"a":1}', '{,"a":1}', "[]"],
  },
  {
    name: "additional properties",
    schema: {
      type: "object",
      properties: { ab: { type: "null" } },
      required: ["ab"],
      additionalProperties: { type: "boolean" },
    },
    whole: ['{"ab":null}', '{"ab":null,"a":true,"abc":false,"":true}', '{"ab":null,"é":true}'],
    others: ['{"ab":null,"ab":true}', '{"ab":null,"\\u0061b":true}', '{"ab":null,"c":1}'],
  },
  {
    name: "required without a schema",
    schema: { type: "object", required: ["x"] },
    whole: ['{"x":[1]}', '{"x":1,"y":2}'],
    others: ["{}", '{"y":1}'],
  },
  {
    name: "any value",
    schema: true,
    whole: ["null", '{"a":[{}]}', "-0.5e-3", '"\\n"'],
    others: ["01", "nul", '"\n"', "1e999", '"\\ud800"'],
  },
  {
    name: "enums of any kind",
    schema: { enum: ['a"b', 1, null, { a: [1] }] },
    whole: ['"a\\"b"', "1", "null", '{"a":[1]}'],
    others: ["2", '"a'],
  },
  { name: "an enum of a type", schema: { type: "string", enum: ["a", 1] }, whole: ['"a"'], others: ["1"] },
  {
    name: "several types",
    schema: { type: ["string", "null"], maxLength: 1 },
    whole: ['"a"', "null"],
    others: ['"ab"', "1"],
  },
  {
    name: "a tree that refers to itself",
    schema: {
      $ref: "#/$defs/node",
      $defs: {
        node: {
          type: "object",
          properties: { v: { type: "number" }, kids: { type: "array", items: { $ref: "#/$defs/node" } } },
          required: ["v", "kids"],
          additionalProperties: false,
        },
      },
    },
    whole: ['{"v":1,"kids":[{"v":-2.5,"kids":[]}]}'],
    others: ['{"v":1,"kids":[1]}'],
  },
  {
    name: "a reference beside other keywords",
    schema: { $ref: "#/$defs/s", maxLength: 2, $defs: { s: { type: "string", minLength: 1 } } },
    whole: ['"a"', '"ab"'],
    others: ['""', '"abc"'],
  },
  {
    name: "all of several",
    schema: {
      allOf: [
        { type: "object", properties: { a: { type: "integer" } }, required: ["a"] },
        { properties: { b: { type: "integer" }, a: { minimum: 5 } }, required: ["b"] },
      ],
    },
    whole: ['{"a":5,"b":1}'],
    others: ['{"a":4,"b":1}', '{"a":5}'],
  },
  {
    name: "any of several with a shared part",
    schema: {
      type: "object",
      properties: { k: { type: "string" } },
      required: ["k"],
      anyOf: [
        { properties: { x: { const: 1 } }, required: ["x"] },
        { properties: { y: { const: 2 } }, required: ["y"] },
      ],
    },
    whole: ['{"k":"","x":1}', '{"k":"","y":2}'],
    others: ['{"k":""}'],
  },
  {
    name: "one of several kinds",
    schema: {
      oneOf: [
        { type: "string" },
        { type: "integer" },
        { type: "object", properties: { t: { const: "a" } }, required: ["t"] },
        { type: "object", properties: { t: { const: "b" } }, required: ["t"] },
      ],
    },
    whole: ['"x"', "3", '{"t":"b"}'],
    others: ['{"t":"c"}', "1.5"],
  },
  {
    name: "a tuple",
    schema: {
      type: "array",
      prefixItems: [{ const: 1 }, { const: 2 }],
      minItems: 1,
      items: { const: 3 },
      maxItems: 4,
    },
    whole: ["[1]", "[1,2]", "[1, 2, 3, 3]"],
    others: ["[]", "[2]", "[1,3]", "[1,2,3,3,3]"],
  },
  {
    name: "a tuple and no more",
    schema: { type: "array", prefixItems: [{ const: 1 }, { const: 2 }], items: false },
    whole: ["[]", "[1]", "[1,2]"],
    others: ["[1,2,3]"],
  },
  {
    name: "an array of this many",
    schema: { type: "array", items: { type: "boolean" }, minItems: 2, maxItems: 3 },
    whole: ["[true,false]", "[true,false,true]"],
    others: ["[true]", "[true,true,true,true]"],
  },
  { name: "no items at all", schema: { type: "array", maxItems: 0 }, whole: ["[]"], others: ["[1]"] },
  {
    name: "a length in characters",
    schema: { type: "string", minLength: 2, maxLength: 2 },
    whole: ['"é😀"', '"\\n\\u00e9"'],
    others: ['"a"', '"abc"'],
  },
  {
    name: "a pattern from end to end",
    schema: { type: "string", pattern: "^[A-Z]{2}-\\d+(?:\\.[a-f]|x)?$" },
    whole: ['"AB-1"', '"AB-12.c"', '"AB-1x"'],
    others: ['"AB-"', '"aB-1"', '"AB-1.g"'],
  },
  {
    name: "a pattern somewhere",
    schema: { type: "string", pattern: "a.b" },
    whole: ['"a\\"b"', '"xxa\\\\byy"'],
    others: ['"ab"', '"a\\nb"'],
  },
  {
    name: "a pattern with alternatives",
    schema: { type: "string", pattern: "^a|b$" },
    whole: ['"ax"', '"xb"'],
    others: ['"xa"'],
  },
  {
    name: "whole numbers between",
    schema: { type: "integer", minimum: -13, maximum: 205 },
    whole: ["-13", "-1", "0", "9", "99", "199", "205"],
    others: ["-14", "206", "-0", "1.0", "1000"],
  },
  {
    name: "whole numbers without the bounds",
    schema: { type: "integer", exclusiveMinimum: 7, exclusiveMaximum: 12 },
    whole: ["8", "11"],
    others: ["7", "12"],
  },
  {
    name: "whole numbers from fractions",
    schema: { type: "integer", minimum: 0.5, maximum: 2.5 },
    whole: ["1", "2"],
    others: ["0", "3"],
  },
  {
    name: "whole numbers from there on",
    schema: { type: "integer", minimum: 95 },
    whole: ["95", "100", "123456789"],
    others: ["94", "9", "-95"],
  },
  {
    name: "probabilities",
    schema: { type: "number", minimum: 0, maximum: 1 },
    whole: ["0", "1", "0.5", "0.999"],
    others: ["1.1", "-0.1", "2", "1e0"],
  },
  {
    name: "numbers above zero",
    schema: { type: "number", exclusiveMinimum: 0 },
    whole: ["0.001", "1", "17.25"],
    others: ["0", "0.0", "-1"],
  },
  {
    name: "numbers with bounds in between",
    schema: { type: "number", minimum: -0.25, maximum: 1.5 },
    whole: ["-0.25", "-0.2", "0", "0.5", "1", "1.5", "1.499"],
    others: ["-0.251", "-0.3", "1.51", "2"],
  },
  {
    name: "a day",
    schema: { type: "string", format: "date" },
    whole: ['"2024-02-28"', '"1999-12-31"'],
    others: ['"2024-02-30"', '"2024-13-01"'],
  },
  { name: "an unknown format", schema: { type: "string", format: "phone" }, whole: ['"x"'], others: ["1"] },
  {
    name: "an optional property that nothing satisfies",
    schema: { type: "object", properties: { a: false, b: { type: "null" } } },
    whole: ["{}", '{"b":null}'],
    others: ['{"a":1}'],
  },
  {
    name: "numbers of which one kind is whole",
    schema: { allOf: [{ type: ["number", "string"] }, { type: "integer" }] },
    whole: ["3"],
    others: ["3.5", '"x"'],
  },
];

table("the grammar of", ROWS, ({ schema, whole, others }) => {
  const matcher = matcherOf(schema);
  for (const text of whole) {
    assert.equal(readingOf(matcher, text), "whole", text);
    assert.ok(Check(schema as object, JSON.parse(text)), `the checker refuses ${text}`);
  }
  for (const text of others) assert.notEqual(readingOf(matcher, text), "whole", text);
});

test("whatever a grammar allows is valid JSON under its schema", () => {
  let found = 0;
  for (const { name, schema } of ROWS) {
    const matcher = matcherOf(schema);
    for (let seed = 1; seed <= runsOf(10); seed++) {
      const text = randomText(matcher, seededRandom(seed), seed * 5);
      if (text === null) continue;
      found++;
      assert.ok(Check(schema as object, JSON.parse(text)), `${name}, seed ${seed}: ${text}`);
    }
  }
  assert.ok(found > ROWS.length * 8, `only ${found} texts came to an end`);
});
