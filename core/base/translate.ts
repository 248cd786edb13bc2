// Texts that people read, in the language of the editor. A text is written in English where it is used, `{0}` standing for what
// is filled in; a bundle maps it to another language, as VS Code's own bundles do. Without a bundle it stays English.

/** By the English text. */
export type Translations = Readonly<Record<string, string>>;

// One language for a whole process or page, set before any text is asked for: it is not an argument of every sentence.
const NONE: Translations = {};
let translations = NONE;

export function useTranslations(given: Translations): void {
  translations = given;
}

/** Whether a bundle is in use. */
export function isTranslated(): boolean {
  return translations !== NONE;
}

/** E.g. t("{0} of {1} rows", 3, 5). */
export function t(text: string, ...filled: readonly (string | number)[]): string {
  const found = Object.hasOwn(translations, text) ? translations[text]! : text;
  if (filled.length === 0) return found;
  return found.replace(/\{(\d+)\}/g, (whole, index: string) => String(filled[Number(index)] ?? whole));
}

/** The element of a web page that holds its bundle, as JSON. */
export const TRANSLATIONS_ID = "laser-translations";
