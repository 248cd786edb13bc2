// Splits a Jinja template into text, expressions, statements and comments with their positions, and applies
// Jinja's rules of white space to the text between them.
import type { Span } from "../positions.ts";
import { trimEnd, trimStart } from "./texts.ts";

/** Both off is Jinja's default, which prompt files have; both on is what chat templates are written for. */
export interface WhiteSpaceRules {
  /** The line end after a block or comment is removed. */
  readonly trimBlocks: boolean;
  /** Blanks between the start of a line and a block or comment are removed. */
  readonly lstripBlocks: boolean;
}

export interface Piece extends Span {
  readonly kind: "text" | "expression" | "statement" | "comment" | "raw";
  /** The characters inside the brackets, as in `{%-` and `+%}`. */
  readonly opening: "" | "-" | "+";
  readonly closing: "" | "-" | "+";
}

export interface Pieces {
  readonly pieces: readonly Piece[];
  /** The first piece that is never closed; the rest is not split. */
  readonly unclosed: Span | null;
}

const RAW = /\{%[-+]?\s*raw\s*-?%\}/y;
const OPEN_RAW = /^\{%[-+]?\s*raw\b/;
const END_RAW = /\{%[-+]?\s*endraw\s*[-+]?%\}/g;

/** One pass over the template; every piece is visited once. `{% raw %}` and `{% endraw %}` are pieces of kind raw. */
export function cutPieces(template: string): Pieces {
  const pieces: Piece[] = [];
  const addText = (start: number, end: number): void => {
    if (end > start) pieces.push({ kind: "text", start, end, opening: "", closing: "" });
  };
  const opener = /\{[{%#]/g;
  let at = 0;
  for (;;) {
    opener.lastIndex = at;
    const start = opener.exec(template)?.index ?? template.length;
    addText(at, start);
    if (start === template.length) return { pieces, unclosed: null };
    RAW.lastIndex = start;
    if (RAW.test(template)) {
      const textStart = RAW.lastIndex;
      END_RAW.lastIndex = textStart;
      const closing = END_RAW.exec(template);
      if (closing === null) return { pieces, unclosed: { start, end: textStart } };
      pieces.push(signed(template, "raw", start, textStart));
      addText(textStart, closing.index);
      pieces.push(signed(template, "raw", closing.index, END_RAW.lastIndex));
      at = END_RAW.lastIndex;
      continue;
    }
    const end = endOfPiece(template, start);
    if (end === null) return { pieces, unclosed: { start, end: guessedEnd(template, start) } };
    const sign = template[start + 1];
    const kind = sign === "{" ? "expression" : sign === "%" ? "statement" : "comment";
    pieces.push(signed(template, kind, start, end));
    at = end;
  }
}

function signed(template: string, kind: Piece["kind"], start: number, end: number): Piece {
  const signAt = (at: number): "" | "-" | "+" => {
    const sign = template[at];
    return at >= start + 2 && at <= end - 3 && (sign === "-" || sign === "+") ? sign : "";
  };
  const opening = signAt(start + 2);
  const last = signAt(end - 3);
  // `{{ x+}}` is an unfinished sum; a single `+` belongs to the opening.
  const closing = (kind === "expression" && last === "+") || end - 3 === start + 2 ? "" : last;
  return { kind, start, end, opening, closing };
}

/** The offsets of what is inside the brackets and their `-` or `+`. */
export function insideOf({ start, end, opening, closing }: Piece): Span {
  return { start: start + 2 + opening.length, end: end - 2 - closing.length };
}

/** The text of a text piece after the rules of white space; lines end with \n. */
export function textOf(
  template: string,
  pieces: readonly Piece[],
  index: number,
  rules: WhiteSpaceRules,
): string {
  const piece = pieces[index]!;
  const before = pieces[index - 1];
  const after = pieces[index + 1];
  let text = template.slice(piece.start, piece.end).replace(/\r\n?/g, "\n");
  const isBlock = (other: Piece): boolean => other.kind !== "expression" && other.kind !== "text";
  if (after?.opening === "-") text = trimEnd(text);
  else if (after !== undefined && isBlock(after) && rules.lstripBlocks && after.opening === "") {
    const lineStart = text.lastIndexOf("\n") + 1;
    if ((lineStart > 0 || before === undefined) && text.slice(lineStart).trim() === "")
      text = text.slice(0, lineStart);
  }
  if (before?.closing === "-") text = trimStart(text);
  else if (
    before !== undefined &&
    isBlock(before) &&
    // Jinja2 trims after {% endraw %}, not after {% raw %}.
    !OPEN_RAW.test(template.slice(before.start, before.end)) &&
    rules.trimBlocks &&
    before.closing === "" &&
    text.startsWith("\n")
  )
    text = text.slice(1);
  return text;
}

/** The offset after the closing bracket: strings hide brackets, braces nest. */
function endOfPiece(template: string, start: number): number | null {
  if (template[start + 1] === "#") {
    const close = template.indexOf("#}", start + 2);
    return close < 0 ? null : close + 2;
  }
  let depth = 0;
  for (let at = start + 2; at < template.length; at++) {
    const sign = template[at];
    if (sign === '"' || sign === "'") {
      at = endOfString(template, at);
    } else if (template.startsWith("%}", at) || (template.startsWith("}}", at) && depth <= 0)) {
      return at + 2;
    } else if (sign === "{") {
      depth++;
    } else if (sign === "}") {
      depth--;
    }
  }
  return null;
}

/** The offset of the closing quote, or the end of the template. */
function endOfString(template: string, start: number): number {
  const quote = template[start];
  for (let at = start + 1; at < template.length; at++) {
    if (template[at] === "\\") at++;
    else if (template[at] === quote) return at;
  }
  return template.length;
}

/** The probable intended end of an unclosed piece: its closing bracket on the same line, or the end of the line. */
function guessedEnd(template: string, start: number): number {
  const lineEnd = /[\r\n]/g;
  lineEnd.lastIndex = start;
  const end = lineEnd.exec(template)?.index ?? template.length;
  const closer = /[}%#]\}/g;
  closer.lastIndex = start + 2;
  const close = closer.exec(template.slice(0, end))?.index;
  return close === undefined ? end : close + 2;
}
