// Characters that look like the plain ones of a role line and are others: `usеr:` with U+0435, `ｕser:`, and characters
// that don't show at all. An editor shows no difference, and the line opens no message.
import { t } from "../base/index.ts";

/** By the plain character, those of Cyrillic, Greek, Armenian, Latin and IPA that common fonts draw like it. */
const LIKE: Readonly<Record<string, string>> = {
  a: "\u0430\u0251\u03b1",
  c: "\u0441\u03f2",
  d: "\u0501",
  e: "\u0435\u04bd\u212e",
  i: "\u0456\u0131\u03b9\u0269",
  l: "\u04cf",
  n: "\u0578\u057c",
  o: "\u043e\u03bf\u0585\u03c3",
  p: "\u0440\u03c1",
  r: "\u0433\u1d26",
  s: "\u0455\ua731",
  t: "\u1d1b\u03c4",
  u: "\u057d\u03c5\u1d1c",
  v: "\u0475\u03bd\u1d20",
  y: "\u0443\u04af\u03b3",
  A: "\u0410\u0391",
  E: "\u0415\u0395",
  I: "\u0406\u0399\u04c0",
  M: "\u041c\u039c",
  N: "\u039d",
  O: "\u041e\u039f\u0555",
  P: "\u0420\u03a1",
  S: "\u0405\u054f",
  T: "\u0422\u03a4",
  U: "\u054d",
  V: "\u0474",
  Y: "\u04ae\u03a5",
  ":": "\ua789\u02d0\u2236\u05c3\u0589\ufe30",
};
const PLAIN = new Map(
  Object.entries(LIKE).flatMap(([plain, others]) => Array.from(others, (other) => [other, plain] as const)),
);

/** What doesn't show: characters of no width, and selectors of a character's form. */
const UNSEEN = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/u;

/** A colon or what looks like one at the end of a text, with markup and white space after it. */
export const COLON_AT_END = new RegExp(
  `[:\ufe13\ufe55\uff1a${LIKE[":"]!}][*_\`\\s\\p{Cf}\\p{Default_Ignorable_Code_Point}]*$`,
  "u",
);

/** The plain character that one looks like; "" for one that doesn't show; itself for any other. */
function plainOf(character: string): string {
  return UNSEEN.test(character) ? "" : (PLAIN.get(character) ?? character.normalize("NFKC"));
}

/** A text as it looks: the plain character for each one that looks like it, and none for those that don't show. */
export function asItLooks(text: string): string {
  return Array.from(text, plainOf).join("");
}

/** Names the first character of a line that looks like another or doesn't show, as the rest of a sentence; "" without one. */
export function lookAlikeText(line: string): string {
  for (const character of line) {
    const plain = plainOf(character);
    if (plain === character || !/^[!-~]?$/.test(plain)) continue;
    const digits = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");
    return plain === ""
      ? t(": it holds U+{0}, a character that does not show", digits)
      : t(': it holds U+{0}, which looks like "{1}"', digits, plain);
  }
  return "";
}
