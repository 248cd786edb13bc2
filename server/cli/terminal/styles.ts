// Colours of our own among foreign text. Until it leaves for the terminal, a text holds marks instead of codes: codes
// that come from elsewhere are made visible, and only marks become codes. No foreign text can spell a mark.
import { randomBytes } from "node:crypto";
import { styleText } from "node:util";
import { terminalText } from "../../../core/trace/index.ts";

export type Style = Parameters<typeof styleText>[0];

/** A noncharacter, and a word that each process draws at random. */
const MARK = `\u{1ffff}${randomBytes(8).toString("hex")}`;
const ANY_MARK = new RegExp(`${MARK}(\\d+);`, "gu");
const codes: string[] = [];

/** The text between the marks of a style. Whether colours are wanted was decided before. */
export function styled(style: Style, text: string): string {
  const [open = "", close = ""] = styleText(style, "\0", { validateStream: false }).split("\0");
  return markOf(open) + text + markOf(close);
}

/** What is written to a terminal or pipe for a text: no control character but line breaks, tabs and our own colours. */
export function writable(text: string): string {
  return terminalText(text).replace(ANY_MARK, (_, index: string) => codes[Number(index)] ?? "");
}

function markOf(code: string): string {
  const known = codes.indexOf(code);
  return `${MARK}${known >= 0 ? known : codes.push(code) - 1};`;
}
