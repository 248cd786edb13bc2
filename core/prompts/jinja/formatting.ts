// Python's two ways of formatting: `"%.2f" % x` and `"{:>8}".format(x)`.
import { t } from "../../base/index.ts";
import type { Context } from "./context.ts";
import { RenderError } from "./faults.ts";
import { codePoints, lengthOf, quoted } from "./texts.ts";
import { Dict, Float, numberOf, Tuple, typeOf, type CallArguments, type Value } from "./values.ts";
import { floatText, textOf } from "./writing.ts";

interface Form {
  readonly fill: string;
  readonly align: "<" | ">" | "^" | "=" | "";
  readonly sign: "+" | " " | "-";
  readonly alternate: boolean;
  readonly width: number;
  readonly grouping: string;
  readonly precision: number | null;
  readonly type: string;
}

const MAX_DIGITS = 100;

/** `text % value`. @throws RenderError for a wrong conversion or count of values */
export function formatPercent(template: string, given: Value, context: Context): string {
  const values = given instanceof Tuple ? given.items : [given];
  const map = given instanceof Dict ? given : null;
  let next = 0;
  const take = (): Value => {
    if (next >= values.length) throw new RenderError(t("there are fewer values than the format takes"));
    return values[next++]!;
  };
  const written = template.replace(
    /%(?:\(([^)]{0,200})\))?([-+ 0#]*)(\*|\d+)?(?:\.(\*|\d+)?)?[hlL]?([^]?)/g,
    (
      whole,
      name: string | undefined,
      flags: string,
      width: string | undefined,
      digits: string | undefined,
      type: string,
    ) => {
      if (type === "%") return "%";
      const number = (text: string | undefined): number =>
        text === "*" ? (numberOf(take()) ?? 0) : Number(text ?? 0);
      const minus = flags.includes("-");
      const own = number(width);
      const precision = whole.includes(".") ? number(digits) : null;
      context.allow(own);
      const value = name === undefined ? take() : (map?.get(name) ?? undefined);
      if (value === undefined)
        throw new RenderError(t('the format asks for "{0}", which is not given', name ?? ""));
      const form: Form = {
        fill: flags.includes("0") && !minus ? "0" : " ",
        align: minus ? "<" : flags.includes("0") ? "=" : ">",
        sign: flags.includes("+") ? "+" : flags.includes(" ") ? " " : "-",
        alternate: flags.includes("#"),
        width: Math.abs(own),
        grouping: "",
        precision,
        type,
      };
      if ("sra".includes(type)) {
        const text =
          type === "s" ? textOf(value) : type === "a" ? ascii(represented(value)) : represented(value);
        const cut = precision === null ? text : codePoints(text).slice(0, precision).join("");
        return padded(cut, { ...form, fill: " ", align: minus ? "<" : ">" });
      }
      if (type === "c") return padded(characterOf(value, whole), { ...form, fill: " " });
      if (!"diouxXeEfFgG".includes(type) || type === "")
        throw new RenderError(t('"{0}" is not a format', whole));
      const amount = numberOf(value);
      if (amount === null) throw new RenderError(t('"{0}" takes a number, not {1}', whole, typeOf(value)));
      const isWhole = !(value instanceof Float) || (!"oxX".includes(type) && Number.isFinite(amount));
      if ("diuoxX".includes(type) && !isWhole) throw new RenderError(t('"{0}" takes a whole number', whole));
      return padded(numberText(amount, { ...form, type: "iu".includes(type) ? "d" : type }, true), form);
    },
  );
  // A map may be named in part, or not at all.
  if (map === null && next < values.length)
    throw new RenderError(t("there are more values than the format takes"));
  context.allow(written.length);
  return written;
}

/** For `%c`: a text of one character, or the number of one. */
function characterOf(value: Value, form: string): string {
  const code = typeof value === "boolean" ? Number(value) : value;
  if (typeof code === "number" && code >= 0 && code <= 0x10ffff) return String.fromCodePoint(code);
  if (typeof code === "string" && lengthOf(code) === 1) return code;
  throw new RenderError(t('"{0}" takes one character, or the number of one', form));
}

/** `text.format(…)`. @throws RenderError for a field without a value, or a format that isn't one */
export function formatFields(template: string, args: CallArguments, context: Context): string {
  let next = 0;
  let fields: "counted" | "numbered" | null = null;
  const written = template.replace(
    /\{\{|\}\}|\{([^{}:!]*)(?:!([rsa]))?(?::((?:[^{}]|\{[^{}]*\})*))?\}|[{}]/g,
    (whole, field: string | undefined, conversion: string | undefined, spec: string | undefined) => {
      if (whole === "{{" || whole === "}}") return whole.charAt(0);
      if (field === undefined)
        throw new RenderError(t('a "{" or "}" of the format is on its own: write it twice'));
      const valueAt = (name: string): Value => {
        const [, first = "", rest = ""] = /^([^.[]*)([^]*)$/.exec(name) ?? [];
        if (first === "" || /^\d+$/.test(first)) {
          const now = first === "" ? "counted" : "numbered";
          if (fields !== null && fields !== now)
            throw new RenderError(t("the format mixes fields with and without a number"));
          fields = now;
        }
        const key = first === "" ? String(next++) : first;
        const start = /^\d+$/.test(key) ? args.positional[Number(key)] : args.named.get(key);
        if (start === undefined)
          throw new RenderError(t('the format asks for "{0}", which is not given', key));
        let value = start;
        for (const [, attribute, index] of rest.matchAll(/\.([^.[]+)|\[([^\]]+)\]/g))
          value =
            attribute !== undefined
              ? context.services.attribute(value, attribute, context)
              : context.services.item(value, /^\d+$/.test(index!) ? Number(index) : index!, context);
        return value;
      };
      const raw = valueAt(field);
      const value = conversion === undefined ? raw : conversion === "s" ? textOf(raw) : represented(raw);
      const inner = (spec ?? "").replace(/\{([^{}]*)\}/g, (_, name: string) => textOf(valueAt(name)));
      return formatValue(value, inner, context);
    },
  );
  context.allow(written.length);
  return written;
}

function formatValue(value: Value, spec: string, context: Context): string {
  const parts = /^(?:([^]?)([<>=^]))?([-+ ]?)(#?)(0?)(\d*)([,_]?)(?:\.(\d+))?([a-zA-Z%]?)$/u.exec(spec);
  if (parts === null) throw new RenderError(t('"{0}" is not a format', spec));
  const [, fill, align = "", sign = "", alternate, zero, width = "", grouping = "", precision, type = ""] =
    parts;
  // A boolean is written as a word only if the format asks for nothing.
  const isNumber = typeof value !== "string" && numberOf(value) !== null && spec !== "";
  context.allow(Number(width));
  const form: Form = {
    fill: fill === undefined || fill === "" ? (zero === "0" ? "0" : " ") : fill,
    align: (align === "" ? (zero === "0" ? "=" : isNumber ? ">" : "<") : align) as Form["align"],
    sign: (sign === "" ? "-" : sign) as Form["sign"],
    alternate: alternate === "#",
    width: Number(width),
    grouping,
    precision: precision === undefined ? null : Number(precision),
    type,
  };
  const amount = numberOf(value);
  if (isNumber && amount !== null && type !== "s") {
    const isFloat = value instanceof Float;
    if (type !== "" && "bcdoxX".includes(type) && isFloat)
      throw new RenderError(t('"{0}" takes a whole number', spec));
    if (type === "c") return padded(characterOf(value, spec), form);
    const general = type === "" && form.precision === null ? "repr" : "g";
    const kind = type === "" || type === "n" ? (isFloat ? general : "d") : type;
    if (!"bdeEfFgGoxX%".includes(kind) && kind !== "repr")
      throw new RenderError(t('"{0}" is not a format', spec));
    return padded(numberText(amount, { ...form, type: kind }), form);
  }
  if (type !== "" && type !== "s")
    throw new RenderError(t('"{0}" takes a number, not {1}', spec, typeOf(value)));
  const text = textOf(value);
  const cut = form.precision === null ? text : codePoints(text).slice(0, form.precision).join("");
  return padded(cut, { ...form, align: form.align === "=" ? "<" : form.align });
}

function numberText(
  value: number,
  { sign, alternate, grouping, precision, type }: Form,
  isPercent = false,
): string {
  const size = Math.abs(value);
  const isNegative = value < 0 || Object.is(value, -0);
  const digits = Math.min(precision ?? 6, MAX_DIGITS);
  const lower = type.toLowerCase();
  let body: string;
  if (type === "repr") body = floatText(size);
  else if (!Number.isFinite(size)) body = Number.isNaN(size) ? "nan" : "inf";
  else if (lower === "f") body = fixed(size, digits);
  else if (lower === "e") body = exponential(size, digits);
  else if (lower === "g") body = general(size, digits);
  else if (type === "%") body = `${fixed(size * 100, digits)}%`;
  else {
    const base = { b: 2, o: 8, x: 16 }[lower] ?? 10;
    const prefix = alternate && base !== 10 ? `0${lower}` : "";
    if (!isPercent && !Number.isInteger(size)) throw new RenderError(t('"{0}" takes a whole number', type));
    body =
      prefix +
      BigInt(Math.trunc(size))
        .toString(base)
        .padStart(isPercent && precision !== null ? digits : 0, "0");
  }
  if (grouping !== "") {
    const [, whole = "", rest = ""] = /^(\d*)([^]*)$/.exec(body) ?? [];
    body = whole.replace(/\B(?=(\d{3})+$)/g, grouping) + rest;
  }
  if (type !== lower) body = body.toUpperCase();
  return (isNegative && !body.startsWith("-") ? "-" : sign === "-" ? "" : sign) + body;
}

function fixed(size: number, digits: number): string {
  if (size >= 1e21) return BigInt(size).toString() + (digits > 0 ? `.${"0".repeat(digits)}` : "");
  // toFixed rounds ties of the exact value up, Python to even.
  const text = size.toFixed(digits);
  const exact = size.toFixed(100);
  const point = exact.indexOf(".") + 1;
  const towardsZero = digits === 0 ? exact.slice(0, point - 1) : exact.slice(0, point + digits);
  const isTie = digits < 100 && /^50*$/.test(exact.slice(point + digits));
  return isTie && "02468".includes(towardsZero.at(-1) ?? "") ? towardsZero : text;
}

function exponential(size: number, digits: number): string {
  return size.toExponential(digits).replace(/e([+-])(\d)$/, "e$10$2");
}

function general(size: number, digits: number): string {
  const precision = Math.max(1, digits);
  if (size === 0) return "0";
  const exponent = Number(size.toExponential(precision - 1).split("e")[1]);
  const text =
    exponent < -4 || exponent >= precision
      ? exponential(size, precision - 1)
      : fixed(size, precision - 1 - exponent);
  return text.replace(/(\.\d*?)0+(?=e|$)/, "$1").replace(/\.(?=e|$)/, "");
}

function represented(value: Value): string {
  return typeof value === "string" ? quoted(value) : textOf(value);
}

/** As Python's ascii() writes what is not; half an emoji may be a mark of the user's characters and stays. */
function ascii(text: string): string {
  return text.replace(/(?!\p{Cs})\P{ASCII}/gu, (sign) => {
    const code = sign.codePointAt(0)!;
    const [letter, width] = code < 0x100 ? ["x", 2] : code < 0x10000 ? ["u", 4] : ["U", 8];
    return `\\${letter}${code.toString(16).padStart(width, "0")}`;
  });
}

function padded(text: string, { fill, align, width }: Form): string {
  const missing = width - lengthOf(text);
  if (missing <= 0) return text;
  if (align === "<") return text + fill.repeat(missing);
  if (align === "^") {
    const left = Math.floor(missing / 2);
    return fill.repeat(left) + text + fill.repeat(missing - left);
  }
  if (align === "=") {
    const [, head = "", rest = ""] = /^([-+ ]?(?:0[xobXOB])?)([^]*)$/.exec(text) ?? [];
    return head + fill.repeat(missing) + rest;
  }
  return fill.repeat(missing) + text;
}
