// Token text made safe to show: invisible characters, and those that would reorder the text around them,
// become symbols.
import { several, t } from "../../base/index.ts";

/** Bidirectional control characters: they would reorder the text around them, on a terminal too. */
const DIRECTION = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
/** Those, zero-width characters and the byte order mark: shown as their code point. */
const INVISIBLE = /[\u0080-\u009f\u00ad\u061c\u200b-\u200f\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff]/g;
// eslint-disable-next-line no-control-regex -- these are the characters to replace
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f]/g;
/** Those that a terminal may obey. */
// eslint-disable-next-line no-control-regex -- these are the characters to replace
const DRIVING = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** For running text: symbols for characters without a glyph. E.g. "a\n" → "a⏎", "\0" → "␀". */
export function visibleText(text: string): string {
  return named(text).replaceAll("\n", "⏎");
}

/** For one line, as in tables: "a\n" → "a⏎"; leading and trailing spaces are shown. */
export function oneLineText(text: string): string {
  return visibleText(text).replace(/^ +| +$/g, (spaces) => "·".repeat(spaces.length));
}

/** For screen readers: the words, or a description of the characters. E.g. " the" → "the", "\n" → "line break". */
export function spokenText(text: string): string {
  if (text === "") return t("part of a character");
  if (/^ +$/.test(text)) return text.length === 1 ? t("space") : several(text.length, "space");
  return named(text.replace(/^ +| +$/g, "").replace(/ +/g, " "))
    .replaceAll("\n", " line break ")
    .trim();
}

function named(text: string): string {
  return withoutUnseen(
    text.replace(CONTROL, (sign) =>
      sign === "\u007f" ? "␡" : String.fromCharCode(0x2400 + sign.charCodeAt(0)),
    ),
  );
}

/**
 * The text without bidirectional controls; characters that join letters or break lines keep working. E.g. "a\u202eb"
 * → "a<U+202E>b".
 */
function withoutTurns(text: string): string {
  return text.replace(DIRECTION, byNumber);
}

/** Replaces characters without a glyph by their code point; line breaks and control characters stay. */
export function withoutUnseen(text: string): string {
  return text.replace(INVISIBLE, byNumber);
}

/**
 * Text that is safe to write to a terminal: control characters (C0 but line break and tab, DEL, C1) and those that reorder
 * text become symbols. E.g. "\u001b[2J" → "␛[2J", "\u009b" → "<U+009B>".
 */
export function terminalText(text: string): string {
  return withoutTurns(text).replace(DRIVING, (sign) =>
    sign === "\u007f" ? "␡" : sign < " " ? String.fromCharCode(0x2400 + sign.charCodeAt(0)) : byNumber(sign),
  );
}

function byNumber(sign: string): string {
  return `<U+${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}>`;
}
