// Filters of single values: defaults, numbers, parts, and other ways of writing.
import { t } from "../../../base/index.ts";
import { bind } from "../arguments.ts";
import type { Filter } from "../context.ts";
import { RenderError } from "../faults.ts";
import { roundHalfEven } from "../numbers.ts";
import { methodOf } from "../methods.ts";
import { trim } from "../texts.ts";
import { Float, isTrue, numberOf, orElse, Thing, typeOf, Undefined, type Value } from "../values.ts";
import { jsonOf, jsonText } from "../writing.ts";
import { pretty } from "./pretty.ts";

const orDefault: Filter = (value, args) => {
  const given = bind("default", args, "default_value", "boolean");
  const isMissing = value instanceof Undefined || (given.flag("boolean") && !isTrue(value));
  return isMissing ? given.get("default_value", "") : value;
};

const round: Filter = (value, args) => {
  const given = bind("round", args, "precision", "method");
  const digits = given.integer("precision", 0);
  const method = given.text("method", "common");
  const number = need(value, "round");
  if (method === "common") {
    const rounded = roundHalfEven(number, digits);
    return value instanceof Float ? new Float(rounded) : rounded;
  }
  if (method !== "ceil" && method !== "floor")
    throw new RenderError(t('"method" of round is "common", "ceil" or "floor"'));
  const scale = 10 ** digits;
  return new Float((method === "ceil" ? Math.ceil(number * scale) : Math.floor(number * scale)) / scale);
};

const toInteger: Filter = (value, args) => {
  const given = bind("int", args, "default", "base");
  const base = given.integer("base", 10);
  const number = numberOf(value);
  if (number !== null) return Number.isFinite(number) ? Math.trunc(number) : given.get("default", 0);
  if (typeof value !== "string") return given.get("default", 0);
  const text = withPlainDigits(trim(value)).replace(/(?<=[\da-z])_(?=[\da-z])/gi, "");
  const prefix = { 2: /^([-+]?)0b/i, 8: /^([-+]?)0o/i, 16: /^([-+]?)0x/i }[base];
  const digits = prefix === undefined ? text : text.replace(prefix, "$1");
  const allowed = "0123456789abcdefghijklmnopqrstuvwxyz".slice(0, base);
  if (new RegExp(`^[-+]?[${allowed}]+$`, "i").test(digits)) return Number.parseInt(digits, base);
  const float = floatOf(text);
  return float === null || !Number.isFinite(float) ? given.get("default", 0) : Math.trunc(float);
};

const toFloat: Filter = (value, args) => {
  const given = bind("float", args, "default");
  const number = typeof value === "string" ? floatOf(withPlainDigits(trim(value))) : numberOf(value);
  return number === null ? given.get("default", new Float(0)) : new Float(number);
};

/** Digits of any script as 0 to 9: Python reads `１２` as 12. Each script has its ten in a row. */
function withPlainDigits(text: string): string {
  return text.replace(/\P{ASCII}/gu, (sign) => {
    if (!/\p{Nd}/u.test(sign)) return sign;
    const plain = sign.normalize("NFKC");
    if (/^\d$/.test(plain)) return plain;
    const code = sign.codePointAt(0)!;
    let value = 0;
    while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(code - value - 1))) value++;
    return String(value);
  });
}

function floatOf(text: string): number | null {
  if (/^[-+]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:e[-+]?\d+)?$/i.test(text))
    return Number(text.replace(/_/g, ""));
  const special = /^([-+]?)(inf(?:inity)?|nan)$/i.exec(text);
  if (special === null) return null;
  const size = special[2]!.toLowerCase() === "nan" ? Number.NaN : Number.POSITIVE_INFINITY;
  return special[1] === "-" ? -size : size;
}

function need(value: Value, filter: string): number {
  const number = numberOf(value);
  if (number === null) throw new RenderError(t("{0} takes a number, not {1}", filter, typeOf(value)));
  return number;
}

const tojson: Filter = (value, args, context) => {
  const given = bind("tojson", args, "indent", "ensure_ascii", "separators", "sort_keys");
  const isHtml = context.options.json === "html";
  const indent = given.get("indent");
  const separators = given.get("separators");
  const [item, key] = separators === null ? [", ", ": "] : pairOf(separators);
  const onlyAscii = given.flag("ensure_ascii", isHtml);
  const text = jsonOf(value, {
    indent:
      indent === null
        ? null
        : typeof indent === "string"
          ? indent
          : " ".repeat(Math.min(given.integer("indent", 0), 100)),
    itemSeparator: item,
    keySeparator: key,
    sortKeys: given.flag("sort_keys", isHtml),
    text: (text) => context.carry([text], (plain) => jsonText(plain(text) as string, onlyAscii)) as string,
  });
  return isHtml ? text.replace(/[<>&']/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`) : text;
};

function pairOf(value: Value): readonly [string, string] {
  const items = Array.isArray(value)
    ? (value as readonly Value[])
    : "items" in (value as object)
      ? (value as { items: readonly Value[] }).items
      : [];
  const [item, key] = items;
  if (typeof item !== "string" || typeof key !== "string")
    throw new RenderError(t('"separators" of tojson is a pair of texts'));
  return [item, key];
}

const filesizeformat: Filter = (value, args) => {
  const isBinary = bind("filesizeformat", args, "binary").flag("binary");
  const bytes =
    typeof value === "string" ? (floatOf(trim(value)) ?? Number.NaN) : need(value, "filesizeformat");
  if (Number.isNaN(bytes)) throw new RenderError(t("filesizeformat takes a number, not {0}", typeOf(value)));
  const base = isBinary ? 1024 : 1000;
  const units = ["k", "M", "G", "T", "P", "E", "Z", "Y"].map((letter) =>
    isBinary ? `${letter.toUpperCase()}iB` : `${letter}B`,
  );
  if (bytes === 1) return "1 Byte";
  if (bytes < base) return `${Math.trunc(bytes)} Bytes`;
  let at = 0;
  while (at < units.length - 1 && bytes >= base ** (at + 2)) at++;
  return `${(bytes / base ** (at + 1)).toFixed(1)} ${units[at] ?? ""}`;
};

export const VALUE_FILTERS: readonly (readonly [string, Filter])[] = [
  ["default", orDefault],
  ["d", orDefault],
  ["round", round],
  ["int", toInteger],
  ["float", toFloat],
  [
    "abs",
    (value, args): Value => {
      bind("abs", args);
      const number = Math.abs(need(value, "abs"));
      return value instanceof Float ? new Float(number) : number;
    },
  ],
  [
    "attr",
    (value, args, context) => {
      const name = bind("attr", args, "name").text("name");
      const found = value instanceof Thing ? value.attribute(name) : methodOf(value, name, context);
      return orElse(found, () => new Undefined(t('{0} has no "{1}"', typeOf(value), name)));
    },
  ],
  ["tojson", tojson],
  [
    "pprint",
    (value, args): Value => {
      bind("pprint", args);
      return pretty(value);
    },
  ],
  ["filesizeformat", filesizeformat],
];
