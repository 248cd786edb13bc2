// `response_format`, `json_schema` and `grammar` of a prompt file, as settings of the run.
import assert from "node:assert/strict";
import { parsePrompty } from "../../../../core/prompts/index.ts";
import { table } from "../../../support/check.ts";

const SCHEMA =
  '{"type":"object","properties":{"b":{"type":"string"},"a":{"enum":[1,null]}},"required":["b"]}';
const FORMAT =
  '"response_format" must be a map with the "type" text, json_object, or json_schema with the schema in "json_schema".';

table(
  "parameters",
  [
    { name: "text", yaml: "response_format: {type: text}", jsonSchema: "" },
    { name: "any object", yaml: "response_format: {type: json_object}", jsonSchema: '{"type":"object"}' },
    {
      name: "a schema as Prompty's samples have it",
      yaml: `response_format: {type: json_schema, json_schema: {name: x, strict: true, schema: ${SCHEMA}}}`,
      jsonSchema: SCHEMA,
    },
    {
      name: "a schema beside the type",
      yaml: `response_format: {type: json_schema, schema: ${SCHEMA}}`,
      jsonSchema: SCHEMA,
    },
    { name: "only a schema", yaml: `json_schema: ${SCHEMA}`, jsonSchema: SCHEMA },
    { name: "a schema as text", yaml: `json_schema: '${SCHEMA}'`, jsonSchema: SCHEMA },
    { name: "a grammar", yaml: 'grammar: "root ::= \\"a\\""', grammar: 'root ::= "a"' },
    { name: "nothing", yaml: "response_format:" },
    { name: "a word", yaml: "response_format: json", problem: FORMAT },
    { name: "an unknown type", yaml: "response_format: {type: yaml}", problem: FORMAT },
    { name: "a schema that is missing", yaml: "response_format: {type: json_schema}", problem: FORMAT },
    {
      name: "a schema that is a number",
      yaml: "json_schema: 3",
      problem: '"json_schema" must be a JSON schema, as a map or as JSON text.',
    },
    { name: "a grammar that is a map", yaml: "grammar: {}", problem: '"grammar" must be a text.' },
  ],
  ({ yaml, jsonSchema, grammar, problem }) => {
    const { parameters, problems } = parsePrompty(`---\nmodel:\n  parameters:\n    ${yaml}\n---\nHi\n`);
    assert.deepEqual(
      problems.map(({ message }) => message),
      problem === undefined ? [] : [problem],
    );
    assert.equal(parameters.jsonSchema ?? null, jsonSchema ?? null);
    assert.equal(parameters.grammar ?? null, grammar ?? null);
  },
);
