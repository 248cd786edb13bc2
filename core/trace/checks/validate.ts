// Checks a value against the schema objects: one closure per schema, built once, without generated code,
// because a webview's content policy forbids eval. TypeBox's own interpreter gives the same results 25 times slower, and
// ajv's generated code is forty times as large (docs/decisions/024).
// An unsupported schema keyword is an error when the closures are built.
import { isTooDeep } from "../json.ts";

/** The first problem: its location (JSON pointer) and what was expected. */
export interface Problem {
  readonly path: string;
  readonly expected: string;
  /** The value found there, as shortened JSON. */
  readonly found: string;
}

/** Finds the first problem of a value; null if it is valid. */
export type Validator = (value: unknown) => Problem | null;

interface SchemaProblem extends Problem {
  /** The mismatch is on a constant, such as the `kind` that distinguishes the members of a union. */
  readonly onFixedValue: boolean;
}
type Check = (value: unknown) => SchemaProblem | null;

interface SchemaObject {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, SchemaObject>>;
  readonly patternProperties?: Readonly<Record<string, SchemaObject>>;
  readonly required?: readonly string[];
  readonly items?: SchemaObject;
  readonly anyOf?: readonly SchemaObject[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly minLength?: number;
  readonly pattern?: string;
  readonly maxItems?: number;
}

const knownWords = new Set([
  ...["$schema", "title", "description", "type", "properties", "patternProperties", "required", "items"],
  ...["anyOf", "enum", "const", "minimum", "maximum", "exclusiveMinimum", "minLength", "pattern"],
  "maxItems",
]);

/** Builds the validator of a schema. @throws Error for a schema word outside the list above */
export function validatorOf(schema: object): Validator {
  return checkOf(schema);
}

function checkOf(schema: SchemaObject): Check {
  const strange = Object.keys(schema).find((word) => !knownWords.has(word));
  if (strange !== undefined) throw new Error(`schema word not supported: ${strange}`);
  if (schema.anyOf) return checkAnyOf(schema.anyOf.map(checkOf));
  if (schema.enum) return checkFixed(schema.enum);
  if (schema.const !== undefined) return checkFixed([schema.const]);
  switch (schema.type) {
    case "object":
      return checkObject(schema);
    case "array":
      return checkArray(schema.items!, schema.maxItems ?? Infinity);
    case "number":
    case "integer":
      return checkNumber(schema);
    case "string":
      return checkString(schema);
    case "boolean":
      return (value) => (typeof value === "boolean" ? null : miss(value, "true or false"));
    case "null":
      return (value) => (value === null ? null : miss(value, "null"));
    case undefined:
    default:
      throw new Error(`schema type not supported: ${String(schema.type)}`);
  }
}

function checkObject(schema: SchemaObject): Check {
  const required = new Set(schema.required);
  const properties = Object.entries(schema.properties ?? {}).map(
    ([key, property]) => [key, checkOf(property), required.has(key)] as const,
  );
  const known = new Set(properties.map(([key]) => key));
  const patterns = Object.entries(schema.patternProperties ?? {}).map(
    ([pattern, property]) => [new RegExp(pattern, "u"), checkOf(property)] as const,
  );
  return (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return miss(value, "an object");
    let checked = 0;
    for (const [key, check, isRequired] of properties) {
      // Only own keys count: "toString" or "__proto__" are never read from the prototype.
      if (!Object.hasOwn(value, key)) {
        if (isRequired) return miss(value, `an object with "${key}"`);
        continue;
      }
      const found = check((value as Record<string, unknown>)[key]);
      if (found) return within(found, key);
      checked++;
    }
    for (const [pattern, check] of patterns) {
      for (const [key, item] of Object.entries(value)) {
        if (!pattern.test(key)) continue;
        const found = check(item);
        if (found) return within(found, key);
        checked++;
      }
    }
    return Object.keys(value).length > checked ? tooDeep(value, known) : null;
  };
}

/** Keys that the schema does not define may hold anything that can be written again. */
function tooDeep(value: object, known: ReadonlySet<string>): SchemaProblem | null {
  for (const [key, item] of Object.entries(value))
    if (!known.has(key) && isTooDeep(item))
      return within(
        { ...miss(item, "less deeply nested"), found: "nested too deeply to read" },
        key.slice(0, 40),
      );
  return null;
}

function checkArray(items: SchemaObject, most: number): Check {
  const check = checkOf(items);
  return (value) => {
    if (!Array.isArray(value)) return miss(value, "a list");
    if (value.length > most)
      return { ...miss(value, `a list of at most ${most} items`), found: `a list of ${value.length} items` };
    for (let i = 0; i < value.length; i++) {
      const found = check(value[i]);
      if (found) return within(found, String(i));
    }
    return null;
  };
}

/** Distant limits are named only if they are violated: "must be a number ≥ 0, but is -1" is enough. */
const FAR = 1e6;

function checkNumber({ type, minimum, maximum, exclusiveMinimum }: SchemaObject): Check {
  const whole = type === "integer";
  const low = minimum ?? -Infinity;
  const above = exclusiveMinimum ?? -Infinity;
  const high = maximum ?? Infinity;
  const wordsOf = (furthest: number): string => {
    const bound = (sign: string, limit?: number): string[] =>
      limit === undefined || Math.abs(limit) > furthest ? [] : [`${sign} ${limit}`];
    const bounds = [...bound("≥", minimum), ...bound(">", exclusiveMinimum), ...bound("≤", maximum)];
    return `a ${whole ? "whole " : ""}number ${bounds.join(" and ")}`.trimEnd();
  };
  const [near, all] = [wordsOf(FAR), wordsOf(Infinity)];
  return (value) =>
    typeof value === "number" &&
    (whole ? Number.isInteger(value) : Number.isFinite(value)) &&
    value >= low &&
    value > above &&
    value <= high
      ? null
      : miss(value, typeof value === "number" && Math.abs(value) > FAR ? all : near);
}

function checkString({ minLength, pattern }: SchemaObject): Check {
  const form = pattern === undefined ? null : new RegExp(pattern, "u");
  const expected =
    pattern !== undefined
      ? `text of the form ${pattern}`
      : minLength !== undefined
        ? "text, not empty"
        : "text";
  return (value) =>
    typeof value === "string" && value.length >= (minLength ?? 0) && (form === null || form.test(value))
      ? null
      : miss(value, expected);
}

function checkFixed(values: readonly unknown[]): Check {
  const expected = values.map((value) => JSON.stringify(value)).join(" or ");
  return (value) => (values.includes(value) ? null : { ...miss(value, expected), onFixedValue: true });
}

/** Reports the member that was meant: one that failed deeper than on its constants, if any. */
function checkAnyOf(checks: readonly Check[]): Check {
  return (value) => {
    const problems: SchemaProblem[] = [];
    for (const check of checks) {
      const found = check(value);
      if (found === null) return null;
      problems.push(found);
    }
    const first = problems.find((found) => found.path !== "" && !found.onFixedValue);
    if (first) return first;
    const deepest = problems.reduce((best, found) => (found.path.length > best.path.length ? found : best));
    const alike = problems.filter((found) => found.path === deepest.path);
    return { ...deepest, expected: alike.map((found) => found.expected).join(" or ") };
  };
}

function miss(value: unknown, expected: string): SchemaProblem {
  return { path: "", expected, found: shortened(value), onFixedValue: false };
}

function within(found: SchemaProblem, key: string): SchemaProblem {
  return { ...found, path: `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}${found.path}` };
}

function shortened(value: unknown): string {
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) return "nothing";
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
