// How values are written: as Python's str() prints them, as its repr() does inside lists, and as JSON.
import { t } from "../../base/index.ts";
import { INEXACT, MissingVariable, RenderError } from "./faults.ts";
import { quoted } from "./texts.ts";
import {
  Callable,
  Dict,
  Float,
  isList,
  Namespace,
  Sequence,
  Thing,
  Tuple,
  typeOf,
  Undefined,
  type Value,
} from "./values.ts";
import { Walk } from "./walk.ts";

/** What `{{ value }}` prints. @throws MissingVariable, RenderError for what has no readable form */
export function textOf(value: Value): string {
  if (typeof value === "string") return value;
  if (value instanceof Undefined) {
    if (value.variable !== null) throw new MissingVariable(value.variable);
    return "";
  }
  return represented(value, new Walk(), 0);
}

/** What `{{ value }}` prints in a prompt file, where true and none are not Python's words. */
export function printed(value: Value, scalars: "python" | "prompty"): string {
  const isWord = value === null || typeof value === "boolean";
  if (scalars === "python" || !isWord) return textOf(value);
  return value === null ? "" : String(value);
}

/** A value inside a list or map. */
function represented(value: Value, walk: Walk, depth: number): string {
  walk.visit(depth);
  const all = (items: readonly Value[]): string =>
    items.map((item) => represented(item, walk, depth + 1)).join(", ");
  if (typeof value === "string") {
    walk.write(value.length);
    return quoted(value);
  }
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return integerText(value);
  if (value instanceof Float) return floatText(value.value);
  if (isList(value)) return `[${all(value)}]`;
  if (value instanceof Tuple)
    return value.items.length === 1 ? `(${all(value.items)},)` : `(${all(value.items)})`;
  if (value instanceof Dict) {
    const pairs = value
      .pairs()
      .map(([key, item]) => `${represented(key, walk, depth + 1)}: ${represented(item, walk, depth + 1)}`);
    return `{${pairs.join(", ")}}`;
  }
  if (value instanceof Undefined) {
    if (value.variable !== null) throw new MissingVariable(value.variable);
    return "Undefined";
  }
  if (value instanceof Sequence && value.type !== "generator") {
    const items = value.type === "range" ? null : all(value.items);
    return items === null ? rangeText(value.items) : `${value.type}([${items}])`;
  }
  if (value instanceof Namespace) return `<Namespace ${represented(value.values, walk, depth + 1)}>`;
  throw new RenderError(unreadable(value));
}

function unreadable(value: Thing): string {
  if (value instanceof Sequence)
    return t('this gives its items one by one: add "| list" or "| join(…)" to print them');
  if (value instanceof Callable) return t('"{0}" is a {1}: add "()" to call it', value.name, value.type);
  return t("{0} can't be printed", typeOf(value));
}

function rangeText(items: readonly Value[]): string {
  const [first = 0, second] = items as readonly number[];
  const step = second === undefined ? 1 : second - first;
  return step === 1
    ? `range(${first}, ${first + items.length})`
    : `range(${first}, ${first + items.length * step}, ${step})`;
}

function integerText(value: number): string {
  if (!Number.isSafeInteger(value)) throw new RenderError(INEXACT);
  return String(Object.is(value, -0) ? 0 : value);
}

/** As Python writes a float: the shortest digits that give it back, at least one after the point. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  const [digits = "", exponentText = "0"] = value.toExponential().split("e");
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 16) {
    const fixed =
      exponent < 0
        ? value.toFixed(Math.max(0, digits.replace(/[-.]/g, "").length - 1 - exponent))
        : String(value);
    return fixed.includes(".") ? fixed : `${fixed}.0`;
  }
  const sign = exponent < 0 ? "-" : "+";
  return `${digits}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

export interface JsonForm {
  /** null: on one line. */
  readonly indent: string | null;
  readonly itemSeparator: string;
  readonly keySeparator: string;
  readonly sortKeys: boolean;
  /** Writes a text. */
  readonly text: (text: string) => string;
}

/** As Python's json.dumps writes a value. @throws RenderError for what JSON doesn't have */
export function jsonOf(value: Value, form: JsonForm, walk = new Walk(), depth = 0): string {
  walk.visit(depth);
  if (value === null) return "null";
  if (typeof value === "boolean") return value ? "true" : "false";
  if (typeof value === "string") {
    walk.write(value.length);
    return form.text(value);
  }
  if (typeof value === "number") return integerText(value);
  if (value instanceof Float)
    return Number.isFinite(value.value)
      ? floatText(value.value)
      : value.value > 0
        ? "Infinity"
        : value.value < 0
          ? "-Infinity"
          : "NaN";
  const wrap = (open: string, close: string, items: readonly string[]): string => {
    if (items.length === 0) return open + close;
    walk.write(items.length * (form.itemSeparator.length + (form.indent?.length ?? 0) * (depth + 1)));
    if (form.indent === null) return open + items.join(form.itemSeparator) + close;
    const lineEnd = `\n${form.indent.repeat(depth)}`;
    const inner = lineEnd + form.indent;
    return open + inner + items.join(form.itemSeparator.trimEnd() + inner) + lineEnd + close;
  };
  if (isList(value) || value instanceof Tuple) {
    const items = isList(value) ? value : value.items;
    return wrap(
      "[",
      "]",
      items.map((item) => jsonOf(item, form, walk, depth + 1)),
    );
  }
  if (value instanceof Dict) {
    const pairs = value.pairs().map(([key, item]) => [jsonKey(key), item] as const);
    if (form.sortKeys) pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return wrap(
      "{",
      "}",
      pairs.map(([key, item]) => {
        walk.write(key.length + form.keySeparator.length);
        return form.text(key) + form.keySeparator + jsonOf(item, form, walk, depth + 1);
      }),
    );
  }
  if (value instanceof Undefined && value.variable !== null) throw new MissingVariable(value.variable);
  throw new RenderError(t("{0} can't be written as JSON", typeOf(value)));
}

function jsonKey(key: Value): string {
  if (typeof key === "string") return key;
  if (key === null) return "null";
  if (typeof key === "boolean") return key ? "true" : "false";
  if (typeof key === "number" || key instanceof Float) return textOf(key);
  throw new RenderError(t("{0} can't be a key in JSON", typeOf(key)));
}

export function jsonText(text: string, onlyAscii: boolean): string {
  const written = JSON.stringify(text).replace(/\x7f/g, "\x7f");
  return onlyAscii
    ? written.replace(/[\x7f-\uffff]/g, (unit) =>
        unit === "\x7f" ? unit : `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
      )
    : written;
}
