// Filters of lists and maps.
import { t } from "../../../base/index.ts";
import { bind } from "../arguments.ts";
import type { Context, Filter } from "../context.ts";
import { RenderError } from "../faults.ts";
import { arithmetic } from "../numbers.ts";
import { codePoints, lengthOf } from "../texts.ts";
import {
  compared,
  Dict,
  isEqual,
  isList,
  isTrue,
  itemsOf,
  NamedTuple,
  orElse,
  Sequence,
  Tuple,
  typeOf,
  Undefined,
  type CallArguments,
  type Value,
} from "../values.ts";
import { reads, visits } from "../walk.ts";
import { textOf } from "../writing.ts";

/** The items that a filter iterates over. */
function eachOf(value: Value): readonly Value[] {
  const items = itemsOf(value);
  visits(items.length);
  return items;
}

const generator = (items: readonly Value[]): Sequence => new Sequence(items, "generator");

/** What `attribute=` reads of an item: a name, a number, or several with dots between them. */
function readerOf(attribute: Value, context: Context, otherwise: Value = null): (item: Value) => Value {
  if (attribute === null) return (item) => item;
  const path = typeof attribute === "string" ? attribute.split(".").map(partOf) : [attribute];
  return (item) =>
    path.reduce<Value>((value, part) => {
      visits(1);
      const found = context.services.item(value, part, context);
      return found instanceof Undefined && otherwise !== null ? otherwise : found;
    }, item);
}

function partOf(text: string): Value {
  return /^\d+$/.test(text) ? Number(text) : text;
}

function folded(value: Value, isCaseSensitive: boolean): Value {
  if (typeof value !== "string" || isCaseSensitive) return value;
  reads(value.length);
  return value.toLowerCase();
}

function lengthFilter(value: Value, args: CallArguments): Value {
  bind("length", args);
  if (typeof value === "string") return lengthOf(value);
  if (isList(value)) return value.length;
  if (value instanceof Tuple) return value.items.length;
  if (value instanceof Dict) return value.size;
  if (value instanceof Undefined) return 0;
  if (value instanceof Sequence && value.type !== "generator") return value.items.length;
  const hint = value instanceof Sequence ? t(': add "| list" before it') : "";
  throw new RenderError(t("{0} has no length{1}", typeOf(value), hint));
}

const join: Filter = (value, args, context) => {
  const given = bind("join", args, "d", "attribute");
  const read = readerOf(given.get("attribute"), context);
  const separator = given.text("d", "");
  return context.joined(itemsOf(value), (item) => textOf(read(item)), separator);
};

/** Stable; by one attribute or several with commas between them. */
const sort: Filter = (value, args, context) => {
  const given = bind("sort", args, "reverse", "case_sensitive", "attribute");
  const isCaseSensitive = given.flag("case_sensitive");
  const attribute = given.get("attribute");
  const readers = (typeof attribute === "string" ? attribute.split(",") : [attribute]).map((one) =>
    readerOf(one, context),
  );
  const keyed = eachOf(value).map((item) => ({
    item,
    keys: readers.map((read) => folded(read(item), isCaseSensitive)),
  }));
  return sorted(keyed, given.flag("reverse")).map(({ item }) => item);
};

function sorted<T extends { readonly keys: readonly Value[] }>(keyed: T[], isReversed: boolean): T[] {
  const sign = isReversed ? -1 : 1;
  return keyed.sort((a, b) => {
    for (const [at, key] of a.keys.entries()) {
      // Equal values come first: what has no order, such as none, may still be equal.
      if (!isEqual(key, b.keys[at]!)) return sign * compared(key, b.keys[at]!);
    }
    return 0;
  });
}

const dictsort: Filter = (value, args) => {
  const given = bind("dictsort", args, "case_sensitive", "by", "reverse");
  if (!(value instanceof Dict)) throw new RenderError(t("dictsort takes a map, not {0}", typeOf(value)));
  const by = given.text("by", "key");
  if (by !== "key" && by !== "value") throw new RenderError(t('"by" of dictsort is "key" or "value"'));
  const isCaseSensitive = given.flag("case_sensitive");
  visits(value.size);
  const keyed = value.pairs().map((pair) => ({
    pair,
    keys: [folded(by === "key" ? pair[0] : pair[1], isCaseSensitive)],
  }));
  return sorted(keyed, given.flag("reverse")).map(({ pair }) => new Tuple(pair));
};

const unique: Filter = (value, args, context) => {
  const given = bind("unique", args, "case_sensitive", "attribute");
  const read = readerOf(given.get("attribute"), context);
  const seen = new Dict();
  const kept = eachOf(value).filter((item) => {
    const key = folded(read(item), given.flag("case_sensitive"));
    const isNew = !seen.has(key);
    seen.set(key, true);
    return isNew;
  });
  return generator(kept);
};

const extreme =
  (name: string, sign: number): Filter =>
  (value, args, context) => {
    const given = bind(name, args, "case_sensitive", "attribute");
    const read = readerOf(given.get("attribute"), context);
    const key = (item: Value): Value => folded(read(item), given.flag("case_sensitive"));
    const [first, ...rest] = eachOf(value);
    if (first === undefined) return new Undefined(t("{0} of an empty list", name));
    return rest.reduce((best, item) => (sign * compared(key(item), key(best)) > 0 ? item : best), first);
  };

const sum: Filter = (value, args, context) => {
  const given = bind("sum", args, "attribute", "start");
  const read = readerOf(given.get("attribute"), context);
  const start = given.get("start", 0);
  if (typeof start === "string") throw new RenderError(t('sum doesn\'t take texts: use "| join"'));
  return eachOf(value).reduce<Value>((total, item) => arithmetic("+", total, read(item), context), start);
};

const groupby: Filter = (value, args, context) => {
  const given = bind("groupby", args, "attribute", "default", "case_sensitive");
  const read = readerOf(given.need("attribute"), context, given.get("default"));
  const isCaseSensitive = given.flag("case_sensitive");
  const keyed = eachOf(value).map((item) => ({ item, keys: [folded(read(item), isCaseSensitive)] }));
  const groups: { key: Value; shown: Value; items: Value[] }[] = [];
  for (const { item, keys } of sorted(keyed, false)) {
    const [key = null] = keys;
    const last = groups.at(-1);
    if (last !== undefined && isEqual(last.key, key)) last.items.push(item);
    else groups.push({ key, shown: read(item), items: [item] });
  }
  return groups.map(({ shown, items }) => new NamedTuple([shown, items], ["grouper", "list"]));
};

const batch: Filter = (value, args, context) => {
  const given = bind("batch", args, "linecount", "fill_with");
  const size = Math.max(1, given.integer("linecount", 1));
  const items = eachOf(value);
  context.spend(size);
  const rows: Value[][] = [];
  for (let at = 0; at < items.length; at += size) rows.push(items.slice(at, at + size));
  const last = rows.at(-1);
  const fill = given.get("fill_with");
  if (fill !== null) while (last !== undefined && last.length < size) last.push(fill);
  return generator(rows);
};

const slice: Filter = (value, args, context) => {
  const given = bind("slice", args, "slices", "fill_with");
  const count = Math.max(1, given.integer("slices", 1));
  context.spend(count);
  const items = eachOf(value);
  const size = Math.floor(items.length / count);
  const longer = items.length % count;
  const fill = given.get("fill_with");
  let at = 0;
  const rows = Array.from({ length: count }, (_, index) => {
    const row = items.slice(at, at + size + (index < longer ? 1 : 0));
    at += row.length;
    return fill !== null && index >= longer ? [...row, fill] : row;
  });
  return generator(rows);
};

const map: Filter = (value, args, context) => {
  const { positional, named } = args;
  if (!isTrue(value)) return generator([]);
  if (positional.length === 0 && named.has("attribute")) {
    const given = bind("map", args, "attribute", "default");
    return generator(eachOf(value).map(readerOf(given.need("attribute"), context, given.get("default"))));
  }
  const [name, ...rest] = positional;
  if (name === undefined) throw new RenderError(t("map needs the name of a filter, or attribute="));
  const filter = context.services.filter(textOf(name));
  return generator(eachOf(value).map((item) => filter(item, { positional: rest, named }, context)));
};

/** select, reject, selectattr and rejectattr. */
const selecting =
  (keeps: boolean, hasAttribute: boolean): Filter =>
  (value, { positional, named }, context) => {
    const [attribute = null, ...others] = hasAttribute ? positional : [null, ...positional];
    if (hasAttribute && attribute === null)
      throw new RenderError(t("this filter needs the name of an attribute"));
    const read = hasAttribute ? readerOf(attribute, context) : (item: Value) => item;
    const [name, ...rest] = others;
    if (!isTrue(value)) return generator([]);
    const test = name === undefined ? isTrue : context.services.test(textOf(name));
    return generator(
      eachOf(value).filter((item) => test(read(item), { positional: rest, named }, context) === keeps),
    );
  };

function firstOf(value: Value, args: CallArguments): Value {
  bind("first", args);
  return orElse(itemsOf(value)[0], () => new Undefined(t("first of an empty list")));
}

function lastOf(value: Value, args: CallArguments): Value {
  bind("last", args);
  if (value instanceof Sequence && value.type === "generator")
    throw new RenderError(t('last doesn\'t take items one by one: add "| list" before it'));
  return orElse(itemsOf(value).at(-1), () => new Undefined(t("last of an empty list")));
}

function reverse(value: Value, args: CallArguments): Value {
  bind("reverse", args);
  return typeof value === "string"
    ? codePoints(value).reverse().join("")
    : generator([...eachOf(value)].reverse());
}

function itemPairs(value: Value, args: CallArguments): Value {
  bind("items", args);
  if (value instanceof Undefined) return generator([]);
  if (!(value instanceof Dict)) throw new RenderError(t("items takes a map, not {0}", typeOf(value)));
  visits(value.size);
  return generator(value.pairs().map((pair) => new Tuple(pair)));
}

export const LIST_FILTERS: readonly (readonly [string, Filter])[] = [
  ["length", lengthFilter],
  ["count", lengthFilter],
  ["first", firstOf],
  ["last", lastOf],
  ["reverse", reverse],
  ["items", itemPairs],
  [
    "list",
    (value, args): Value => {
      bind("list", args);
      return [...eachOf(value)];
    },
  ],
  ["join", join],
  ["sort", sort],
  ["dictsort", dictsort],
  ["unique", unique],
  ["min", extreme("min", -1)],
  ["max", extreme("max", 1)],
  ["sum", sum],
  ["groupby", groupby],
  ["batch", batch],
  ["slice", slice],
  ["map", map],
  ["select", selecting(true, false)],
  ["reject", selecting(false, false)],
  ["selectattr", selecting(true, true)],
  ["rejectattr", selecting(false, true)],
];
