// A JSON schema as a grammar of the JSON texts that are valid under it. The grammar may be narrower than the schema, never
// wider: properties come in the schema's order and only those that it names unless it says otherwise; numbers have at most
// 16 digits on either side of the point; what can't be followed is refused by name.
import { checkBound, GrammarError } from "../errors.ts";
import {
  choice,
  NOTHING,
  optional,
  repeat,
  rule,
  sequence,
  text,
  type Expression,
  type Grammar,
} from "../expression.ts";
import { combined, isDisjoint } from "./combine.ts";
import { FORMATS } from "./formats.ts";
import {
  ANY_VALUE,
  inBraces,
  inBrackets,
  JSON_RULES,
  keyBesides,
  pairOf,
  quoted,
  separated,
  stringText,
  WHITE_SPACE,
} from "./jsonText.ts";
import {
  ASSERTIONS,
  impliedTypes,
  TYPES,
  unsupportedKeyword,
  type JsonSchema,
  type JsonType,
} from "./keywords.ts";
import { boundedNumberText, integerText, numberText, type NumberBounds } from "./numbers.ts";
import { PatternProblem, patternText } from "./pattern.ts";

const MAX_DEPTH = 64;
/** Schemas that are read, each place once for every way in which it is combined with others. */
const MAX_SCHEMAS = 3000;
const MAX_COUNT = 20_000;
const MAX_NAME_CHARACTERS = 256;
const ROOT = "#";

const ws = rule(WHITE_SPACE);
const isObject = (value: unknown): value is JsonSchema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** @throws GrammarError schemaInvalid, schemaUnsupported, grammarTooLarge */
export function schemaGrammar(schema: unknown): Grammar {
  return new SchemaReader(schema).read();
}

class SchemaReader {
  private readonly rules = new Map<string, Expression>(JSON_RULES);
  /** Schemas whose rules are still to be made. */
  private readonly referred: { readonly pointer: string; readonly schema: unknown }[] = [];
  private depth = 0;
  private schemas = 0;

  constructor(private readonly document: unknown) {}

  read(): Grammar {
    this.refer(ROOT, this.document);
    for (let next = this.referred.pop(); next !== undefined; next = this.referred.pop())
      this.rules.set(next.pointer, this.value(next.schema, next.pointer));
    return { root: ROOT, rules: this.rules };
  }

  /** The rule of the schema at a pointer, made once, so that schemas may refer to themselves. */
  private refer(pointer: string, schema: unknown): Expression {
    if (!this.rules.has(pointer)) {
      this.rules.set(pointer, NOTHING); // Read later: references may follow one another for long.
      this.referred.push({ pointer, schema });
    }
    return rule(pointer);
  }

  private value(schema: unknown, place: string): Expression {
    checkBound(++this.depth, "depth", MAX_DEPTH);
    checkBound(++this.schemas, "rules", MAX_SCHEMAS);
    const result = this.anyValue(schema, place);
    this.depth--;
    return result;
  }

  private anyValue(schema: unknown, place: string): Expression {
    if (schema === true) return rule(ANY_VALUE);
    if (schema === false) return NOTHING;
    if (!isObject(schema)) return this.invalid(place, "a schema is an object, true or false");
    const keyword = unsupportedKeyword(schema);
    if (keyword !== undefined) return this.unsupported(place, `"${keyword}"`);
    if (place !== ROOT && typeof schema.$id === "string")
      return this.unsupported(place, '"$id" within a schema');
    const { allOf, anyOf, oneOf, $ref, ...own } = schema;
    if (schema.unevaluatedProperties !== undefined && schema.unevaluatedProperties !== false)
      return this.unsupported(place, '"unevaluatedProperties"');
    const hasOwn = Object.keys(own).some((key) => isAsserting(key));
    if ($ref !== undefined && allOf === undefined && anyOf === undefined && oneOf === undefined && !hasOwn) {
      const { pointer, target } = this.resolve($ref, place);
      return this.refer(pointer, target);
    }
    if ($ref !== undefined || allOf !== undefined) {
      const parts = [
        ...($ref === undefined ? [] : [this.resolve($ref, place).target]),
        ...this.list(allOf ?? [], place, "allOf"),
      ];
      return this.value(
        this.together(
          [
            { ...own, ...(anyOf !== undefined && { anyOf }), ...(oneOf !== undefined && { oneOf }) },
            ...parts,
          ],
          place,
          "allOf",
        ),
        place,
      );
    }
    if (anyOf !== undefined || oneOf !== undefined) {
      const name = anyOf === undefined ? "oneOf" : "anyOf";
      const base = anyOf === undefined || oneOf === undefined ? own : { ...own, oneOf };
      const branches = this.list(anyOf ?? oneOf, place, name);
      if (name === "oneOf") this.checkDisjoint(branches, place);
      return choice(
        ...branches.map((branch, at) => {
          const where = `${place}/${name}/${at}`;
          return hasOwn || base !== own
            ? this.value(this.together([base, branch], where, name), where)
            : this.value(branch, where);
        }),
      );
    }
    return this.plainValue(schema, place);
  }

  /** Of a schema that names its values or types itself. */
  private plainValue(schema: JsonSchema, place: string): Expression {
    const types = this.typesOf(schema, place);
    if (Object.hasOwn(schema, "const") || schema.enum !== undefined) return this.values(schema, types, place);
    if (types === null) return rule(ANY_VALUE);
    return choice(...types.map((type) => this.ofType(type, schema, place)));
  }

  private values(schema: JsonSchema, types: readonly JsonType[] | null, place: string): Expression {
    const others = Object.keys(schema).filter(
      (key) => isAsserting(key) && !["type", "enum", "const"].includes(key),
    );
    if (others.length > 0) return this.unsupported(place, `"enum" or "const" together with "${others[0]!}"`);
    const { enum: listed } = schema;
    if (listed !== undefined && !Array.isArray(listed))
      return this.invalid(`${place}/enum`, '"enum" is a list');
    const values: readonly unknown[] = Object.hasOwn(schema, "const")
      ? [schema.const]
      : (listed as unknown[]);
    if (Object.hasOwn(schema, "const") && listed !== undefined)
      return this.unsupported(place, '"enum" together with "const"');
    const given = schema.type === undefined ? null : types;
    return choice(
      ...values
        .filter((one) => given === null || given.some((type) => isOf(type, one)))
        .map((one) => text(JSON.stringify(one))),
    );
  }

  private typesOf(schema: JsonSchema, place: string): readonly JsonType[] | null {
    const { type } = schema;
    if (type === undefined) return impliedTypes(schema);
    const listed: readonly unknown[] = Array.isArray(type) ? (type as unknown[]) : [type];
    const known = listed.map(
      (one) =>
        TYPES.find((word) => word === one) ??
        this.invalid(`${place}/type`, `${JSON.stringify(one)} is not a type`),
    );
    return known.includes("number") ? known.filter((one) => one !== "integer") : known;
  }

  private ofType(type: JsonType, schema: JsonSchema, place: string): Expression {
    switch (type) {
      case "object":
        return this.object(schema, place);
      case "array":
        return this.array(schema, place);
      case "string":
        return this.string(schema, place);
      case "number":
      case "integer":
        return this.number(type, schema, place);
      case "boolean":
        return choice(text("true"), text("false"));
      case "null":
        return text("null");
    }
  }

  private object(schema: JsonSchema, place: string): Expression {
    const { properties = {}, additionalProperties, unevaluatedProperties } = schema;
    if (!isObject(properties)) return this.invalid(`${place}/properties`, '"properties" is an object');
    const required = this.list(schema.required ?? [], place, "required").map((name) =>
      typeof name === "string" ? name : this.invalid(`${place}/required`, "each name is a text"),
    );
    const names = Object.keys(properties);
    const isFree =
      names.length === 0 && additionalProperties === undefined && unevaluatedProperties === undefined;
    const others = isFree ? true : additionalProperties;
    // Required names without a schema of their own are written as the additional ones are, after the others.
    const unnamed = required.filter((name) => !names.includes(name));
    const pairs = [...names, ...unnamed].map((name) => {
      const at = `${place}/properties/${escaped(name)}`;
      const value = names.includes(name)
        ? this.value(properties[name], at)
        : this.value(additionalProperties ?? true, `${place}/additionalProperties`);
      const pair = this.shared(`${at} pair`, pairOf(text(JSON.stringify(name)), value));
      return { pair, isRequired: required.includes(name) };
    });
    let extra: Expression = NOTHING;
    if (others !== undefined && others !== false) {
      const long = names.find((name) => name.length > MAX_NAME_CHARACTERS);
      if (long !== undefined)
        return this.unsupported(place, `a property's name of more than ${MAX_NAME_CHARACTERS} characters`);
      const value = this.value(others, `${place}/additionalProperties`);
      extra = this.shared(`${place} extra`, pairOf(keyBesides([...names, ...unnamed]), value));
    }
    return inBraces(this.members(pairs, extra, place));
  }

  /** Pairs in their order with commas between them, and any number of additional ones after them. */
  private members(
    pairs: readonly { readonly pair: Expression; readonly isRequired: boolean }[],
    extra: Expression,
    place: string,
  ): Expression {
    const comma = sequence(text(","), ws);
    const hasExtra = extra !== NOTHING;
    /** What follows where a pair was written before, and where none was. */
    let later: Expression = hasExtra ? repeat(sequence(comma, extra), 0, null) : text("");
    let first: Expression = hasExtra ? separated(extra, 0, null) : text("");
    for (let at = pairs.length - 1; at >= 0; at--) {
      const { pair, isRequired } = pairs[at]!;
      const rest = this.shared(`${place} after ${at}`, later);
      const [withLater, withFirst] = [sequence(comma, pair, rest), sequence(pair, rest)];
      later = isRequired ? withLater : choice(withLater, rest);
      first = this.shared(`${place} from ${at}`, isRequired ? withFirst : choice(withFirst, first));
    }
    return first;
  }

  private array(schema: JsonSchema, place: string): Expression {
    const { prefixItems, items } = schema;
    if (Array.isArray(items)) return this.unsupported(place, 'a list of "items" ("prefixItems" can be)');
    const prefix = this.list(prefixItems ?? [], place, "prefixItems");
    const [min, max] = [this.count(schema, "minItems", place) ?? 0, this.count(schema, "maxItems", place)];
    if (max !== null && max < min) return NOTHING;
    const hasMore = items !== undefined || prefix.length === 0 || min > prefix.length;
    const item = hasMore
      ? this.shared(`${place} item`, this.value(items ?? true, `${place}/items`))
      : NOTHING;
    if (prefix.length === 0) return inBrackets(separated(item, min, max));
    const most = hasMore && items !== false ? max : Math.min(max ?? Infinity, prefix.length);
    const comma = sequence(text(","), ws);
    const left = most === null ? null : Math.max(0, most - prefix.length);
    let rest = hasMore ? repeat(sequence(comma, item), Math.max(0, min - prefix.length), left) : text("");
    for (let at = Math.min(prefix.length, most ?? Infinity) - 1; at >= 0; at--) {
      const value = this.value(prefix[at], `${place}/prefixItems/${at}`);
      const one = sequence(...(at === 0 ? [] : [comma]), value, rest);
      rest = this.shared(`${place} prefix ${at}`, at < min ? one : optional(one));
    }
    return inBrackets(most === 0 ? text("") : rest);
  }

  private string(schema: JsonSchema, place: string): Expression {
    const [min, max] = [this.count(schema, "minLength", place) ?? 0, this.count(schema, "maxLength", place)];
    const hasLength = min > 0 || max !== null;
    const { pattern, format } = schema;
    if (pattern !== undefined) {
      if (typeof pattern !== "string") return this.invalid(`${place}/pattern`, '"pattern" is a text');
      if (hasLength) return this.unsupported(place, '"pattern" together with "minLength" or "maxLength"');
      return this.pattern(pattern, `${place}/pattern`);
    }
    const known =
      typeof format === "string" && !hasLength && Object.hasOwn(FORMATS, format)
        ? FORMATS[format]
        : undefined;
    if (known !== undefined) return this.pattern(known, `${place}/format`);
    return max !== null && max < min ? NOTHING : stringText(min, max);
  }

  private pattern(pattern: string, place: string): Expression {
    try {
      return quoted(patternText(pattern));
    } catch (error) {
      if (!(error instanceof PatternProblem)) throw error;
      return this.unsupported(place, `${error.reason} (character ${error.offset + 1} of the pattern)`);
    }
  }

  private number(type: "number" | "integer", schema: JsonSchema, place: string): Expression {
    const bounds = this.bounds(schema, place);
    if (type === "integer") return integerText(bounds);
    if (bounds.min === null && bounds.max === null) return numberText();
    return (
      boundedNumberText(bounds) ??
      this.unsupported(place, "a bound of more than 15 digits, or with an exponent")
    );
  }

  private bounds(schema: JsonSchema, place: string): NumberBounds {
    const [min, above] = [
      this.numeric(schema, "minimum", place),
      this.numeric(schema, "exclusiveMinimum", place),
    ];
    const [max, below] = [
      this.numeric(schema, "maximum", place),
      this.numeric(schema, "exclusiveMaximum", place),
    ];
    const minExcluded = above !== null && (min === null || above >= min);
    const maxExcluded = below !== null && (max === null || below <= max);
    return { min: minExcluded ? above : min, max: maxExcluded ? below : max, minExcluded, maxExcluded };
  }

  private numeric(schema: JsonSchema, keyword: string, place: string): number | null {
    const value = schema[keyword];
    if (value === undefined) return null;
    return typeof value === "number"
      ? value
      : this.invalid(`${place}/${keyword}`, `"${keyword}" is a number`);
  }

  private count(schema: JsonSchema, keyword: string, place: string): number | null {
    const value = schema[keyword];
    if (value === undefined) return null;
    if (typeof value !== "number" || !Number.isInteger(value) || value < 0)
      return this.invalid(`${place}/${keyword}`, `"${keyword}" is a whole number from 0`);
    if (value > MAX_COUNT) return this.unsupported(place, `"${keyword}" above ${MAX_COUNT}`);
    return value;
  }

  private list(value: unknown, place: string, keyword: string): readonly unknown[] {
    return Array.isArray(value)
      ? (value as unknown[])
      : this.invalid(`${place}/${keyword}`, `"${keyword}" is a list`);
  }

  /** A rule of its own for what is used in several places. */
  private shared(name: string, expression: Expression): Expression {
    // A place that is read again, combined with something else, has other rules.
    const unused = this.rules.has(name) ? `${name} (${this.rules.size})` : name;
    this.rules.set(unused, expression);
    return rule(unused);
  }

  private together(parts: readonly unknown[], place: string, keyword: string): JsonSchema | boolean {
    let result: JsonSchema = {};
    for (const part of parts) {
      if (part === true) continue;
      if (part === false) return false;
      if (!isObject(part)) return this.invalid(place, "a schema is an object, true or false");
      const unsupported = unsupportedKeyword(part);
      if (unsupported !== undefined) return this.unsupported(place, `"${unsupported}"`);
      const joined = combined(result, part);
      if ("apart" in joined && typeof joined.apart === "string")
        return this.unsupported(
          place,
          `schemas that differ in "${joined.apart}" and must hold together ("${keyword}")`,
        );
      result = joined as JsonSchema;
    }
    return result;
  }

  private checkDisjoint(branches: readonly unknown[], place: string): void {
    const whole = branches.map((branch) =>
      isObject(branch) && branch.$ref !== undefined ? this.resolve(branch.$ref, place).target : branch,
    );
    whole.forEach((one, at) => {
      const other = whole
        .slice(0, at)
        .find((before) => !isObject(one) || !isObject(before) || !isDisjoint(one, before));
      if (other !== undefined)
        this.unsupported(place, '"oneOf" with branches that one value may satisfy together ("anyOf" can be)');
    });
  }

  private resolve(reference: unknown, place: string): { readonly pointer: string; readonly target: unknown } {
    if (typeof reference !== "string") return this.invalid(`${place}/$ref`, '"$ref" is a text');
    if (!/^#(?:\/|$)/.test(reference))
      return this.unsupported(
        place,
        `a reference to ${JSON.stringify(reference.slice(0, 80))}, outside this schema`,
      );
    let target: unknown = this.document;
    for (const part of reference.split("/").slice(1)) {
      const key = decoded(part).replaceAll("~1", "/").replaceAll("~0", "~");
      const isThere = typeof target === "object" && target !== null && Object.hasOwn(target, key);
      if (!isThere)
        return this.invalid(`${place}/$ref`, `${JSON.stringify(reference.slice(0, 80))} does not exist`);
      target = (target as JsonSchema)[key];
    }
    return { pointer: reference, target };
  }

  private invalid(place: string, reason: string): never {
    throw new GrammarError({ tag: "schemaInvalid", place, reason });
  }

  private unsupported(place: string, what: string): never {
    throw new GrammarError({ tag: "schemaUnsupported", place, what });
  }
}

const isAsserting = (keyword: string): boolean => (ASSERTIONS as readonly string[]).includes(keyword);

/** Part of a JSON pointer. */
const escaped = (name: string): string => name.replaceAll("~", "~0").replaceAll("/", "~1");

/** A pointer's part without its percent signs; as it is where they mean nothing. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function isOf(type: JsonType, value: unknown): boolean {
  switch (type) {
    case "object":
      return isObject(value);
    case "array":
      return Array.isArray(value);
    case "integer":
      return Number.isInteger(value);
    case "null":
      return value === null;
    default:
      return typeof value === type;
  }
}
