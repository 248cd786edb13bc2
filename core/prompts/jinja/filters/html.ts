// Filters that write or remove HTML and addresses. Nothing is escaped unless a template asks for it.
import { t } from "../../../base/index.ts";
import { bind } from "../arguments.ts";
import type { Filter } from "../context.ts";
import { RenderError } from "../faults.ts";
import { LONE_SURROGATE, words } from "../texts.ts";
import { Dict, isList, Sequence, Tuple, typeOf, Undefined, itemsOf, type Value } from "../values.ts";
import { textOf } from "../writing.ts";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  "'": "&#39;",
  '"': "&#34;",
};
const CHARACTERS: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: "\xa0",
};

function escaped(text: string): string {
  return text.replace(/[&<>'"]/g, (sign) => ENTITIES[sign] ?? sign);
}

const escape =
  (name: string): Filter =>
  (value, args) => {
    bind(name, args);
    return escaped(textOf(value));
  };

const striptags: Filter = (value, args) => {
  bind("striptags", args);
  const bare = without(without(textOf(value), "<!--", "-->"), "<", ">");
  return unescapedHtml(words(bare).join(" "));
};

/** The text without the parts from `open` to `close`, in one pass; a part that isn't closed stays. */
function without(text: string, open: string, close: string): string {
  let kept = "";
  let at = 0;
  for (;;) {
    const start = text.indexOf(open, at);
    const end = start < 0 ? -1 : text.indexOf(close, start + open.length);
    if (end < 0) return kept + text.slice(at);
    kept += text.slice(at, start);
    at = end + close.length;
  }
}

function unescapedHtml(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w+));/gi,
    (whole, decimal: string | undefined, hex: string | undefined, name: string | undefined) => {
      const code =
        decimal !== undefined ? Number(decimal) : hex !== undefined ? Number.parseInt(hex, 16) : -1;
      if (code >= 0 && code <= 0x10ffff) return String.fromCodePoint(code);
      return name === undefined ? whole : (CHARACTERS[name] ?? whole);
    },
  );
}

/** As Python's urllib quotes: letters, digits and _.-~ stay, and `/` unless it is for a query. */
function urlQuoted(text: string, isQuery: boolean): string {
  // encodeURIComponent throws on half an emoji.
  const quoted = encodeURIComponent(text.replace(LONE_SURROGATE, "\ufffd")).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return isQuery ? quoted.replace(/%20/g, "+") : quoted.replace(/%2F/g, "/");
}

const urlencode: Filter = (value, args, context) => {
  bind("urlencode", args);
  const isPairs =
    value instanceof Dict || isList(value) || value instanceof Tuple || value instanceof Sequence;
  if (!isPairs) return urlQuoted(textOf(value), false);
  const pairs = value instanceof Dict ? value.pairs() : itemsOf(value).map(itemsOf);
  const quoted = (part: Value): string => urlQuoted(textOf(part), true);
  return context.joined(pairs, (pair) => pair.slice(0, 2).map(quoted).join("="), "&");
};

const xmlattr: Filter = (value, args, context) => {
  const isSpaced = bind("xmlattr", args, "autospace").flag("autospace", true);
  if (!(value instanceof Dict)) throw new RenderError(t("xmlattr takes a map, not {0}", typeOf(value)));
  const pairs = value.pairs().filter(([, item]) => item !== null && !(item instanceof Undefined));
  const written = context.joined(
    pairs,
    ([key, item]) => `${escaped(textOf(key))}="${escaped(textOf(item))}"`,
    " ",
  );
  return (isSpaced && pairs.length > 0 ? " " : "") + written;
};

const LONGEST_ADDRESS = 2_000;
const ADDRESS = /^(?:https?:\/\/|www\.)[^\s<>"']+$/i;

const urlize: Filter = (value, args) => {
  bind("urlize", args, "trim_url_limit", "nofollow", "target", "rel", "extra_schemes");
  return escaped(textOf(value))
    .split(/(\s+)/)
    .map((word) => {
      if (word.length > LONGEST_ADDRESS) return word;
      const [before, middle, after] = withoutOuterSigns(word);
      if (!ADDRESS.test(middle)) return word;
      const address = /^www\./i.test(middle) ? `https://${middle}` : middle;
      return `${before}<a href="${address}" rel="noopener">${middle}</a>${after}`;
    })
    .join("");
};

/** Brackets before a word, the word, and brackets and stops after it. */
function withoutOuterSigns(word: string): readonly [before: string, middle: string, after: string] {
  const start = /^(?:[(<]|&lt;)*/.exec(word)?.[0].length ?? 0;
  let end = word.length;
  for (;;) {
    const last = end > start && ").,>\n".includes(word.charAt(end - 1)) ? 1 : 0;
    const taken = last === 0 && word.endsWith("&gt;", end) ? "&gt;".length : last;
    if (taken === 0 || end - taken < start)
      return [word.slice(0, start), word.slice(start, end), word.slice(end)];
    end -= taken;
  }
}

export const HTML_FILTERS: readonly (readonly [string, Filter])[] = [
  ["e", escape("e")],
  ["escape", escape("escape")],
  ["forceescape", escape("forceescape")],
  ["striptags", striptags],
  ["urlencode", urlencode],
  ["urlize", urlize],
  ["xmlattr", xmlattr],
];
