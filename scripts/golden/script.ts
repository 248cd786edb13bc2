// Reads a golden script: the parameters of an index and the operations on it, with the results of the
// published code. Unknown parameters are refused by name, because ignoring one would test something else.
import { messageOf } from "../../core/base/index.ts";
import type { ReferenceParameters } from "../../server/bench/reference/index.ts";

export type Operation =
  | {
      readonly op: "putOutput" | "putInput" | "streamOutput" | "finishOutput";
      readonly tokens: readonly number[];
    }
  | {
      readonly op: "get";
      readonly query: readonly number[];
      readonly ids: readonly number[];
      readonly parents: readonly number[];
    }
  | { readonly op: "end"; readonly trees: number; readonly nodes: number };

export interface GoldenScript {
  readonly parameters: ReferenceParameters;
  readonly operations: readonly Operation[];
}

/** A script that can't be used; the message names the field. */
export class ScriptProblem extends Error {}

type Fields = Readonly<Record<string, unknown>>;

const PARAMETERS = [
  "decodingLength",
  "branchLength",
  "maxNode",
  "maxOutputNode",
  "stopTokens",
  "eosTokens",
  "minOutputSize",
  "outputWeight",
] as const;

const OPERATION_FIELDS = {
  putOutput: ["tokens"],
  putInput: ["tokens"],
  streamOutput: ["tokens"],
  finishOutput: ["tokens"],
  get: ["query", "ids", "parents"],
  end: ["trees", "nodes"],
} as const satisfies Record<Operation["op"], readonly string[]>;

/** @throws ScriptProblem */
export function readScript(text: string): GoldenScript {
  const script = fieldsOf(parseJson(text), "the file");
  onlyKnown(script, ["name", ...PARAMETERS, "ops"], "parameter");
  if (!Array.isArray(script.ops) || script.ops.length === 0)
    throw new ScriptProblem('"ops" must be a non-empty list of operations');
  const weight = script.outputWeight;
  if (typeof weight !== "number" || weight < 0 || weight > 1)
    throw new ScriptProblem(`"outputWeight" must be a number from 0 to 1, not ${shown(weight)}`);
  return {
    parameters: {
      treeTokens: count(script, "decodingLength"),
      branchTokens: count(script, "branchLength"),
      maxNodes: count(script, "maxNode"),
      maxOutputNodes: count(script, "maxOutputNode"),
      minOutputNodes: count(script, "minOutputSize"),
      outputWeight: weight,
      stopTokens: tokens(script, "stopTokens"),
      endTokens: tokens(script, "eosTokens"),
    },
    operations: script.ops.map((value: unknown, index) => {
      try {
        return readOperation(value);
      } catch (error) {
        if (error instanceof ScriptProblem) error.message = `operation ${index + 1}: ${error.message}`;
        throw error;
      }
    }),
  };
}

function readOperation(value: unknown): Operation {
  const fields = fieldsOf(value, "an operation");
  const { op } = fields;
  if (typeof op !== "string" || !Object.hasOwn(OPERATION_FIELDS, op))
    throw new ScriptProblem(`"op" is ${shown(op)}, not one of ${Object.keys(OPERATION_FIELDS).join(", ")}`);
  const kind = op as Operation["op"];
  onlyKnown(fields, ["op", ...OPERATION_FIELDS[kind]], "field");
  switch (kind) {
    case "get": {
      const query = tokens(fields, "query");
      if (query.length === 0) throw new ScriptProblem('"query" must not be empty');
      return { op: kind, query, ids: tokens(fields, "ids"), parents: numbers(fields, "parents", -1) };
    }
    case "end":
      return { op: kind, trees: count(fields, "trees"), nodes: count(fields, "nodes") };
    case "putOutput":
    case "putInput":
    case "streamOutput":
    case "finishOutput":
      return { op: kind, tokens: tokens(fields, "tokens") };
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ScriptProblem(`not JSON: ${messageOf(error)}`);
  }
}

function fieldsOf(value: unknown, what: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new ScriptProblem(`${what} must be an object, not ${shown(value)}`);
  return value as Fields;
}

function onlyKnown(fields: Fields, known: readonly string[], what: string): void {
  const unknown = Object.keys(fields).find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new ScriptProblem(`unknown ${what} "${unknown}"; known: ${known.join(", ")}`);
}

function count(fields: Fields, name: string): number {
  const value = fields[name];
  if (!Number.isSafeInteger(value) || (value as number) < 0)
    throw new ScriptProblem(`"${name}" must be a whole number, 0 or more, not ${shown(value)}`);
  return value as number;
}

const tokens = (fields: Fields, name: string): readonly number[] => numbers(fields, name, 0);

function numbers(fields: Fields, name: string, least: number): readonly number[] {
  const value = fields[name];
  if (!Array.isArray(value)) throw new ScriptProblem(`"${name}" must be a list, not ${shown(value)}`);
  const wrong: unknown = value.find((item) => !Number.isInteger(item) || item < least || item > 0x7fffffff);
  if (wrong !== undefined)
    throw new ScriptProblem(`"${name}" must contain whole numbers of at least ${least}, not ${shown(wrong)}`);
  return value as readonly number[];
}

/** A value as an error shows it: short. */
function shown(value: unknown): string {
  if (value === undefined) return "missing";
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
