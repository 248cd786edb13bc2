// Objects and arrays of a JSON schema, as grammars of their texts.
import { choice, NOTHING, optional, repeat, rule, sequence, text, type Expression } from "../expression.ts";
import { countAt, invalid, isObject, listAt, unsupported } from "./fields.ts";
import { inBraces, inBrackets, keyOtherThan, pairOf, separated, WHITE_SPACE } from "./jsonText.ts";
import type { JsonSchema } from "./keywords.ts";
import { escaped } from "./references.ts";

const MAX_NAME_CHARACTERS = 256;

const ws = rule(WHITE_SPACE);

/** What reads the schemas within a schema. */
export interface ValueReader {
  /** @param place of the schema, as a JSON pointer */
  value(schema: unknown, place: string): Expression;
  /** A separate rule for what is used in several places. */
  shared(name: string, expression: Expression): Expression;
}

/** An object: its properties in their order, then any additional ones. */
export function objectUnder(schema: JsonSchema, place: string, reader: ValueReader): Expression {
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
      ? reader.value(properties[name], at)
      : reader.value(additionalProperties ?? true, `${place}/additionalProperties`);
    const pair = reader.shared(`${at} pair`, pairOf(text(JSON.stringify(name)), value));
    return { pair, isRequired: required.includes(name) };
  });
  let extra: Expression = NOTHING;
  if (others !== undefined && others !== false) {
    const long = names.find((name) => name.length > MAX_NAME_CHARACTERS);
    if (long !== undefined)
      return unsupported(place, `a property's name of more than ${MAX_NAME_CHARACTERS} characters`);
    const value = reader.value(others, `${place}/additionalProperties`);
    extra = reader.shared(`${place} extra`, pairOf(keyOtherThan([...names, ...unnamed]), value));
  }
  return inBraces(members(pairs, extra, place, reader));
}

/** Pairs in their order with commas between them, and any number of additional ones after them. */
function members(
  pairs: readonly { readonly pair: Expression; readonly isRequired: boolean }[],
  extra: Expression,
  place: string,
  reader: ValueReader,
): Expression {
  const comma = sequence(text(","), ws);
  const hasExtra = extra !== NOTHING;
  /** What follows where a pair was written before, and where none was. */
  let later: Expression = hasExtra ? repeat(sequence(comma, extra), 0, null) : text("");
  let first: Expression = hasExtra ? separated(extra, 0, null) : text("");
  for (let at = pairs.length - 1; at >= 0; at--) {
    const { pair, isRequired } = pairs[at]!;
    const rest = reader.shared(`${place} after ${at}`, later);
    const [withLater, withFirst] = [sequence(comma, pair, rest), sequence(pair, rest)];
    later = isRequired ? withLater : choice(withLater, rest);
    first = reader.shared(`${place} from ${at}`, isRequired ? withFirst : choice(withFirst, first));
  }
  return first;
}

export function arrayUnder(schema: JsonSchema, place: string, reader: ValueReader): Expression {
  const { prefixItems, items } = schema;
  if (Array.isArray(items)) return unsupported(place, 'a list of "items" ("prefixItems" can be)');
  const prefix = listAt(prefixItems ?? [], "prefixItems", place);
  const [min, max] = [countAt(schema, "minItems", place) ?? 0, countAt(schema, "maxItems", place)];
  if (max !== null && max < min) return NOTHING;
  const hasMore = items !== undefined || prefix.length === 0 || min > prefix.length;
  const item = hasMore
    ? reader.shared(`${place} item`, reader.value(items ?? true, `${place}/items`))
    : NOTHING;
  if (prefix.length === 0) return inBrackets(separated(item, min, max));
  const most = hasMore && items !== false ? max : Math.min(max ?? Infinity, prefix.length);
  const comma = sequence(text(","), ws);
  const left = most === null ? null : Math.max(0, most - prefix.length);
  let rest = hasMore ? repeat(sequence(comma, item), Math.max(0, min - prefix.length), left) : text("");
  for (let at = Math.min(prefix.length, most ?? Infinity) - 1; at >= 0; at--) {
    const value = reader.value(prefix[at], `${place}/prefixItems/${at}`);
    const one = sequence(...(at === 0 ? [] : [comma]), value, rest);
    rest = reader.shared(`${place} prefix ${at}`, at < min ? one : optional(one));
  }
  return inBrackets(most === 0 ? text("") : rest);
}
