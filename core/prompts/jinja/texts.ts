// Text as Python sees it: characters are code points, white space is Python's, string literals have its escapes.
import { t } from "../../base/index.ts";
import { SyntaxMistake } from "./faults.ts";
import { reads } from "./walk.ts";

/** White space as Python has it, for a class of a regular expression. */
export const SPACES = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const LEADING = new RegExp(`^[${SPACES}]+`);
const IS_SPACE = new RegExp(`[${SPACES}]`);

/** Text without the white space, or the given characters, at its start. */
export function trimStart(text: string, characters: string | null = null): string {
  if (characters === null) return text.replace(LEADING, "");
  const parts = codePoints(text);
  const given = new Set(codePoints(characters));
  let start = 0;
  while (start < parts.length && given.has(parts[start]!)) start++;
  return parts.slice(start).join("");
}

export function trimEnd(text: string, characters: string | null = null): string {
  if (characters === null) {
    let end = text.length;
    while (end > 0 && IS_SPACE.test(text[end - 1]!)) end--;
    return text.slice(0, end);
  }
  const parts = codePoints(text);
  const given = new Set(codePoints(characters));
  let end = parts.length;
  while (end > 0 && given.has(parts[end - 1]!)) end--;
  return parts.slice(0, end).join("");
}

export function trim(text: string, characters: string | null = null): string {
  return trimEnd(trimStart(text, characters), characters);
}

/** The words of a text, as `str.split()` gives them. */
export function words(text: string): string[] {
  const trimmed = trim(text);
  return trimmed === "" ? [] : trimmed.split(new RegExp(`[${SPACES}]+`));
}

/** The characters of a text; an emoji is one. */
export function codePoints(text: string): string[] {
  reads(8 * text.length);
  return isWide(text) ? Array.from(text) : text.split("");
}

/** Whether some character of the text takes two units. */
export function isWide(text: string): boolean {
  return /[\ud800-\udbff]/.test(text);
}

export function lengthOf(text: string): number {
  return isWide(text) ? codePoints(text).length : text.length;
}

/** Half an emoji. */
export const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** What ends a line, besides \r\n: as `str.splitlines()` has it. */
const LINE_ENDS = "\\n\\r\\v\\f\\x1c-\\x1e\\x85\\u2028\\u2029";
const LINE = new RegExp(`[^${LINE_ENDS}]*(?:\\r\\n|[${LINE_ENDS}]|$)`, "g");
const LINE_END = new RegExp(`(?:\\r\\n|[${LINE_ENDS}])$`);

/** The lines of a text, as `str.splitlines()` gives them. */
export function lines(text: string, keepsEnds = false): string[] {
  const found: string[] = text.match(LINE) ?? [];
  if (found.at(-1) === "") found.pop();
  return keepsEnds ? found : found.map((line) => line.replace(LINE_END, ""));
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  a: "\x07",
  b: "\b",
  f: "\f",
  v: "\v",
  "\\": "\\",
  "'": "'",
  '"': '"',
  "\n": "",
};

/**
 * The text that a string literal means, given what is between its quotes.
 * @throws SyntaxMistake for an escape that Jinja2 refuses, such as "\\x4", and for characters by name ("\\N{BULLET}"),
 *   whose names are not part of this program
 */
export function unescaped(literal: string): string {
  return literal
    .replace(/\r\n?/g, "\n")
    .replace(
      /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{1,3})|([^]))/g,
      (
        whole,
        x: string | undefined,
        u: string | undefined,
        U: string | undefined,
        octal: string | undefined,
        one: string | undefined,
      ) => {
        const hex = x ?? u ?? U;
        const code =
          hex !== undefined ? Number.parseInt(hex, 16) : octal !== undefined ? Number.parseInt(octal, 8) : -1;
        if (code > 0x10ffff)
          throw new SyntaxMistake(t('"{0}" in a text is beyond the last character', whole));
        if (code >= 0) return String.fromCodePoint(code);
        if (one === "N")
          throw new SyntaxMistake(
            t('"\\N" in a text, a character by its name, is not read: write the character itself'),
          );
        const digits = one === undefined ? undefined : HEX_DIGITS[one];
        if (digits !== undefined)
          throw new SyntaxMistake(
            t('"\\{0}" in a text is followed by {1} hexadecimal digits', one ?? "", digits),
          );
        return ESCAPES[one ?? ""] ?? whole;
      },
    );
}

const HEX_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** A text between quotes, as Python's `repr` writes it. */
export function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  if (/^[ -&(-[\]-~]*$/.test(text)) return quote + text + quote;
  reads(16 * text.length);
  let written = "";
  for (const character of text) {
    const code = character.codePointAt(0)!;
    if (character === "\\" || character === quote) written += `\\${character}`;
    else if (character === "\n") written += "\\n";
    else if (character === "\r") written += "\\r";
    else if (character === "\t") written += "\\t";
    // Half an emoji may be a mark of the user's characters: those are written as they are.
    else if (!/[\p{C}\p{Z}]/u.test(character) || character === " " || /[\p{Co}\p{Cs}]/u.test(character))
      written += character;
    else if (code < 0x100) written += `\\x${code.toString(16).padStart(2, "0")}`;
    else if (code < 0x10000) written += `\\u${code.toString(16).padStart(4, "0")}`;
    else written += `\\U${code.toString(16).padStart(8, "0")}`;
  }
  return quote + written + quote;
}
