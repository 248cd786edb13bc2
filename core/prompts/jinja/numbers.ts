// Arithmetic by Python's rules: `/` gives a float, `//` and `%` round down, texts and lists join and repeat.
import { t } from "../../base/index.ts";
import type { Context } from "./context.ts";
import { formatPercent } from "./formatting.ts";
import { INEXACT, RenderError } from "./faults.ts";
import type { BinarySign } from "./nodes.ts";
import { Float, isList, numberOf, Tuple, typeOf, type Value } from "./values.ts";

export type ArithmeticSign = Exclude<BinarySign, "and" | "or" | "~">;

/** @throws RenderError for operands that the operator doesn't take, and for a result that isn't exact */
export function arithmetic(sign: ArithmeticSign, left: Value, right: Value, context: Context): Value {
  const [a, b] = [numberOf(left), numberOf(right)];
  if (a !== null && b !== null) {
    const isFloat = left instanceof Float || right instanceof Float;
    const value = compute(sign, a, b);
    if (isFloat || sign === "/" || (sign === "**" && b < 0)) return new Float(value);
    // Operands must be exact, too: the remainder of 2⁵³ + 1 would be small, and wrong.
    if (![a, b, value].every(Number.isSafeInteger)) throw new RenderError(INEXACT);
    return value === 0 ? 0 : value;
  }
  if (sign === "%" && typeof left === "string") return formatPercent(left, right, context);
  const joined =
    sign === "+" ? join(left, right, context) : sign === "*" ? repeat(left, right, context) : null;
  if (joined === null)
    throw new RenderError(t('"{0}" doesn\'t take {1} and {2}', sign, typeOf(left), typeOf(right)));
  if (typeof joined === "string") context.allow(joined.length);
  return joined;
}

function compute(sign: ArithmeticSign, a: number, b: number): number {
  if (b === 0 && (sign === "/" || sign === "//" || sign === "%"))
    throw new RenderError(t("a number is divided by 0"));
  if (sign === "**" && a === 0 && b < 0) throw new RenderError(t("0 has no negative power"));
  if (sign === "**" && a < 0 && !Number.isInteger(b) && Number.isFinite(b))
    throw new RenderError(t("a number below 0 has only whole powers"));
  switch (sign) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return a / b;
    case "//":
      return quotient(a, b);
    case "%":
      return remainder(a, b);
    case "**":
      return a ** b;
  }
}

/** What `//` leaves, with the sign of `b` even if it is 0. */
function remainder(a: number, b: number): number {
  const rest = a % b;
  if (rest === 0) return b < 0 ? -0 : 0;
  return rest < 0 !== b < 0 ? rest + b : rest;
}

/** `a // b`, of the exact values: `1 // 0.1` is 9, since 0.1 stands for a little more than a tenth. */
function quotient(a: number, b: number): number {
  const rest = remainder(a, b);
  if (Number.isFinite(a) && !Number.isFinite(rest)) return -1; // The divisor is infinite and has the other sign.
  const exact = (a - rest) / b;
  if (exact === 0) return a < 0 === b < 0 ? 0 : -0;
  const down = Math.floor(exact);
  return exact - down > 0.5 ? down + 1 : down;
}

function join(left: Value, right: Value, context: Context): Value | null {
  if (typeof left === "string" && typeof right === "string") return left + right;
  const [first, second] = [itemsOfList(left), itemsOfList(right)];
  if (first === null || second === null || isList(left) !== isList(right)) return null;
  context.spend(first.length + second.length);
  const all = [...first, ...second];
  return isList(left) ? all : new Tuple(all);
}

function repeat(left: Value, right: Value, context: Context): Value | null {
  const [what, times] = typeof right === "number" ? [left, right] : [right, left];
  if (typeof times !== "number") return null;
  const count = Math.max(0, times);
  if (typeof what === "string") {
    context.allow(what.length * count);
    return what.repeat(count);
  }
  const items = itemsOfList(what);
  if (items === null) return null;
  context.spend(items.length * count);
  const all = Array.from({ length: count }, () => items).flat();
  return isList(what) ? all : new Tuple(all);
}

/** Of a list or a tuple; null for anything else. */
function itemsOfList(value: Value): readonly Value[] | null {
  return isList(value) ? value : value instanceof Tuple ? value.items : null;
}

export function negated(value: Value): Value {
  if (value instanceof Float) return new Float(-value.value);
  const number = numberOf(value);
  if (number === null) throw new RenderError(`"-" doesn't take ${typeOf(value)}`);
  return number === 0 ? 0 : -number;
}

/** Rounds as Python's round() does: a tie of the exact binary value goes to the even digit. */
export function roundHalfEven(value: number, digits: number): number {
  if (!Number.isFinite(value) || Math.abs(value) >= 1e21) return value;
  if (digits < 0) {
    const scale = 10 ** -digits;
    return roundHalfEven(value / scale, 0) * scale;
  }
  if (digits > 15) return value;
  const exact = value.toFixed(100);
  const point = exact.indexOf(".") + 1;
  const towardsZero = digits === 0 ? exact.slice(0, point - 1) : exact.slice(0, point + digits);
  const isTie = /^50*$/.test(exact.slice(point + digits));
  const isEven = "02468".includes(towardsZero.at(-1) ?? "");
  return Number(isTie && isEven ? towardsZero : value.toFixed(digits));
}
