// All tests by name (`x is name`): Jinja2's own.
import { t } from "../../base/index.ts";
import { bind } from "./arguments.ts";
import type { Test } from "./context.ts";
import { RenderError } from "./faults.ts";
import type { CompareSign } from "./nodes.ts";
import { holds } from "./comparing.ts";
import { FILTERS } from "./filters/index.ts";
import { isLower, isUpper } from "./letterCase.ts";
import { arithmetic } from "./numbers.ts";
import {
  Callable,
  Dict,
  Float,
  isEqual,
  isList,
  itemsOrNull,
  numberOf,
  Sequence,
  Tuple,
  typeOf,
  Undefined,
  type Value,
} from "./values.ts";
import { textOf } from "./writing.ts";

const plain =
  (name: string, action: (value: Value) => boolean): Test =>
  (value, args) => {
    bind(name, args);
    return action(value);
  };

const comparing =
  (name: string, sign: CompareSign): Test =>
  (value, args) =>
    holds(sign, value, bind(name, args, "other").need("other"));

const remainder =
  (name: string, wanted: number): Test =>
  (value, args, context) => {
    bind(name, args);
    if (numberOf(value) === null)
      throw new RenderError(t('"{0}" is tested on {1} instead of a number', name, typeOf(value)));
    return isEqual(arithmetic("%", value, 2, context), wanted);
  };

const isInteger = (value: Value): boolean => typeof value === "number";
const isSequence = (value: Value): boolean =>
  typeof value === "string" ||
  isList(value) ||
  value instanceof Tuple ||
  value instanceof Dict ||
  value instanceof Undefined ||
  (value instanceof Sequence && value.type === "range");

export const TESTS: ReadonlyMap<string, Test> = new Map<string, Test>([
  ["defined", plain("defined", (value) => !(value instanceof Undefined))],
  ["undefined", plain("undefined", (value) => value instanceof Undefined)],
  ["none", plain("none", (value) => value === null)],
  ["boolean", plain("boolean", (value) => typeof value === "boolean")],
  ["true", plain("true", (value) => value === true)],
  ["false", plain("false", (value) => value === false)],
  ["integer", plain("integer", isInteger)],
  ["float", plain("float", (value) => value instanceof Float)],
  ["number", plain("number", (value) => numberOf(value) !== null)],
  ["string", plain("string", (value) => typeof value === "string")],
  ["mapping", plain("mapping", (value) => value instanceof Dict)],
  ["sequence", plain("sequence", isSequence)],
  ["iterable", plain("iterable", (value) => itemsOrNull(value) !== null)],
  // Jinja2's undefined can be called, to say what is missing.
  ["callable", plain("callable", (value) => value instanceof Callable || value instanceof Undefined)],
  ["escaped", plain("escaped", () => false)],
  ["lower", plain("lower", (value) => isLower(textOf(value)))],
  ["upper", plain("upper", (value) => isUpper(textOf(value)))],
  ["even", remainder("even", 0)],
  ["odd", remainder("odd", 1)],
  [
    "divisibleby",
    (value, args, context) =>
      isEqual(arithmetic("%", value, bind("divisibleby", args, "num").need("num"), context), 0),
  ],
  [
    "sameas",
    (value, args) => {
      const other = bind("sameas", args, "other").need("other");
      return (
        value === other || (value instanceof Float && other instanceof Float && value.value === other.value)
      );
    },
  ],
  [
    "filter",
    (value, args) => {
      bind("filter", args);
      return typeof value === "string" && FILTERS.has(value);
    },
  ],
  [
    "test",
    (value, args) => {
      bind("test", args);
      return typeof value === "string" && TESTS.has(value);
    },
  ],
  ["in", (value, args) => holds("in", value, bind("in", args, "seq").need("seq"))],
  ...(
    [
      ["==", ["eq", "equalto", "=="]],
      ["!=", ["ne", "!="]],
      ["<", ["lt", "lessthan", "<"]],
      ["<=", ["le", "<="]],
      [">", ["gt", "greaterthan", ">"]],
      [">=", ["ge", ">="]],
    ] as const
  ).flatMap(([sign, names]) => names.map((name): [string, Test] => [name, comparing(name, sign)])),
]);
