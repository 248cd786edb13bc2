// What is being written at a place in the template. It reads backwards from the place: half an expression has no tree yet.
import type { Span } from "../positions.ts";

export type TemplateCursor =
  /** Between the pieces, at the start of a line that may become a role line. */
  | { readonly kind: "lineStart"; readonly word: Span }
  | { readonly kind: "text" }
  | { readonly kind: "value" | "filter" | "test" | "statement"; readonly word: Span }
  /** After a dot: the names before it, from the outermost. */
  | { readonly kind: "part"; readonly of: readonly string[]; readonly word: Span };

/** An expression is read back so far. */
const FARTHEST = 4_000;
const WORD = /[\p{L}_][\p{L}\p{Nd}_]*$/u;
const PARTS = /((?:[\p{L}_][\p{L}\p{Nd}_]*\s*\.\s*)+)([\p{L}\p{Nd}_]*)$/u;

/** @param offset into the source, not before `bodyOffset` */
export function templateCursor(source: string, bodyOffset: number, offset: number): TemplateCursor {
  const first = Math.max(bodyOffset, offset - FARTHEST);
  const before = source.slice(first, offset);
  const opening = openingBefore(before);
  const after = /^[\p{L}\p{Nd}_]*/u.exec(source.slice(offset, offset + 200))?.[0].length ?? 0;
  if (opening === null) {
    const line = before.slice(Math.max(before.lastIndexOf("\n"), before.lastIndexOf("\r")) + 1);
    const isStart = /^\s*#?\s*[a-z]*$/i.test(line) && (line.length < before.length || first === bodyOffset);
    const word = { start: offset - (/[a-z]*$/i.exec(line)?.[0].length ?? 0), end: offset + after };
    return isStart ? { kind: "lineStart", word } : { kind: "text" };
  }
  if (opening.sign === "#") return { kind: "text" };
  const inside = before.slice(opening.at + 2).replace(/^[-+]/, "");
  const masked = withoutTexts(inside);
  if (masked === null) return { kind: "text" };
  const parts = PARTS.exec(masked);
  const length = parts?.[2]?.length ?? WORD.exec(masked)?.[0].length ?? 0;
  const word = { start: offset - length, end: offset + after };
  if (parts !== null) {
    const of = (parts[1] ?? "")
      .split(".")
      .map((name) => name.trim())
      .filter((name) => name !== "");
    return { kind: "part", of, word };
  }
  const lead = masked.slice(0, masked.length - length);
  if (opening.sign === "%" && lead.trim() === "") return { kind: "statement", word };
  if (/\|\s*$/.test(lead) || (opening.sign === "%" && /^\s*filter\s+$/.test(lead)))
    return { kind: "filter", word };
  if (/(?:^|[\s)\]])is(?:\s+not)?\s+$/.test(lead)) return { kind: "test", word };
  // A number, or a name that is being given a value.
  if (/[\d.]$/.test(lead) || (opening.sign === "%" && /^\s*(?:for|set|macro|with|block)\s+$/.test(lead)))
    return { kind: "text" };
  return { kind: "value", word };
}

/** The last `{{`, `{%` or `{#` that is not closed before the end of the text. */
function openingBefore(text: string): { readonly at: number; readonly sign: string } | null {
  // From 0 on, `lastIndexOf` would find the same brace forever.
  for (let at = text.lastIndexOf("{"); at >= 0; at = at === 0 ? -1 : text.lastIndexOf("{", at - 1)) {
    const sign = text[at + 1];
    // The text ends with the second brace of `{{`, or with the first, which opens nothing yet.
    if (sign !== "{" && sign !== "%" && sign !== "#") continue;
    const isInner = sign === "{" && text[at - 1] === "{" && text[at + 2] !== "-";
    const start = isInner && text[at + 2] !== "{" ? at - 1 : at;
    const closing = sign === "{" ? "}}" : `${sign}}`;
    return text.includes(closing, start + 2) ? null : { at: start, sign };
  }
  return null;
}

/** Quoted text is replaced by blanks; null inside an open quote. */
function withoutTexts(text: string): string | null {
  const masked = text.replace(/"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'/g, (quoted) =>
    ")".padStart(quoted.length),
  );
  return /["']/.test(masked) ? null : masked;
}
