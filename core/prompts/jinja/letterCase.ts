// Upper and lower case as Python's methods of texts have it. Where JavaScript agrees (`upper`, `lower`), its own are used.
import { codePoints } from "./texts.ts";

const UPPER = /\p{Uppercase}/u;
const LOWER = /\p{Lowercase}/u;
const TITLE = /\p{Lt}/u;
const CASED = /\p{Cased}/u;

const IOTA_BELOW = "\u0345";

/** Letters for two sounds, whose capital at the start of a word is one of its own: ǆ becomes ǅ, not Ǆ. */
const DIGRAPHS = new Map<string, string>(
  ["ǅǆǄ", "ǈǉǇ", "ǋǌǊ", "ǲǳǱ"].flatMap(([title = "", small = "", large = ""]) => [
    [small, title],
    [large, title],
  ]),
);

/** A character at the start of a word: ß becomes Ss, and ﬁ becomes Fi. */
function capital(character: string): string {
  const digraph = DIGRAPHS.get(character);
  if (digraph !== undefined || TITLE.test(character)) return digraph ?? character;
  // Georgian has capitals for whole words alone.
  if (/\p{Script=Georgian}/u.test(character)) return character;
  // A Greek iota below the letter stays there.
  const parts = character.normalize("NFD");
  if (parts.endsWith(IOTA_BELOW))
    return (parts.slice(0, -1).normalize("NFC").toUpperCase() + IOTA_BELOW).normalize("NFC");
  const upper = character.toUpperCase();
  const first = /^\P{Lu}*\p{Lu}/u.exec(upper)?.[0] ?? upper;
  return first + upper.slice(first.length).toLowerCase();
}

/** A text with a capital at its start and small letters after it. */
export function capitalized(text: string): string {
  return changed(text, (_, at) => (at === 0 ? "capital" : "small"));
}

/** A capital after each character without case, as in `It'S` and `中文Abc`. */
export function titled(text: string): string {
  let isInside = false;
  return changed(text, (one) => {
    const change = isInside ? "small" : "capital";
    isInside = CASED.test(one);
    return change;
  });
}

export function swapped(text: string): string {
  return changed(text, (one) => (UPPER.test(one) ? "small" : LOWER.test(one) ? "large" : "none"));
}

/** For comparing without case: ß as ss, and ς as σ. */
export function folded(text: string): string {
  return codePoints(text)
    .map((one) => (one === "ı" ? one : one.toLowerCase().toUpperCase().toLowerCase()))
    .map((one) => one.replace(/ς/g, "σ"))
    .join("");
}

export function isUpper(text: string): boolean {
  return UPPER.test(text) && !LOWER.test(text) && !TITLE.test(text);
}

export function isLower(text: string): boolean {
  return LOWER.test(text) && !UPPER.test(text) && !TITLE.test(text);
}

/** Whether each word begins with a capital, which small letters follow. */
export function isTitled(text: string): boolean {
  let isInside = false;
  let hasCase = false;
  for (const one of codePoints(text)) {
    const isCapital = UPPER.test(one) || TITLE.test(one);
    if (isCapital ? isInside : LOWER.test(one) && !isInside) return false;
    isInside = isCapital || LOWER.test(one);
    hasCase ||= isInside;
  }
  return hasCase;
}

/** The text with each character changed. */
function changed(
  text: string,
  change: (character: string, at: number) => "capital" | "small" | "large" | "none",
): string {
  const small = smallLetters(text);
  return codePoints(text)
    .map((one, at) => {
      const asked = change(one, at);
      if (asked === "capital") return capital(one);
      return asked === "small" ? small[at]! : asked === "large" ? one.toUpperCase() : one;
    })
    .join("");
}

/** What each character of the text becomes as a small letter among its neighbours: Σ at the end of a word is ς. */
function smallLetters(text: string): readonly string[] {
  const lowered = codePoints(text.toLowerCase());
  let at = 0;
  return codePoints(text).map((one) => {
    const start = at;
    at += codePoints(one.toLowerCase()).length;
    return lowered.slice(start, at).join("");
  });
}
