// The one check of a value from outside: a message, a saved state, a file that a program wrote. A TypeBox schema
// describes it, and the static type comes from the same schema.
import type { Static, TSchema } from "typebox";
// The interpreter of Value.Check without the rest of typebox/value, which would add 27 kB to every page. It builds no
// functions from text, because a page's content policy forbids that.
import { Check } from "typebox/schema";

/** The type of a schema's values, readonly at every depth. */
export type Parsed<S extends TSchema> = Frozen<Static<S>>;

export type Frozen<T> = T extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : T extends ArrayBufferView
    ? T
    : T extends object
      ? { readonly [Key in keyof T]: Frozen<T[Key]> }
      : T;

interface Shape {
  readonly properties?: Readonly<Record<string, TSchema>>;
  readonly additionalProperties?: unknown;
  readonly items?: TSchema;
  readonly anyOf?: readonly TSchema[];
}

/**
 * The parts of a value that its schema describes, or null if the value violates it. An object whose schema has
 * `additionalProperties: true` is kept as it is.
 */
export function parse<S extends TSchema>(schema: S, value: unknown): Parsed<S> | null {
  return Check(schema, value) ? (describedPart(schema, value) as Parsed<S>) : null;
}

/** Like `parse`, but property by property: what is missing or invalid comes from `preset`. */
export function parseParts<S extends TSchema & { readonly properties: Readonly<Record<string, TSchema>> }>(
  schema: S,
  value: unknown,
  preset: Parsed<S>,
): Parsed<S> {
  const given =
    typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  const parts = Object.entries(schema.properties).filter(([key, part]) => Check(part, given[key]));
  return {
    ...(preset as object),
    ...Object.fromEntries(parts.map(([key, part]) => [key, describedPart(part, given[key])])),
  } as Parsed<S>;
}

function describedPart(schema: TSchema, value: unknown): unknown {
  const { properties, additionalProperties, items, anyOf } = schema as Shape;
  if (typeof value !== "object" || value === null) return value;
  if (anyOf !== undefined) {
    const member = anyOf.find((one) => Check(one, value));
    return member === undefined ? value : describedPart(member, value);
  }
  if (Array.isArray(value))
    return items === undefined ? value : value.map((item) => describedPart(items, item));
  if (properties === undefined || additionalProperties === true) return value;
  const given = value as Readonly<Record<string, unknown>>;
  const known = Object.entries(properties).filter(([key]) => given[key] !== undefined);
  return Object.fromEntries(known.map(([key, part]) => [key, describedPart(part, given[key])]));
}
