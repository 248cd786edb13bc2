// Splits a Jinja template into text, expressions, statements and comments with their positions, which the
// Jinja package does not report, and applies the white space rules to the text between them.
import type { Span } from "./positions.ts";

export interface Piece extends Span {
  readonly kind: "text" | "expression" | "statement" | "comment";
  /** `{{-`: white space before it is removed. */
  readonly stripsBefore: boolean;
  /** `-}}`: white space after it is removed. */
  readonly stripsAfter: boolean;
}

export interface Pieces {
  readonly pieces: readonly Piece[];
  /** The first piece that is never closed; the rest is not split. */
  readonly unclosed: Span | null;
}

/** One pass over the template; every piece is visited once. */
export function cutPieces(template: string): Pieces {
  const pieces: Piece[] = [];
  const opener = /\{[{%#]/g;
  let at = 0;
  for (;;) {
    opener.lastIndex = at;
    const start = opener.exec(template)?.index ?? template.length;
    if (start > at)
      pieces.push({ kind: "text", start: at, end: start, stripsBefore: false, stripsAfter: false });
    if (start === template.length) return { pieces, unclosed: null };
    const end = endOfPiece(template, start);
    if (end === null) return { pieces, unclosed: { start, end: guessedEnd(template, start) } };
    const sign = template[start + 1];
    pieces.push({
      kind: sign === "{" ? "expression" : sign === "%" ? "statement" : "comment",
      start,
      end,
      stripsBefore: template[start + 2] === "-",
      stripsAfter: template[end - 3] === "-" && end - 3 > start + 1,
    });
    at = end;
  }
}

/**
 * The text of a text piece after the rules: lines end with \n; a line with only a block leaves no indent or
 * line end.
 */
export function textOf(template: string, pieces: readonly Piece[], index: number): string {
  const piece = pieces[index]!;
  const before = pieces[index - 1];
  const after = pieces[index + 1];
  let text = template.slice(piece.start, piece.end).replace(/\r\n?/g, "\n");
  if (after !== undefined && (after.kind === "statement" || after.kind === "comment")) {
    const lineStart = text.lastIndexOf("\n") + 1;
    if ((lineStart > 0 || before === undefined) && isBlank(text, lineStart)) text = text.slice(0, lineStart);
  }
  if (
    before !== undefined &&
    (before.kind === "statement" || before.kind === "comment") &&
    text.startsWith("\n")
  )
    text = text.slice(1);
  if (before?.stripsAfter === true) text = text.trimStart();
  if (after?.stripsBefore === true) text = text.trimEnd();
  return text;
}

function isBlank(text: string, from: number): boolean {
  for (let at = from; at < text.length; at++) if (text[at] !== " " && text[at] !== "\t") return false;
  return true;
}

/** The offset after the closing sign, found as the Jinja package does: strings hide signs, braces nest. */
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

/** The probable intended end of an unclosed piece: its closing sign on the same line, or the end of the line. */
function guessedEnd(template: string, start: number): number {
  const lineEnd = /[\r\n]/g;
  lineEnd.lastIndex = start;
  const end = lineEnd.exec(template)?.index ?? template.length;
  const closer = /[}%#]\}/g;
  closer.lastIndex = start + 2;
  const close = closer.exec(template.slice(0, end))?.index;
  return close === undefined ? end : close + 2;
}
