// Schemas that must hold together (`allOf`, or keywords beside `anyOf` or `$ref`), combined into one.
import { ASSERTIONS, type JsonSchema } from "./keywords.ts";

type Combine = (a: unknown, b: unknown) => unknown;

/** Returned where two values of a keyword can't be combined. */
const APART = Symbol("apart");

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
const isObject = (value: unknown): value is JsonSchema =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? (value as unknown[]) : [value];
const numbers = (pick: (...values: number[]) => number): Combine => {
  return (a, b) => (typeof a === "number" && typeof b === "number" ? pick(a, b) : APART);
};
const both: Combine = (a, b) => ({ allOf: [a, b] });

const COMBINE: Readonly<Record<string, Combine>> = {
  type: (a, b) => {
    const [left, right] = [listOf(a), listOf(b)];
    const shared = left.filter((one) => right.includes(one));
    const whole =
      [left, right].some((one) => one.includes("integer")) &&
      [left, right].every((one) => one.includes("integer") || one.includes("number"));
    return whole && !shared.includes("integer") ? [...shared, "integer"] : shared;
  },
  enum: (a, b) => listOf(a).filter((one) => listOf(b).some((other) => isSame(one, other))),
  required: (a, b) => [...new Set([...listOf(a), ...listOf(b)])],
  properties: (a, b) => {
    if (!isObject(a) || !isObject(b)) return APART;
    const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
    return Object.fromEntries(
      names.map((name) => {
        const [left, right] = [a, b].map((one) => (Object.hasOwn(one, name) ? one[name] : undefined));
        return [name, left === undefined ? right : right === undefined ? left : both(left, right)];
      }),
    );
  },
  items: both,
  minItems: numbers(Math.max),
  maxItems: numbers(Math.min),
  minLength: numbers(Math.max),
  maxLength: numbers(Math.min),
  minimum: numbers(Math.max),
  maximum: numbers(Math.min),
  exclusiveMinimum: numbers(Math.max),
  exclusiveMaximum: numbers(Math.min),
  allOf: (a, b) => [...listOf(a), ...listOf(b)],
};

/** One schema for both; if none can exist, the keyword that prevents it. */
export function combined(a: JsonSchema, b: JsonSchema): JsonSchema | { readonly apart: string } {
  // What one part forbids by `additionalProperties`, the other one's properties would allow again.
  const closes = (one: JsonSchema): boolean => Object.hasOwn(one, "additionalProperties");
  if (closes(a) !== closes(b) && (isObject(a.properties) || isObject(b.properties))) {
    const [closed, open] = closes(a) ? [a, b] : [b, a];
    const known = isObject(closed.properties) ? Object.keys(closed.properties) : [];
    const isWithin =
      isObject(open.properties) && Object.keys(open.properties).every((name) => known.includes(name));
    if (closed.additionalProperties !== true && open.properties !== undefined && !isWithin)
      return { apart: "additionalProperties" };
  }
  const result: Record<string, unknown> = { ...a };
  for (const [keyword, value] of Object.entries(b)) {
    if (keyword === "__proto__") continue;
    const isAssertion = (ASSERTIONS as readonly string[]).includes(keyword);
    if (!Object.hasOwn(a, keyword)) result[keyword] = value;
    else if (isAssertion && !isSame(a[keyword], value)) {
      const joined = COMBINE[keyword]?.(a[keyword], value) ?? APART;
      if (joined === APART) return { apart: keyword };
      result[keyword] = joined;
    }
  }
  return result;
}

const typesIn = (schema: JsonSchema): readonly unknown[] | null =>
  schema.type === undefined ? null : listOf(schema.type).map((one) => (one === "integer" ? "number" : one));
const valuesIn = (schema: JsonSchema): readonly unknown[] | null =>
  Object.hasOwn(schema, "const")
    ? [schema.const]
    : Array.isArray(schema.enum)
      ? (schema.enum as unknown[])
      : null;

/** Whether no value can satisfy both, judging by types, constants and required properties. */
export function isDisjoint(a: JsonSchema, b: JsonSchema): boolean {
  const [types, otherTypes] = [typesIn(a), typesIn(b)];
  if (types !== null && otherTypes !== null && !types.some((one) => otherTypes.includes(one))) return true;
  const [values, otherValues] = [valuesIn(a), valuesIn(b)];
  if (values !== null && otherValues !== null)
    return !values.some((one) => otherValues.some((other) => isSame(one, other)));
  const isOnlyObject = [types, otherTypes].every((one) => one?.length === 1 && one[0] === "object");
  if (!isOnlyObject || !isObject(a.properties) || !isObject(b.properties)) return false;
  const required = listOf(a.required).filter((name) => listOf(b.required).includes(name));
  return required.some((name) => {
    const [left, right] = [a.properties, b.properties].map((all) => (all as JsonSchema)[String(name)]);
    return isObject(left) && isObject(right) && isDisjoint(left, right);
  });
}
