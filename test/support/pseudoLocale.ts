// A language that no one speaks: each text in brackets. A text shown without brackets was not translated.
import type { Translations } from "../../core/base/index.ts";
import { translatedTexts } from "../../scripts/l10n/texts.ts";
import { repositoryFolder } from "./check.ts";

export const pseudo = (text: string): string => `⟦${text}⟧`;

export function pseudoBundle(): Translations {
  return Object.fromEntries(translatedTexts(repositoryFolder).map((text) => [text, pseudo(text)]));
}

/** The parts of a text outside all brackets, each with two words or more: one may be a name or a unit. */
export function untranslatedParts(text: string): readonly string[] {
  let rest = text;
  for (let before = ""; before !== rest;) {
    before = rest;
    rest = rest.replace(/⟦[^⟦⟧]*⟧/g, "\u2063");
  }
  return rest
    .split(/[\u2063⟦⟧\n·|]/)
    .map((part) => part.trim())
    .filter((part) => /\p{L}{2,} \p{L}{2,}/u.test(part));
}
