// Filters of texts. Like Jinja2's, they take any value and work on what it prints.
import { t } from "../../../base/index.ts";
import { bind } from "../arguments.ts";
import type { Filter } from "../context.ts";
import { RenderError } from "../faults.ts";
import { formatPercent } from "../formatting.ts";
import { capitalized } from "../letterCase.ts";
import { halves, replaced } from "../methods.ts";
import { codePoints, lengthOf, lines, SPACES, trim } from "../texts.ts";
import { Dict, itemsOrNull, Tuple, typeOf, type Value } from "../values.ts";
import { textOf } from "../writing.ts";
import { wrapped } from "./wrap.ts";

const plain =
  (name: string, action: (text: string) => Value): Filter =>
  (value, args, context) => {
    bind(name, args);
    const text = textOf(value);
    return context.carry([text], (given) => action(given(text) as string));
  };

const DEFAULT_LEEWAY = 5;

const truncate: Filter = (value, args) => {
  const given = bind("truncate", args, "length", "killwords", "end", "leeway");
  const length = given.integer("length", 255);
  const end = given.text("end", "...");
  const leeway = given.get("leeway") === null ? DEFAULT_LEEWAY : given.integer("leeway", DEFAULT_LEEWAY);
  const size = typeof value === "string" ? lengthOf(value) : (itemsOrNull(value)?.length ?? null);
  if (size !== null && size <= length + leeway) return textOf(value);
  if (typeof value !== "string") throw new RenderError(t("truncate takes a text, not {0}", typeOf(value)));
  const kept = codePoints(value)
    .slice(0, Math.max(0, length - lengthOf(end)))
    .join("");
  if (given.flag("killwords")) return kept + end;
  const blank = kept.lastIndexOf(" ");
  return (blank < 0 ? kept : kept.slice(0, blank)) + end;
};

const indent: Filter = (value, args, context) => {
  const given = bind("indent", args, "width", "first", "blank");
  const width = given.get("width", 4);
  const amount = typeof width === "string" ? 0 : given.integer("width", 4);
  context.allow(amount);
  const by = typeof width === "string" ? width : " ".repeat(Math.max(0, amount));
  const [first = "", ...rest] = lines(`${textOf(value)}\n`);
  const isBlank = given.flag("blank");
  context.allow(by.length * rest.length);
  const all = [first, ...rest.map((line) => (line === "" && !isBlank ? line : by + line))].join("\n");
  return given.flag("first") ? by + all : all;
};

const center: Filter = (value, args, context) => {
  const width = bind("center", args, "width").integer("width", 80);
  context.allow(width);
  const text = textOf(value);
  const missing = Math.max(0, width - lengthOf(text));
  const [left, right] = halves(missing, width);
  return " ".repeat(left) + text + " ".repeat(right);
};

const wordwrap: Filter = (value, args) => {
  const given = bind("wordwrap", args, "width", "break_long_words", "wrapstring", "break_on_hyphens");
  const form = {
    width: Math.max(1, given.integer("width", 79)),
    breaksWords: given.flag("break_long_words", true),
    breaksHyphens: given.flag("break_on_hyphens", true),
  };
  const end = given.get("wrapstring") === null ? "\n" : given.text("wrapstring");
  return lines(textOf(value))
    .map((line) => wrapped(line, form).join(end))
    .join(end);
};

/** What the filter `title`, unlike the method, takes for the start of a word. */
const WORD_STARTS = new RegExp(`([-${SPACES}({[<]+)`);

export const TEXT_FILTERS: readonly (readonly [string, Filter])[] = [
  ["upper", plain("upper", (text) => text.toUpperCase())],
  ["lower", plain("lower", (text) => text.toLowerCase())],
  ["capitalize", plain("capitalize", capitalized)],
  ["title", plain("title", (text) => text.split(WORD_STARTS).map(titled).join(""))],
  ["string", plain("string", (text) => text)],
  ["safe", plain("safe", (text) => text)],
  ["wordcount", plain("wordcount", (text) => text.match(/[\p{L}\p{N}_]+/gu)?.length ?? 0)],
  [
    "trim",
    (value, args) => {
      const characters = bind("trim", args, "chars").get("chars");
      return trim(textOf(value), characters === null ? null : textOf(characters));
    },
  ],
  [
    "replace",
    (value, args, context) => {
      const given = bind("replace", args, "old", "new", "count");
      const count = given.get("count") === null ? -1 : given.integer("count", -1);
      return replaced(textOf(value), given.text("old"), given.text("new"), count, context);
    },
  ],
  [
    "format",
    (value, { positional, named }, context) =>
      formatPercent(textOf(value), named.size > 0 ? Dict.of(named) : new Tuple(positional), context),
  ],
  ["truncate", truncate],
  ["indent", indent],
  ["center", center],
  ["wordwrap", wordwrap],
];

function titled(part: string): string {
  const [first = "", ...rest] = codePoints(part);
  return first.toUpperCase() + rest.join("").toLowerCase();
}
