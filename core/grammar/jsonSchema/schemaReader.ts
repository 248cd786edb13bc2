// A JSON schema as a grammar of the JSON texts that are valid under it. The grammar may be narrower than the schema, never
// wider: properties come in the schema's order and only those that it names unless it says otherwise; numbers have at most
// 16 digits on either side of the point; what can't be followed is refused by name.
import { checkBound } from "../errors.ts";
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
import { countAt, invalid, isObject, listAt, unsupported } from "./fields.ts";
import {
  ANY_VALUE,
  inBraces,
  inBrackets,
  JSON_RULES,
  keyOtherThan,
  pairOf,
  separated,
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
import { numberUnder, stringUnder } from "./scalars.ts";

const MAX_DEPTH = 64;
/** Schemas that are read, each place once for every way in which it is combined with others. */
const MAX_SCHEMAS = 3000;
const MAX_NAME_CHARACTERS = 256;
const ROOT = "#";

const ws = rule(WHITE_SPACE);
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
    if (!isObject(schema)) return invalid(place, "a schema is an object, true or false");
    const keyword = unsupportedKeyword(schema);
    if (keyword !== undefined) return unsupported(place, `"${keyword}"`);
    if (place !== ROOT && typeof schema.$id === "string") return unsupported(place, '"$id" within a schema');
    const { allOf, anyOf, oneOf, $ref, ...own } = schema;
    if (schema.unevaluatedProperties !== undefined && schema.unevaluatedProperties !== false)
      return unsupported(place, '"unevaluatedProperties"');
    const hasOwn = Object.keys(own).some((key) => isAsserting(key));
    if ($ref !== undefined && allOf === undefined && anyOf === undefined && oneOf === undefined && !hasOwn) {
      const { pointer, target } = this.resolve($ref, place);
      return this.refer(pointer, target);
    }
    if ($ref !== undefined || allOf !== undefined) {
      const parts = [
        ...($ref === undefined ? [] : [this.resolve($ref, place).target]),
        ...listAt(allOf ?? [], "allOf", place),
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
      const branches = listAt(anyOf ?? oneOf, name, place);
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
    if (others.length > 0) return unsupported(place, `"enum" or "const" together with "${others[0]!}"`);
    const { enum: listed } = schema;
    if (listed !== undefined && !Array.isArray(listed)) return invalid(`${place}/enum`, '"enum" is a list');
    const values: readonly unknown[] = Object.hasOwn(schema, "const")
      ? [schema.const]
      : (listed as unknown[]);
    if (Object.hasOwn(schema, "const") && listed !== undefined)
      return unsupported(place, '"enum" together with "const"');
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
        invalid(`${place}/type`, `${JSON.stringify(one)} is not a type`),
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
        return stringUnder(schema, place);
      case "number":
      case "integer":
        return numberUnder(type, schema, place);
      case "boolean":
        return choice(text("true"), text("false"));
      case "null":
        return text("null");
    }
  }

  private object(schema: JsonSchema, place: string): Expression {
    const { properties = {}, additionalProperties, unevaluatedProperties } = schema;
    if (!isObject(properties)) return invalid(`${place}/properties`, '"properties" is an object');
    const required = listAt(schema.required ?? [], "required", place).map((name) =>
      typeof name === "string" ? name : invalid(`${place}/required`, "each name is a text"),
    );
    const names = Object.keys(properties);
    const isFree =
      names.length === 0 && additionalProperties === undefined && unevaluatedProperties === undefined;
    const others = isFree ? true : additionalProperties;
    // Required names without their own schema are written as the additional ones are, after the others.
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
        return unsupported(place, `a property's name of more than ${MAX_NAME_CHARACTERS} characters`);
      const value = this.value(others, `${place}/additionalProperties`);
      extra = this.shared(`${place} extra`, pairOf(keyOtherThan([...names, ...unnamed]), value));
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
    if (Array.isArray(items)) return unsupported(place, 'a list of "items" ("prefixItems" can be)');
    const prefix = listAt(prefixItems ?? [], "prefixItems", place);
    const [min, max] = [countAt(schema, "minItems", place) ?? 0, countAt(schema, "maxItems", place)];
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

  /** A separate rule for what is used in several places. */
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
      if (!isObject(part)) return invalid(place, "a schema is an object, true or false");
      const refused = unsupportedKeyword(part);
      if (refused !== undefined) return unsupported(place, `"${refused}"`);
      const joined = combined(result, part);
      if ("apart" in joined && typeof joined.apart === "string")
        return unsupported(
          place,
          `schemas that differ in "${joined.apart}" and must hold together ("${keyword}")`,
        );
      result = joined;
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
        unsupported(place, '"oneOf" with branches that one value may satisfy together ("anyOf" can be)');
    });
  }

  private resolve(reference: unknown, place: string): { readonly pointer: string; readonly target: unknown } {
    if (typeof reference !== "string") return invalid(`${place}/$ref`, '"$ref" is a text');
    if (!/^#(?:\/|$)/.test(reference))
      return unsupported(
        place,
        `a reference to ${JSON.stringify(reference.slice(0, 80))}, outside this schema`,
      );
    let target: unknown = this.document;
    for (const part of reference.split("/").slice(1)) {
      const key = decoded(part).replaceAll("~1", "/").replaceAll("~0", "~");
      const isThere = typeof target === "object" && target !== null && Object.hasOwn(target, key);
      if (!isThere)
        return invalid(`${place}/$ref`, `${JSON.stringify(reference.slice(0, 80))} does not exist`);
      target = (target as JsonSchema)[key];
    }
    return { pointer: reference, target };
  }
}

const isAsserting = (keyword: string): boolean => (ASSERTIONS as readonly string[]).includes(keyword);

/** Part of a JSON pointer. */
const escaped = (name: string): string => name.replaceAll("~", "~0").replaceAll("/", "~1");

/** A pointer's part without its percent signs; as it is if they mean nothing. */
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
    case "string":
    case "number":
    case "boolean":
      return typeof value === type;
  }
}
