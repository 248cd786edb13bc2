// A JSON schema as a grammar of the JSON texts that are valid under it. The grammar may be narrower than the schema, never
// wider: properties come in the schema's order and only those that it names unless it says otherwise; numbers have at most
// 16 digits on either side of the point; what can't be followed is refused by name.
import { checkBound } from "../errors.ts";
import { choice, NOTHING, rule, text, type Expression, type Grammar } from "../expression.ts";
import { combined, isDisjoint } from "./combine.ts";
import { arrayUnder, objectUnder, type ValueReader } from "./containers.ts";
import { invalid, isObject, listAt, unsupported } from "./fields.ts";
import { ANY_VALUE, JSON_RULES } from "./jsonText.ts";
import {
  ASSERTIONS,
  impliedTypes,
  TYPES,
  unsupportedKeyword,
  type JsonSchema,
  type JsonType,
} from "./keywords.ts";
import { resolve } from "./references.ts";
import { numberUnder, stringUnder } from "./scalars.ts";

const MAX_DEPTH = 64;
/** Schemas that are read, each place once for every way in which it is combined with others. */
const MAX_SCHEMAS = 3000;
const ROOT = "#";

/** @throws GrammarError schemaInvalid, schemaUnsupported, grammarTooLarge */
export function schemaGrammar(schema: unknown): Grammar {
  return new SchemaReader(schema).read();
}

class SchemaReader implements ValueReader {
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
      this.rules.set(pointer, NOTHING); // Read later, because a chain of references may be long.
      this.referred.push({ pointer, schema });
    }
    return rule(pointer);
  }

  value(schema: unknown, place: string): Expression {
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
      const { pointer, target } = resolve(this.document, $ref, place);
      return this.refer(pointer, target);
    }
    if ($ref !== undefined || allOf !== undefined) {
      const parts = [
        ...($ref === undefined ? [] : [resolve(this.document, $ref, place).target]),
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
        return objectUnder(schema, place, this);
      case "array":
        return arrayUnder(schema, place, this);
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

  /** A separate rule for what is used in several places. */
  shared(name: string, expression: Expression): Expression {
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
      isObject(branch) && branch.$ref !== undefined
        ? resolve(this.document, branch.$ref, place).target
        : branch,
    );
    whole.forEach((one, at) => {
      const other = whole
        .slice(0, at)
        .find((before) => !isObject(one) || !isObject(before) || !isDisjoint(one, before));
      if (other !== undefined)
        unsupported(place, '"oneOf" with branches that one value may satisfy together ("anyOf" can be)');
    });
  }
}

const isAsserting = (keyword: string): boolean => (ASSERTIONS as readonly string[]).includes(keyword);

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
