// The values of templates, which are Python's: integers and floats differ, dictionaries have keys of any kind, and
// names without a value are undefined.
import { t } from "../../base/index.ts";
import type { PromptValue } from "../promptValue.ts";
import { RenderError } from "./faults.ts";
import { codePoints } from "./texts.ts";
import { reads, Walk } from "./walk.ts";

/** A float; a plain number is an integer. `2.0` prints as "2.0", and 2 as "2". */
export class Float {
  constructor(readonly value: number) {}
}

export class Tuple {
  constructor(readonly items: readonly Value[]) {}
}

/** A tuple whose items have names, too. */
export class NamedTuple extends Tuple {
  constructor(
    items: readonly Value[],
    readonly names: readonly string[],
  ) {
    super(items);
  }
}

/** A name or part that doesn't exist: prints as nothing and has no parts. */
export class Undefined {
  /**
   * @param what for messages, such as `"a" is undefined`
   * @param variable a variable of the caller without a value, which the template may ask for but not print
   * @param isForeign whether it is a part that such values have in other languages
   */
  constructor(
    readonly what: string,
    readonly variable: string | null = null,
    readonly isForeign = false,
  ) {}
}

/** Keys are equal as in Python: 1, 1.0 and true are one key. Keeps the order of insertion. */
export class Dict {
  private readonly entries = new Map<string, readonly [Value, Value]>();

  static of(entries: Iterable<readonly [Value, Value]>): Dict {
    const dict = new Dict();
    for (const [key, value] of entries) dict.set(key, value);
    return dict;
  }

  get size(): number {
    return this.entries.size;
  }

  get(key: Value): Value | undefined {
    return this.entries.get(keyOf(key))?.[1];
  }

  has(key: Value): boolean {
    return this.entries.has(keyOf(key));
  }

  set(key: Value, value: Value): void {
    const name = keyOf(key);
    const known = this.entries.get(name);
    this.entries.set(name, [known === undefined ? key : known[0], value]);
  }

  delete(key: Value): void {
    this.entries.delete(keyOf(key));
  }

  keys(): Value[] {
    return [...this.entries.values()].map(([key]) => key);
  }

  pairs(): (readonly [Value, Value])[] {
    return [...this.entries.values()];
  }
}

const NO_PARTS: ReadonlyMap<string, Value> = new Map();

/** An object with named parts and perhaps a call: functions, macros, `loop`, `namespace`. */
export abstract class Thing {
  /** What Python calls its type, for messages. */
  abstract readonly type: string;

  /** A part by its name; undefined if there is none. */
  attribute(name: string): Value | undefined {
    return NO_PARTS.get(name);
  }
}

/** What filters such as `map` and methods such as `items` return: it can be iterated over. */
export class Sequence extends Thing {
  constructor(
    readonly items: readonly Value[],
    /** A generator has no length and is always true; the others have one. */
    readonly type: "generator" | "dict_keys" | "dict_values" | "dict_items" | "range",
  ) {
    super();
  }
}

export class Callable extends Thing {
  constructor(
    readonly name: string,
    readonly call: (args: CallArguments) => Value,
    readonly type: "function" | "macro" | "method" = "function",
  ) {
    super();
  }

  override attribute(name: string): Value | undefined {
    return name === "name" ? this.name : undefined;
  }
}

export class Namespace extends Thing {
  readonly type = "namespace";
  constructor(readonly values: Dict) {
    super();
  }

  override attribute(name: string): Value | undefined {
    return this.values.get(name);
  }
}

export interface CallArguments {
  readonly positional: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
}

export type Value =
  | Undefined
  | null
  | boolean
  | number
  | Float
  | string
  | readonly Value[]
  | Tuple
  | Dict
  | Thing;

/** A value of the caller as a template's; objects become dictionaries. */
export function valueOf(given: PromptValue): Value {
  if (typeof given === "number") return Number.isInteger(given) ? given : new Float(given);
  if (given === null || typeof given !== "object") return given;
  if (Array.isArray(given)) return (given as readonly PromptValue[]).map(valueOf);
  return Dict.of(
    Object.entries(given as Readonly<Record<string, PromptValue>>).map(([key, item]) => [key, valueOf(item)]),
  );
}

/** The value, which may be Python's None; the alternative only if there is no value at all. */
export function orElse(value: Value | undefined, otherwise: () => Value): Value {
  return value === undefined ? otherwise() : value;
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** The number of a value that counts as one (true is 1), or null. */
export function numberOf(value: Value): number | null {
  if (typeof value === "number") return value;
  if (value instanceof Float) return value.value;
  return typeof value === "boolean" ? Number(value) : null;
}

export function isTrue(value: Value): boolean {
  if (value instanceof Undefined || value === null) return false;
  const number = numberOf(value);
  if (number !== null) return number !== 0;
  if (typeof value === "string" || isList(value)) return value.length > 0;
  if (value instanceof Tuple) return value.items.length > 0;
  if (value instanceof Dict) return value.size > 0;
  if (value instanceof Sequence && value.type !== "generator") return value.items.length > 0;
  return true;
}

export function typeOf(value: Value): string {
  if (value instanceof Undefined) return "undefined";
  if (value === null) return "none";
  if (typeof value === "boolean") return t("true or false");
  if (typeof value === "number") return "a number";
  if (value instanceof Float) return "a number";
  if (typeof value === "string") return "a text";
  if (isList(value)) return "a list";
  if (value instanceof Tuple) return "a tuple";
  return value instanceof Dict ? "a map" : `a ${value.type}`;
}

/** The items of anything that can be iterated over: characters of a text, keys of a map. @throws RenderError */
export function itemsOf(value: Value): readonly Value[] {
  const items = itemsOrNull(value);
  if (items !== null) return items;
  if (value instanceof Callable && value.type === "method")
    throw new RenderError(
      t('"{0}" is a method: add "()" to call it, or write ["{0}"] for a key of that name', value.name),
    );
  throw new RenderError(t("{0} can't be iterated over", typeOf(value)));
}

export function itemsOrNull(value: Value): readonly Value[] | null {
  if (isList(value)) return value;
  if (typeof value === "string") return codePoints(value);
  if (value instanceof Undefined) return [];
  if (value instanceof Tuple || value instanceof Sequence) return value.items;
  return value instanceof Dict ? value.keys() : null;
}

export function isEqual(one: Value, two: Value, walk = new Walk(), depth = 0): boolean {
  walk.visit(depth);
  if (typeof one === "string" && typeof two === "string" && one.length === two.length) reads(one.length);
  if (one === two) return true;
  const number = numberOf(one);
  if (number !== null) return number === numberOf(two);
  if (one instanceof Undefined) return two instanceof Undefined;
  if (isList(one) && isList(two)) return areEqual(one, two, walk, depth);
  if (one instanceof Sequence && two instanceof Sequence && one.type === "range" && two.type === "range")
    return areEqual(one.items, two.items, walk, depth);
  if (one instanceof Tuple && two instanceof Tuple) return areEqual(one.items, two.items, walk, depth);
  if (!(one instanceof Dict && two instanceof Dict) || one.size !== two.size) return false;
  return one.pairs().every(([key, value]) => two.has(key) && isEqual(value, two.get(key)!, walk, depth + 1));
}

function areEqual(one: readonly Value[], two: readonly Value[], walk: Walk, depth: number): boolean {
  return one.length === two.length && one.every((item, at) => isEqual(item, two[at]!, walk, depth + 1));
}

/** Negative, 0 or positive, for numbers, texts, lists and tuples. @throws RenderError for values without an order */
export function compared(one: Value, two: Value, walk = new Walk(), depth = 0): number {
  walk.visit(depth);
  const [first, second] = [numberOf(one), numberOf(two)];
  if (first !== null && second !== null) return first - second;
  if (typeof one === "string" && typeof two === "string") return comparedTexts(one, two);
  const areAlike = (isList(one) && isList(two)) || (one instanceof Tuple && two instanceof Tuple);
  const [items, others] = [one, two].map((value) => (areAlike ? itemsOrNull(value) : null));
  if (!items || !others) throw new RenderError(t("{0} and {1} have no order", typeOf(one), typeOf(two)));
  for (const [at, item] of items.entries()) {
    if (at >= others.length) return 1;
    if (!isEqual(item, others[at]!, walk, depth + 1)) return compared(item, others[at]!, walk, depth + 1);
  }
  return items.length - others.length;
}

/** By code points, as Python orders. */
function comparedTexts(one: string, two: string): number {
  if (one === two) return 0;
  reads(16 * Math.min(one.length, two.length));
  for (let at = 0; ; at++) {
    const [first, second] = [one.codePointAt(at) ?? -1, two.codePointAt(at) ?? -1];
    if (first !== second) return first - second;
    if (first > 0xffff) at++;
  }
}

function keyOf(key: Value, walk = new Walk(), depth = 0): string {
  walk.visit(depth);
  const number = numberOf(key);
  if (number !== null) return `n${number}`;
  if (typeof key === "string") {
    walk.write(key.length);
    return `t${key}`;
  }
  if (key === null) return "none";
  if (key instanceof Undefined) return "undefined";
  if (key instanceof Tuple)
    return `(${key.items
      .map((item) => {
        const own = keyOf(item, walk, depth + 1);
        return `${own.length}:${own}`;
      })
      .join("")})`;
  throw new RenderError(t("{0} can't be the key of a map", typeOf(key)));
}
