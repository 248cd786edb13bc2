// Texts in HTML templates: those between tags, and in attributes that are read out or shown. Values that are filled in between
// are numbered in each text, as in translate.ts, and may have another order in another language.

/** Replaces the texts of a template, given its parts around the values: the new parts, and the order of the values in them. */
export function replaceTexts(
  parts: readonly string[],
  replace: (text: string) => string,
): { readonly parts: readonly string[]; readonly order: readonly number[] } {
  const whole = parts.reduce((text, part, index) => `${text}${MARK}${index - 1}${MARK}${part}`);
  const replaced = whole
    .replace(TEXT, (all, before: string, text: string) =>
      isWorded(text) ? `${before}${inMarks(text, replace, escapeText)}` : all,
    )
    .replace(ATTRIBUTE, (all, name: string, text: string) =>
      isWorded(text) ? `${name}"${inMarks(text, replace, escapeAttribute)}"` : all,
    );
  const pieces = replaced.split(PIECE);
  return {
    parts: pieces.filter((_, index) => index % 2 === 0),
    order: pieces.filter((_, index) => index % 2 === 1).map(Number),
  };
}

/** The texts of a template, e.g. "{0} of {1} rows". */
export function textsOf(parts: readonly string[]): readonly string[] {
  const texts: string[] = [];
  replaceTexts(parts, (text) => {
    texts.push(text);
    return text;
  });
  return texts;
}

/** Of the private use area: no template contains it. */
const MARK = "\uE000";
const PIECE = /\uE000(\d+)\uE000/;
const PIECES = /\uE000(\d+)\uE000/g;
/** Between two tags, or a tag and an end of the template. */
const TEXT = /(^|>)([^<>]+)(?=<|$)/g;
const ATTRIBUTE = /((?:\saria-label|\saria-description|\stitle|\splaceholder|\salt|\slabel)=)"([^"]*)"/g;

/** A word of letters outside the values. */
function isWorded(text: string): boolean {
  return /\p{L}{2}/u.test(text.replace(PIECES, " "));
}

function inMarks(
  marked: string,
  replace: (text: string) => string,
  escape: (text: string) => string,
): string {
  const [, lead = "", body = "", trail = ""] = /^(\s*)([^]*?)(\s*)$/.exec(marked) ?? [];
  const values: string[] = [];
  const text = body.replace(/\s+/g, " ").replace(PIECES, (_, index: string) => `{${values.push(index) - 1}}`);
  const found = replace(text);
  if (found === text) return marked;
  const filled = escape(found).replace(/\{(\d+)\}/g, (whole, index: string) => {
    const value = values[Number(index)];
    return value === undefined ? whole : `${MARK}${value}${MARK}`;
  });
  return `${lead}${filled}${trail}`;
}

const escapeText = (text: string): string => text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
const escapeAttribute = (text: string): string => escapeText(text).replaceAll('"', "&#34;");
