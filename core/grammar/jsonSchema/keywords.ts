// The keywords of JSON Schema (2020-12) that an answer can be held to, and those that change nothing about what is valid.
// Any other known keyword is refused by name: an answer that is said to be held to a schema must be valid under it.

export type JsonSchema = Readonly<Record<string, unknown>>;

/** Keywords that allow or refuse values and can't be followed token by token. */
const UNSUPPORTED = [
  "not",
  "if",
  "then",
  "else",
  "patternProperties",
  "propertyNames",
  "dependentRequired",
  "dependentSchemas",
  "dependencies",
  "unevaluatedItems",
  "contains",
  "minContains",
  "maxContains",
  "uniqueItems",
  "multipleOf",
  "minProperties",
  "maxProperties",
  "additionalItems",
  "$dynamicRef",
  "$recursiveRef",
];

/** Keywords that allow or refuse values. */
export const ASSERTIONS = [
  "type",
  "enum",
  "const",
  "properties",
  "required",
  "additionalProperties",
  "items",
  "prefixItems",
  "minItems",
  "maxItems",
  "minLength",
  "maxLength",
  "pattern",
  "format",
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "anyOf",
  "oneOf",
  "allOf",
  "$ref",
] as const;
export type Assertion = (typeof ASSERTIONS)[number];

/** Keywords that no value can violate: they don't affect the answer. */
const isIdle = (keyword: string, value: unknown): boolean =>
  (keyword === "uniqueItems" && value === false) ||
  ((keyword === "minProperties" || keyword === "minContains") && value === 0) ||
  (keyword === "patternProperties" &&
    typeof value === "object" &&
    value !== null &&
    Object.keys(value).length === 0);

/** The first keyword that can't be followed; undefined if there is none. */
export function unsupportedKeyword(schema: JsonSchema): string | undefined {
  return UNSUPPORTED.find((keyword) => Object.hasOwn(schema, keyword) && !isIdle(keyword, schema[keyword]));
}

export const TYPES = ["object", "array", "string", "number", "integer", "boolean", "null"] as const;
export type JsonType = (typeof TYPES)[number];

/**
 * The types that keywords apply to: a schema that uses such keywords but names no type is read as having one
 * of these.
 */
const SPOKEN_OF: readonly (readonly [JsonType, readonly Assertion[]])[] = [
  ["object", ["properties", "required", "additionalProperties"]],
  ["array", ["items", "prefixItems", "minItems", "maxItems"]],
  ["string", ["minLength", "maxLength", "pattern", "format"]],
  ["number", ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"]],
];

/** The types of a schema that names none; null for any. */
export function impliedTypes(schema: JsonSchema): readonly JsonType[] | null {
  const types = SPOKEN_OF.filter(([, keywords]) => keywords.some((one) => Object.hasOwn(schema, one)));
  return types.length === 0 ? null : types.map(([type]) => type);
}
