// Explains in words where a value from outside violates its schema.
import type { TSchema } from "typebox";
import { Value } from "typebox/value";

export interface SchemaProblem {
  /** Path of keys, with dots: "params.settings.maxTokens"; empty for the value as a whole. */
  readonly field: string;
  /** Follows the field's name in a sentence: "must be >= 1". */
  readonly reason: string;
}

interface SchemaError {
  readonly keyword: string;
  /** Where in the schema, e.g. "#/properties/rule/anyOf/1/properties/topK". */
  readonly schemaPath: string;
  /** Where in the value, e.g. "/rule/topK". */
  readonly instancePath: string;
  readonly message: string;
  readonly params: object;
}

/** The problem of a value that violates its schema; null if it is valid. */
export function schemaProblem(schema: TSchema, value: unknown): SchemaProblem | null {
  if (Value.Check(schema, value)) return null;
  const errors: readonly SchemaError[] = Value.Errors(schema, value);
  const error = mostSpecificError(errors);
  if (error === undefined) return { field: "", reason: "is invalid" };
  const path = error.instancePath.split("/").slice(1);
  const missing = strings(error.params, "requiredProperties")[0];
  if (missing !== undefined) return { field: [...path, missing].join("."), reason: "is missing" };
  return { field: path.join("."), reason: reasonOf(error) };
}

/**
 * The first error. In a union every member reports errors: pick one of the intended member, recognized by its fixed
 * values (`kind`), or else one on the union as a whole.
 */
function mostSpecificError(errors: readonly SchemaError[]): SchemaError | undefined {
  const [first] = errors;
  const schemaPath = first && /^(.*?)\/anyOf\//.exec(first.schemaPath)?.[1];
  if (schemaPath === undefined) return first;
  // The union's own error may be missing because the list is truncated.
  const instancePath = [...schemaPath.matchAll(/\/properties(\/[^/]+)/g)].map((part) => part[1]).join("");
  const ofMembers = errors.filter((error) => error.schemaPath.startsWith(`${schemaPath}/anyOf/`));
  const memberOf = (error: SchemaError): string | undefined =>
    error.schemaPath.slice(`${schemaPath}/anyOf/`.length).split("/")[0];
  const notMeant = new Set(
    ofMembers
      .filter((error) => error.keyword === "const" || error.instancePath === instancePath)
      .map(memberOf),
  );
  const meant = ofMembers.find((error) => !notMeant.has(memberOf(error)));
  return meant ?? { keyword: "anyOf", schemaPath, instancePath, message: "", params: {} };
}

function reasonOf({ keyword, message, params }: SchemaError): string {
  if (keyword === "anyOf") return "matches none of its possible forms";
  const allowed = strings(params, "allowedValues");
  return allowed.length > 0 ? `must be one of ${allowed.join(", ")}` : message;
}

function strings(params: object, key: string): readonly string[] {
  const found: unknown = Object.entries(params).find(([name]) => name === key)?.[1];
  return Array.isArray(found) ? found.filter((item) => typeof item === "string") : [];
}
