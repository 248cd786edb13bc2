// JSON schemas that can't be followed, and those that would cost too much: each ends with a fault that names what and where.
import assert from "node:assert/strict";
import { compileNetwork, GrammarError, Matcher, schemaGrammar } from "../../../../core/grammar/index.ts";
import { table } from "../../../support/check.ts";
import { readingOf } from "../../../support/decoding/matchText.ts";

const matcherOf = (schema: unknown): Matcher =>
  new Matcher(compileNetwork(schemaGrammar(schema), "JSON schema"));

const at = (place: string, what: string) => ({ tag: "schemaUnsupported", place, what });
const wrong = (place: string, reason: string) => ({ tag: "schemaInvalid", place, reason });
const NOTHING = { tag: "nothingMatches", subject: "JSON schema" };

table(
  "a schema that can't be followed",
  [
    { name: "not", schema: { properties: { a: { not: {} } } }, fault: at("#/properties/a", '"not"') },
    { name: "if", schema: { if: {}, then: {} }, fault: at("#", '"if"') },
    { name: "unique items", schema: { type: "array", uniqueItems: true }, fault: at("#", '"uniqueItems"') },
    { name: "multiples", schema: { type: "number", multipleOf: 5 }, fault: at("#", '"multipleOf"') },
    {
      name: "another document",
      schema: { $ref: "https://example.com/x" },
      fault: at("#", 'a reference to "https://example.com/x", outside this schema'),
    },
    {
      name: "branches that overlap",
      schema: { oneOf: [{ type: "integer" }, { type: "number" }] },
      fault: at("#", '"oneOf" with branches that one value may satisfy together ("anyOf" can be)'),
    },
    {
      name: "looking ahead",
      schema: { type: "string", pattern: "^(?=a)b" },
      fault: at("#/pattern", "lookaround, or flags (character 2 of the pattern)"),
    },
    {
      name: "a word's edge",
      schema: { type: "string", pattern: "a\\b" },
      fault: at("#/pattern", '"\\b" (character 2 of the pattern)'),
    },
    {
      name: "a pattern with a length",
      schema: { type: "string", pattern: "a", minLength: 3 },
      fault: at("#", '"pattern" together with "minLength" or "maxLength"'),
    },
    {
      name: "two patterns",
      schema: { allOf: [{ type: "string", pattern: "a" }, { pattern: "b" }] },
      fault: at("#", 'schemas that differ in "pattern" and must hold together ("allOf")'),
    },
    {
      name: "closed objects together",
      schema: { allOf: [{ properties: { a: {} }, additionalProperties: false }, { properties: { b: {} } }] },
      fault: at("#", 'schemas that differ in "additionalProperties" and must hold together ("allOf")'),
    },
    { name: "an unknown type", schema: { type: "strong" }, fault: wrong("#/type", '"strong" is not a type') },
    {
      name: "a missing definition",
      schema: { $ref: "#/$defs/x" },
      fault: wrong("#/$ref", '"#/$defs/x" does not exist'),
    },
    {
      name: "not a schema",
      schema: { properties: { "a/b": 3 } },
      fault: wrong("#/properties/a~1b", "a schema is an object, true or false"),
    },
    {
      name: "a negative length",
      schema: { type: "string", minLength: -1 },
      fault: wrong("#/minLength", '"minLength" is a whole number from 0'),
    },
    { name: "no value", schema: false, fault: NOTHING },
    { name: "an empty enum", schema: { enum: [] }, fault: NOTHING },
    {
      name: "a range the wrong way round",
      schema: { type: "integer", minimum: 5, maximum: 3 },
      fault: NOTHING,
    },
    {
      name: "lengths the wrong way round",
      schema: { type: "string", minLength: 3, maxLength: 2 },
      fault: NOTHING,
    },
    {
      name: "a required property that nothing satisfies",
      schema: { type: "object", properties: { a: false }, required: ["a"] },
      fault: NOTHING,
    },
    {
      name: "types that exclude each other",
      schema: { allOf: [{ type: "string" }, { type: "null" }] },
      fault: NOTHING,
    },
    {
      name: "an object within itself without end",
      schema: { type: "object", properties: { a: { $ref: "#" } }, required: ["a"] },
      fault: NOTHING,
    },
    { name: "a reference to itself", schema: { $ref: "#" }, fault: NOTHING },
  ],
  ({ schema, fault }) => {
    assert.throws(
      () => matcherOf(schema),
      (error) => error instanceof GrammarError && (assert.deepEqual(error.fault, fault), true),
    );
  },
);

/** Schemas that would cost minutes or all memory if they were followed to their end; null: these don't. */
const deep = (depth: number): unknown => (depth === 0 ? {} : { anyOf: [deep(depth - 1)] });
const bound = (name: string, limit: number) => ({ tag: "grammarTooLarge", bound: name, limit });
const list = (count: number, of: (i: number) => unknown) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`p${i}`, of(i)]));
table(
  "a hostile schema",
  [
    {
      name: "with branches of branches of references",
      schema: {
        $ref: "#/$defs/a",
        maxLength: 3,
        $defs: { a: { anyOf: Array.from({ length: 9 }, () => ({ $ref: "#/$defs/a", minLength: 1 })) } },
      },
      fault: bound("depth", 64),
    },
    { name: "nested deeply", schema: deep(100), fault: bound("depth", 64) },
    {
      name: "with huge counts in huge counts",
      schema: {
        type: "array",
        minItems: 20_000,
        items: { type: "array", minItems: 20_000, items: { type: "string", minLength: 20_000 } },
      },
      fault: null,
    },
    {
      name: "with ten thousand properties",
      schema: { type: "object", properties: list(10_000, () => ({ type: "null" })) },
      fault: bound("rules", 3000),
    },
    {
      name: "with ten thousand references in a row",
      schema: {
        $ref: "#/$defs/p0",
        $defs: list(10_000, (i) => ({ items: { $ref: `#/$defs/p${i + 1}` }, type: "array" })),
      },
      fault: bound("rules", 3000),
    },
    {
      name: "with a pattern of counts of counts",
      schema: { type: "string", pattern: "^(?:(?:(?:a{0,2000}){0,2000}){0,2000})$" },
      fault: bound("readings", 10_000),
    },
    {
      name: "with names of JavaScript's own",
      schema: JSON.parse(
        '{"properties":{"__proto__":{"type":"null"},"constructor":{"type":"null"}},"__proto__":{"type":"null"}}',
      ) as unknown,
      fault: null,
    },
  ],
  ({ schema, fault }) => {
    const read = () => readingOf(matcherOf(schema), `"${"a".repeat(100)}`);
    if (fault === null) read();
    else
      assert.throws(
        read,
        (error) => error instanceof GrammarError && (assert.deepEqual(error.fault, fault), true),
      );
  },
);
