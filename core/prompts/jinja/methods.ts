// The methods of texts, lists and maps that templates call. Those that change a value are left out: a template here
// can't change what it is given, as in Jinja2's immutable sandbox.
import { t } from "../../base/index.ts";
import { argumentsGiven, bind } from "./arguments.ts";
import type { Context } from "./context.ts";
import { RenderError } from "./faults.ts";
import { formatFields } from "./formatting.ts";
import { capitalized, folded, isLower, isTitled, isUpper, swapped, titled } from "./letterCase.ts";
import { codePoints, lengthOf, lines, trim, trimEnd, trimStart, words } from "./texts.ts";
import {
  Callable,
  Dict,
  isEqual,
  isList,
  itemsOf,
  orElse,
  Sequence,
  Tuple,
  typeOf,
  type CallArguments,
  type Value,
} from "./values.ts";
import { visits } from "./walk.ts";
import { textOf } from "./writing.ts";

type Method<T> = (value: T, args: CallArguments, context: Context, name: string) => Value;

/** The method of that name, bound to the value; undefined if its kind has none. */
export function methodOf(value: Value, name: string, context: Context): Value | undefined {
  if (typeof value === "string") return bound(carrying(TEXT_METHODS.get(name)), value, name, context);
  if (value instanceof Dict) return bound(MAP_METHODS.get(name), value, name, context);
  if (isList(value)) return bound(LIST_METHODS.get(name), value, name, context);
  return value instanceof Tuple ? bound(LIST_METHODS.get(name), value.items, name, context) : undefined;
}

function bound<T>(
  method: Method<T> | undefined,
  value: T,
  name: string,
  context: Context,
): Value | undefined {
  return method === undefined
    ? undefined
    : new Callable(name, (args) => method(value, args, context, `${name}()`), "method");
}

/** A method of a text, which may look at what it moves. */
function carrying(method: Method<string> | undefined): Method<string> | undefined {
  return (
    method &&
    ((text, args, context, name) =>
      context.carry([text, ...args.positional, ...args.named.values()], (given) =>
        method(given(text) as string, argumentsGiven(args, given), context, name),
      ))
  );
}

/** A method of a text without arguments. */
const plain =
  (action: (text: string) => Value): Method<string> =>
  (text, args, _, name) => {
    bind(name, args);
    return action(text);
  };

const stripping =
  (action: (text: string, characters: string | null) => string): Method<string> =>
  (text, args, _, name) => {
    const characters = bind(name, args, "chars").get("chars");
    return action(text, characters === null ? null : textOf(characters));
  };

const padding =
  (action: (missing: number, width: number) => readonly [left: number, right: number]): Method<string> =>
  (text, args, context, name) => {
    const given = bind(name, args, "width", "fillchar");
    const width = given.integer("width", 0);
    context.allow(width);
    const fill = given.text("fillchar", " ");
    const missing = Math.max(0, width - lengthOf(text));
    const [left, right] = action(missing, width);
    return fill.repeat(left) + text + fill.repeat(right);
  };

/**
 * Divides the missing characters between both sides as Python's str.center() does: an odd one goes left if
 * the width is odd.
 */
export function halves(missing: number, width: number): readonly [left: number, right: number] {
  const left = Math.floor(missing / 2) + (missing & width & 1);
  return [left, missing - left];
}

/** A method that looks for a text from `start` up to `end`, in characters. */
const searching =
  (action: (part: string, found: string) => Value): Method<string> =>
  (text, args, _, name) => {
    const given = bind(name, args, "sub", "start", "end");
    const characters = codePoints(text);
    const [start, end] = [given.integer("start", 0), given.integer("end", characters.length)];
    const sub = textOf(given.need("sub"));
    // Beyond the end there is not even an empty text, as there is no blank in an empty one.
    if (start > characters.length) return action("", " ");
    const part = characters.slice(start, end).join("");
    const offset = start < 0 ? Math.max(0, characters.length + start) : start;
    const at = action(part, sub);
    return typeof at === "number" && at >= 0 && name !== "count()"
      ? offset + lengthOf(part.slice(0, at))
      : at;
  };

const affix =
  (has: (text: string, affix: string) => boolean): Method<string> =>
  (text, args, _, name) => {
    const given = bind(name, args, "prefix", "start", "end");
    const wanted = given.need("prefix");
    const part = codePoints(text)
      .slice(given.integer("start", 0), given.integer("end", text.length))
      .join("");
    const all = wanted instanceof Tuple ? wanted.items : [wanted];
    return all.some((one) => {
      if (typeof one !== "string") throw new RenderError(t("{0} takes a text, not {1}", name, typeOf(one)));
      return has(part, one);
    });
  };

const TEXT_METHODS: ReadonlyMap<string, Method<string>> = new Map<string, Method<string>>([
  ["upper", plain((text) => text.toUpperCase())],
  ["lower", plain((text) => text.toLowerCase())],
  ["casefold", plain(folded)],
  ["swapcase", plain(swapped)],
  ["capitalize", plain(capitalized)],
  ["title", plain(titled)],
  ["strip", stripping(trim)],
  ["lstrip", stripping(trimStart)],
  ["rstrip", stripping(trimEnd)],
  ["split", splitting(false)],
  ["rsplit", splitting(true)],
  ["splitlines", (text, args, _, name) => lines(text, bind(name, args, "keepends").flag("keepends"))],
  ["partition", parting((text, separator) => text.indexOf(separator), false)],
  ["rpartition", parting((text, separator) => text.lastIndexOf(separator), true)],
  ["startswith", affix((text, start) => text.startsWith(start))],
  ["endswith", affix((text, end) => text.endsWith(end))],
  [
    "removeprefix",
    cutting((text, part) => (part !== "" && text.startsWith(part) ? text.slice(part.length) : text)),
  ],
  [
    "removesuffix",
    cutting((text, part) => (part !== "" && text.endsWith(part) ? text.slice(0, -part.length) : text)),
  ],
  ["find", searching((text, part) => text.indexOf(part))],
  ["rfind", searching((text, part) => text.lastIndexOf(part))],
  ["index", searching((text, part) => found(text.indexOf(part)))],
  ["rindex", searching((text, part) => found(text.lastIndexOf(part)))],
  ["count", searching((text, part) => (part === "" ? lengthOf(text) + 1 : text.split(part).length - 1))],
  [
    "replace",
    (text, args, context, name) => {
      const given = bind(name, args, "old", "new", "count");
      return replaced(text, given.text("old"), given.text("new"), given.integer("count", -1), context);
    },
  ],
  [
    "join",
    (text, args, context, name) => joined(itemsOf(bind(name, args, "items").need("items")), text, context),
  ],
  ["format", (text, args, context) => formatFields(text, args, context)],
  [
    "format_map",
    (text, args, context, name) => {
      const map = bind(name, args, "map").need("map");
      if (!(map instanceof Dict)) throw new RenderError(t("{0} takes a map, not {1}", name, typeOf(map)));
      const named = map
        .pairs()
        .flatMap(([key, value]) => (typeof key === "string" ? [[key, value] as const] : []));
      return formatFields(text, { positional: [], named: new Map(named) }, context);
    },
  ],
  [
    "zfill",
    (text, args, context, name) => {
      const width = bind(name, args, "width").integer("width", 0);
      context.allow(width);
      const sign = /^[+-]/.test(text) ? text.charAt(0) : "";
      return sign + "0".repeat(Math.max(0, width - lengthOf(text))) + text.slice(sign.length);
    },
  ],
  ["center", padding(halves)],
  ["ljust", padding((missing) => [0, missing])],
  ["rjust", padding((missing) => [missing, 0])],
  ["expandtabs", (text, args, _, name) => expanded(text, bind(name, args, "tabsize").integer("tabsize", 8))],
  ["isdigit", plain((text) => /^[\p{Nd}\u00b2\u00b3\u00b9\u2070-\u2089]+$/u.test(text))],
  ["isdecimal", plain((text) => /^\p{Nd}+$/u.test(text))],
  ["isnumeric", plain((text) => /^\p{N}+$/u.test(text))],
  ["isalpha", plain((text) => /^\p{L}+$/u.test(text))],
  ["isalnum", plain((text) => /^[\p{L}\p{N}]+$/u.test(text))],
  ["isspace", plain((text) => text !== "" && trim(text) === "")],
  ["isupper", plain(isUpper)],
  ["islower", plain(isLower)],
  ["istitle", plain(isTitled)],
  // Of all spaces, Python's isprintable() accepts only the blank.
  ["isprintable", plain((text) => /^(?: |[^\p{C}\p{Z}])*$/u.test(text))],
  ["isascii", plain((text) => /^[\0-\x7f]*$/.test(text))],
  ["isidentifier", plain((text) => /^[\p{L}_][\p{L}\p{N}_]*$/u.test(text))],
]);

const MAP_METHODS: ReadonlyMap<string, Method<Dict>> = new Map<string, Method<Dict>>([
  [
    "items",
    (map, args, _, name) => {
      bind(name, args);
      visits(map.size);
      return new Sequence(
        map.pairs().map((pair) => new Tuple(pair)),
        "dict_items",
      );
    },
  ],
  [
    "keys",
    (map, args, _, name) => {
      bind(name, args);
      visits(map.size);
      return new Sequence(map.keys(), "dict_keys");
    },
  ],
  [
    "values",
    (map, args, _, name) => {
      bind(name, args);
      visits(map.size);
      return new Sequence(
        map.pairs().map(([, value]) => value),
        "dict_values",
      );
    },
  ],
  [
    "get",
    (map, args, _, name) => {
      const given = bind(name, args, "key", "default");
      return orElse(map.get(given.need("key")), () => given.get("default"));
    },
  ],
  [
    "copy",
    (map, args, _, name) => {
      bind(name, args);
      visits(map.size);
      return Dict.of(map.pairs());
    },
  ],
]);

const LIST_METHODS: ReadonlyMap<string, Method<readonly Value[]>> = new Map<string, Method<readonly Value[]>>(
  [
    [
      "index",
      (list, args, _, name) =>
        found(list.findIndex((item) => isEqual(item, bind(name, args, "value").need("value")))),
    ],
    [
      "count",
      (list, args, _, name) =>
        list.filter((item) => isEqual(item, bind(name, args, "value").need("value"))).length,
    ],
    [
      "copy",
      (list, args, _, name) => {
        bind(name, args);
        visits(list.length);
        return [...list];
      },
    ],
  ],
);

function found(at: number): number {
  if (at < 0) throw new RenderError(t("index() doesn't find the value"));
  return at;
}

function splitting(fromRight: boolean): Method<string> {
  return (text, args, _, name) => {
    const given = bind(name, args, "sep", "maxsplit");
    const separator = given.get("sep");
    const most = given.integer("maxsplit", -1);
    if (separator === null) return splitWords(text, most, fromRight);
    const by = textOf(separator);
    if (by === "") throw new RenderError(t("{0} needs a separator that isn't empty", name));
    const parts = text.split(by);
    visits(parts.length);
    if (most < 0 || parts.length - 1 <= most) return parts;
    return fromRight
      ? [parts.slice(0, parts.length - most).join(by), ...parts.slice(parts.length - most)]
      : [...parts.slice(0, most), parts.slice(most).join(by)];
  };
}

function splitWords(text: string, most: number, fromRight: boolean): string[] {
  const all = words(text);
  if (most < 0 || all.length - 1 <= most) return all;
  if (!fromRight) {
    let rest = trimStart(text);
    const first = all.slice(0, most);
    for (const word of first) rest = trimStart(rest.slice(word.length));
    return [...first, rest];
  }
  let rest = trimEnd(text);
  const last = all.slice(all.length - most);
  for (const word of [...last].reverse()) rest = trimEnd(rest.slice(0, rest.length - word.length));
  return [rest, ...last];
}

function parting(find: (text: string, separator: string) => number, isFromRight: boolean): Method<string> {
  return (text, args, _, name) => {
    const separator = bind(name, args, "sep").text("sep");
    const at = find(text, separator);
    if (at < 0) return new Tuple(isFromRight ? ["", "", text] : [text, "", ""]);
    return new Tuple([text.slice(0, at), separator, text.slice(at + separator.length)]);
  };
}

function cutting(action: (text: string, part: string) => string): Method<string> {
  return (text, args, _, name) => action(text, bind(name, args, "part").text("part"));
}

/** `count` below 0 replaces all. */
export function replaced(text: string, old: string, by: string, count: number, context: Context): string {
  const parts = old === "" ? ["", ...codePoints(text), ""] : text.split(old);
  const most = count < 0 ? parts.length - 1 : Math.min(count, parts.length - 1);
  context.allow(text.length + most * by.length);
  const [head, tail] = [parts.slice(0, most + 1), parts.slice(most + 1)];
  return [head.join(by), ...tail].join(old);
}

function joined(items: readonly Value[], separator: string, context: Context): string {
  visits(items.length);
  const texts = items.map((item) => {
    if (typeof item !== "string") throw new RenderError(t("join() takes texts, not {0}", typeOf(item)));
    return item;
  });
  context.allow(texts.reduce((sum, text) => sum + text.length + separator.length, 0));
  return texts.join(separator);
}

function expanded(text: string, size: number): string {
  let column = 0;
  return codePoints(text)
    .map((one) => {
      if (one === "\n" || one === "\r") column = -1;
      const width = one === "\t" && size > 0 ? size - (column % size) : 1;
      column += width;
      return one === "\t" ? " ".repeat(size > 0 ? width : 0) : one;
    })
    .join("");
}
