// The value of an expression, by Python's rules.
import { t } from "../../base/index.ts";
import { argumentsGiven } from "./arguments.ts";
import { undefinedName, type Context, type Filter, type Scope, type Services, type Test } from "./context.ts";
import { defined, holds } from "./comparing.ts";
import { partHint } from "./dialects.ts";
import { MissingVariable, RenderError } from "./faults.ts";
import { FILTERS } from "./filters/index.ts";
import { methodOf } from "./methods.ts";
import type { Arguments, Expression, FilterUse } from "./nodes.ts";
import { arithmetic, negated } from "./numbers.ts";
import { codePoints, isWide } from "./texts.ts";
import { TESTS } from "./tests.ts";
import {
  Callable,
  Dict,
  Float,
  isList,
  isTrue,
  itemsOf,
  NamedTuple,
  numberOf,
  orElse,
  Sequence,
  Thing,
  Tuple,
  typeOf,
  Undefined,
  type CallArguments,
  type Value,
} from "./values.ts";
import { printed, textOf } from "./writing.ts";

/**
 * @param asking true where a variable without a value only decides something, as in `{% if hint %}`: it counts as
 *   undefined there, and elsewhere its use is refused
 * @throws RenderError, with the offset of the innermost expression that failed
 */
export function evaluate(node: Expression, scope: Scope, context: Context, asking = false): Value {
  context.spend(1);
  try {
    return valueOf(node, scope, context, asking);
  } catch (error) {
    if (error instanceof RenderError && error.offset < 0) error.offset = node.start;
    throw error;
  }
}

type NodeOf<Kind> = Extract<Expression, { readonly kind: Kind }>;

function valueOf(node: Expression, scope: Scope, context: Context, asking: boolean): Value {
  const inner = (part: Expression, asks = asking): Value => evaluate(part, scope, context, asks);
  switch (node.kind) {
    case "name":
      return orElse(scope.get(node.name), () => undefinedName(node.name, context));
    case "constant": {
      const { value } = node;
      if (value === null || typeof value !== "object") return value;
      return value.isFloat ? new Float(value.number) : value.number;
    }
    case "list":
      return node.items.map((item) => inner(item, false));
    case "tuple":
      return new Tuple(node.items.map((item) => inner(item, false)));
    case "dict":
      return Dict.of(node.pairs.map(([key, value]) => [inner(key, false), inner(value, false)] as const));
    case "attribute":
      return attributeOf(inner(node.target), node.name, context);
    case "item":
      return itemOf(inner(node.target), inner(node.index, false), context);
    case "slice": {
      const [from, to, step] = node.bounds.map((bound) => (bound === null ? null : inner(bound, false)));
      return sliceOf(inner(node.target), [from ?? null, to ?? null, step ?? null], context);
    }
    case "call":
      return call(inner(node.target), argumentsOf(node.args, scope, context), context);
    case "filter": {
      const { name } = node.filter;
      const mayMiss = name === "default" || name === "d" || asking;
      const target = mayMiss ? inner(node.target) : needed(node.target, inner(node.target), scope, context);
      return applyFilter(node.filter, target, scope, context);
    }
    case "test": {
      const test = testOf(node.name);
      const target = inner(node.target, true);
      return test(target, argumentsOf(node.args, scope, context), context) !== node.negated;
    }
    case "unary": {
      if (node.sign === "not") return !isTrue(inner(node.operand, true));
      const operand = defined(inner(node.operand));
      return node.sign === "-" ? negated(operand) : arithmetic("+", 0, operand, context);
    }
    case "binary":
      return binary(node, scope, context, asking);
    case "compare":
      return compare(node, scope, context, asking);
    case "choice": {
      if (isTrue(inner(node.test, true))) return inner(node.then);
      if (node.otherwise !== null) return inner(node.otherwise);
      return new Undefined(t("the condition is false and there is no else"));
    }
  }
}

function binary(node: NodeOf<"binary">, scope: Scope, context: Context, asking: boolean): Value {
  if (node.sign === "or" || node.sign === "and") {
    const left = evaluate(node.left, scope, context, true);
    return isTrue(left) === (node.sign === "or") ? left : evaluate(node.right, scope, context, asking);
  }
  const [left, right] = [node.left, node.right].map((part) => {
    const value = evaluate(part, scope, context, asking);
    return asking ? value : needed(part, value, scope, context);
  }) as [Value, Value];
  if (node.sign !== "~") return arithmetic(node.sign, defined(left), defined(right), context);
  const { scalars } = context.options;
  const [first, second] = [printed(left, scalars), printed(right, scalars)];
  context.allow(first.length + second.length);
  return first + second;
}

/** `1 < x <= 5` holds if each pair holds; what follows the first that doesn't is not evaluated. */
function compare(node: NodeOf<"compare">, scope: Scope, context: Context, asking: boolean): boolean {
  const need = (part: Expression): Value => {
    const value = evaluate(part, scope, context, asking);
    return asking ? value : needed(part, value, scope, context, false);
  };
  let left = need(node.first);
  for (const { sign, operand } of node.rest) {
    const right = need(operand);
    if (!holds(sign, context.plain(left), context.plain(right))) return false;
    left = right;
  }
  return true;
}

/**
 * The value of an expression that prints or uses it.
 * @throws MissingVariable for a variable of the caller without a value, or with null unless `allowsNull`
 */
export function needed(
  node: Expression,
  value: Value,
  scope: Scope,
  context: Context,
  refusesNull = true,
): Value {
  if (value instanceof Undefined && value.variable !== null) throw new MissingVariable(value.variable);
  if (
    refusesNull &&
    value === null &&
    node.kind === "name" &&
    scope.isOuter(node.name) &&
    context.options.nulls?.has(node.name) === true
  )
    throw new MissingVariable(node.name);
  return value;
}

export function applyFilter(use: FilterUse, target: Value, scope: Scope, context: Context): Value {
  const filter = filterOf(use.name);
  return filter(target, argumentsOf(use.args, scope, context), context);
}

export function call(target: Value, args: CallArguments, context: Context): Value {
  defined(target);
  if (!(target instanceof Callable)) throw new RenderError(t("{0} can't be called", typeOf(target)));
  return bounded(target.call(args), context);
}

function bounded(value: Value, context: Context): Value {
  if (typeof value === "string") context.allow(value.length);
  else if (isList(value)) context.spend(value.length);
  return value;
}

export function argumentsOf(args: Arguments, scope: Scope, context: Context): CallArguments {
  const positional = args.positional.map((node) => evaluate(node, scope, context));
  const named = new Map(args.named.map(([name, node]) => [name, evaluate(node, scope, context)]));
  if (args.spread !== null) {
    const items = itemsOf(evaluate(args.spread, scope, context));
    context.spend(items.length);
    for (const item of items) positional.push(item);
  }
  if (args.spreadNamed !== null) {
    const more = evaluate(args.spreadNamed, scope, context);
    if (!(more instanceof Dict))
      throw new RenderError(t('"**" is followed by {0} instead of a map', typeOf(more)));
    context.spend(more.size);
    for (const [name, value] of more.pairs()) named.set(textOf(name), value);
  }
  return { positional, named };
}

/** `value.name`: a method or part of that name, else the key of a map. */
function attributeOf(value: Value, name: string, context: Context): Value {
  defined(value);
  const own = ownPart(value, name, context);
  if (own !== undefined) return own;
  const item = value instanceof Dict ? value.get(name) : undefined;
  // A map without a "size" lacks that key; a list is written with another length here than elsewhere.
  const hint = value instanceof Dict ? "" : partHint(name);
  return orElse(
    item,
    () => new Undefined(t('{0} has no "{1}"{2}', typeOf(value), name, hint), null, hint !== ""),
  );
}

/** `value[index]`: the key of a map or the item at a position, else a method or part of that name. */
function itemOf(value: Value, given: Value, context: Context): Value {
  defined(value);
  const index = typeof given === "string" ? context.plain(given) : given;
  if (value instanceof Dict) {
    const isKey = !(isList(index) || index instanceof Dict || index instanceof Undefined);
    const found = isKey ? value.get(index) : undefined;
    if (found !== undefined) return found;
  } else if (typeof index === "number" || typeof index === "boolean") {
    const found =
      typeof value === "string" ? characterAt(value, Number(index)) : indexable(value)?.at(Number(index));
    if (found !== undefined) return found;
  }
  const named = typeof index === "string" ? attributeOf(value, index, context) : undefined;
  return orElse(named, () => new Undefined(t("{0} has no such part", typeOf(value))));
}

function indexable(value: Value): readonly Value[] | null {
  if (isList(value)) return value;
  if (value instanceof Tuple || (value instanceof Sequence && value.type === "range")) return value.items;
  return null;
}

function characterAt(text: string, index: number): string | undefined {
  return isWide(text) ? codePoints(text).at(index) : text.at(index);
}

type Bounds = readonly [from: Value, to: Value, step: Value];

function sliceOf(value: Value, bounds: Bounds, context: Context): Value {
  defined(value);
  if (typeof value === "string") {
    const written = slice(codePoints(value), bounds).join("");
    context.allow(written.length);
    return written;
  }
  const items = indexable(value);
  if (items === null) return new Undefined(t("{0} can't be cut", typeOf(value)));
  context.spend(items.length);
  const sliced = slice(items, bounds);
  if (value instanceof Sequence) return new Sequence(sliced, value.type);
  return value instanceof Tuple ? new Tuple(sliced) : sliced;
}

function slice<T>(items: readonly T[], bounds: Bounds): T[] {
  const [first, last, by] = bounds.map((bound) => {
    if (bound === null) return null;
    const number = bound instanceof Float ? null : numberOf(bound);
    if (number === null)
      throw new RenderError(t("the bound of a slice is {0} instead of a whole number", typeOf(bound)));
    return number;
  }) as [number | null, number | null, number | null];
  const stride = by ?? 1;
  if (stride === 0) throw new RenderError(t("the step of a slice is 0"));
  const { length } = items;
  const clamp = (bound: number | null, otherwise: number): number => {
    if (bound === null) return otherwise;
    const at = bound < 0 ? bound + length : bound;
    return stride > 0 ? Math.min(Math.max(at, 0), length) : Math.min(Math.max(at, -1), length - 1);
  };
  const [start, stop] =
    stride > 0 ? [clamp(first, 0), clamp(last, length)] : [clamp(first, length - 1), clamp(last, -1)];
  const picked: T[] = [];
  for (let at = start; stride > 0 ? at < stop : at > stop; at += stride) picked.push(items[at]!);
  return picked;
}

/** A part that belongs to the kind of the value, as Python's getattr() finds it. */
function ownPart(value: Value, name: string, context: Context): Value | undefined {
  if (value instanceof NamedTuple) {
    const at = value.names.indexOf(name);
    if (at >= 0) return value.items[at];
  }
  return value instanceof Thing ? value.attribute(name) : methodOf(value, name, context);
}

function filterOf(name: string): Filter {
  const filter = FILTERS.get(name);
  if (filter === undefined) throw new RenderError(t('there is no filter "{0}"', name));
  return (value, args, context) =>
    bounded(
      typeof value === "string"
        ? context.carry([value, ...args.positional, ...args.named.values()], (given) =>
            filter(given(value), argumentsGiven(args, given), context),
          )
        : filter(value, args, context),
      context,
    );
}

function testOf(name: string): Test {
  const test = TESTS.get(name);
  if (test === undefined) throw new RenderError(t('there is no test "{0}"', name));
  return (value, args, context) => {
    const plain = (one: Value): Value => context.plain(one);
    return test(plain(value), argumentsGiven(args, plain), context);
  };
}

export const SERVICES: Services = { attribute: attributeOf, item: itemOf, filter: filterOf, test: testOf };
