// The help of the filter box, and suggestions while a query is typed.
import { t } from "../../base/index.ts";
import { fieldOf, QUERY_FIELDS } from "./queryFields.ts";
import { isSpace } from "./queryScan.ts";

export interface QueryHelp {
  readonly term: string;
  readonly meaning: string;
  readonly example: string;
}

/** The names, then the syntax of terms. */
export const QUERY_HELP: readonly QueryHelp[] = [
  ...QUERY_FIELDS.map((field) => ({
    term: `@${field.name}`,
    meaning:
      field.kind === "word"
        ? `${field.meaning}. One of ${[...field.words.keys()].join(", ")}`
        : field.meaning,
    example: field.example,
  })),
  { term: "word", meaning: t("the token's text contains it, ignoring case"), example: "the" },
  {
    term: '"phrase"',
    meaning: t('the same with spaces or punctuation; \\" is a quotation mark'),
    example: '" the"',
  },
  { term: "-", meaning: t("before a term: negates it"), example: "-@verdict:kept" },
  {
    term: "|",
    meaning: t("between values: any of them; spaces around it are allowed"),
    example: "@source:pool|output",
  },
  { term: ":  =  !=", meaning: t("equals, or does not; for names, : means contains"), example: "@rank!=1" },
  {
    term: ">  >=  <  <=",
    meaning: t(
      "greater or less than; an unknown value matches neither, but a rank that was not recorded counts as high",
    ),
    example: "@rank>=3",
  },
  { term: "a..b", meaning: t("from a to b, inclusive; either end may be left out"), example: "@rank:2..5" },
];

/** Start (including its "-") and end of the term at the caret. */
export function termAt(text: string, caret: number): { readonly from: number; readonly to: number } {
  const at = Math.min(Math.max(Math.trunc(caret) || 0, 0), text.length);
  let [from, isQuoted] = [0, false];
  for (let i = 0; i < at; i++) {
    if (isQuoted && text[i] === "\\") i++;
    else if (text[i] === '"') isQuoted = !isQuoted;
    else if (!isQuoted && isSpace(text[i])) from = i + 1;
  }
  let to = at;
  for (; to < text.length; to++) {
    if (isQuoted && text[to] === "\\") to++;
    else if (text[to] === '"') isQuoted = !isQuoted;
    else if (!isQuoted && isSpace(text[to])) break;
  }
  return { from, to: Math.min(to, text.length) };
}

/** Names in a trace, to suggest as values. */
export type KnownNames = Readonly<Partial<Record<"group" | "entry", readonly string[]>>>;

/** Suggestions that may replace the term at the caret, from `termAt().from` to the caret. */
export function completionsOf(text: string, caret: number, known: KnownNames = {}): readonly string[] {
  const at = Math.min(Math.max(Math.trunc(caret) || 0, 0), text.length);
  const typed = text.slice(termAt(text, at).from, at);
  const [, minus = "", name, operator, values = ""] =
    /^(-?)@([^:=!<>"|]*)(?:(!=|[:=])(.*))?$/s.exec(typed) ?? [];
  if (name === undefined) return [];
  if (operator === undefined) {
    const begun = name.toLowerCase();
    const names = QUERY_FIELDS.filter((field) => field.name.startsWith(begun));
    return names.map((field) => `${minus}@${field.name}${field.kind === "number" ? "" : ":"}`);
  }
  const field = fieldOf(name);
  const bar = values.lastIndexOf("|") + 1;
  const begun = values.slice(bar).replace(/^"/, "").toLowerCase();
  const before = `${minus}@${name}${operator}${values.slice(0, bar)}`;
  const words =
    field?.kind === "word"
      ? [...field.words.keys()]
      : field?.name === "group" || field?.name === "entry"
        ? (known[field.name] ?? [])
        : [];
  return words.filter((word) => word.toLowerCase().startsWith(begun)).map((word) => before + quoted(word));
}

/** A value as written in a query: quoted if it would end early or mean something else otherwise. */
export function quoted(value: string): string {
  const isPlain = /^[^\s"|]+$/.test(value);
  return isPlain ? value : `"${value.replace(/["\\]/g, (sign) => `\\${sign}`)}"`;
}
