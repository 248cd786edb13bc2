// Splits the filter text into terms with their positions, one character at a time.
import { t } from "../../base/index.ts";

export interface QueryFault {
  readonly ok: false;
  /** Offset in the text, in UTF-16 units. */
  readonly at: number;
  readonly length: number;
  /** What is wrong and how to correct it. */
  readonly message: string;
}

const OPERATORS = [":", "=", "!=", ">", ">=", "<", "<="] as const;
export type Operator = (typeof OPERATORS)[number];

export interface ScannedValue {
  readonly at: number;
  readonly length: number;
  readonly text: string;
}

interface Placed {
  readonly at: number;
  readonly length: number;
  readonly isNegated: boolean;
}

export type ScannedTerm =
  | (Placed & { readonly kind: "word"; readonly text: string })
  | (Placed & {
      readonly kind: "field";
      /** Without its @. */
      readonly name: string;
      readonly nameAt: number;
      readonly operator: Operator;
      readonly operatorAt: number;
      /** The alternatives, at least one. */
      readonly values: readonly ScannedValue[];
    });

export type Scanned = { readonly ok: true; readonly terms: readonly ScannedTerm[] } | QueryFault;

export function fault(at: number, length: number, message: string): QueryFault {
  return { ok: false, at, length, message };
}

export function isSpace(character: string | undefined): boolean {
  return character?.trim() === "";
}

/**
 * Splits a text into terms: words, "phrases" and @name<operator>value|value, each optionally preceded by "-". Spaces
 * are allowed on both sides of an operator and of a bar.
 */
export function scanQuery(text: string): Scanned {
  const terms: ScannedTerm[] = [];
  let at = 0;
  for (;;) {
    at = afterSpaces(text, at);
    if (at >= text.length) return { ok: true, terms };
    const term = scanTerm(text, at);
    if ("ok" in term) return term;
    terms.push(term);
    at = term.at + term.length;
  }
}

function scanTerm(text: string, at: number): ScannedTerm | QueryFault {
  const next = text[at + 1];
  const isNegated = text[at] === "-" && next !== undefined && !isSpace(next);
  const from = isNegated ? at + 1 : at;
  if (text[from] === "@") return scanField(text, at, from, isNegated);
  const value = scanValue(text, from, isSpace);
  if ("ok" in value) return value;
  const { length } = value;
  if (text.slice(from, from + length) === "|")
    return fault(
      from,
      1,
      t('| separates the values of a name, as in @rank:2|3. To find the character itself, write "|".'),
    );
  return { kind: "word", at, length: from - at + length, isNegated, text: value.text };
}

function scanField(text: string, at: number, from: number, isNegated: boolean): ScannedTerm | QueryFault {
  let to = from + 1;
  while (to < text.length && !isSpace(text[to]) && !':=!<>"|'.includes(text[to]!)) to++;
  const name = text.slice(from + 1, to);
  if (name === "")
    return fault(
      from,
      1,
      t('A name is missing after @: write one, as in @rank>2. To find the character itself, write "@".'),
    );
  const operatorAt = afterSpaces(text, to);
  const two = text.slice(operatorAt, operatorAt + 2);
  const operator = OPERATORS.find((one) => one === two) ?? OPERATORS.find((one) => one === two[0]);
  if (operator === undefined) {
    return text[operatorAt] === "!"
      ? fault(operatorAt, 1, t("A = is missing after @{0}!: write @{1}!=….", name, name))
      : fault(
          from,
          to - from,
          t("An operator and a value are missing after @{0}: write @{1}:….", name, name),
        );
  }
  const values: ScannedValue[] = [];
  let end = operatorAt + operator.length;
  end = valueFrom(text, end);
  for (;;) {
    const value = scanValue(text, end, (character) => isSpace(character) || character === "|");
    if ("ok" in value) return value;
    if (value.length === 0) {
      return fault(from, end - from, t("A value is missing after {0}.", text.slice(from, end)));
    }
    values.push(value);
    end += value.length;
    const bar = afterSpaces(text, end);
    if (text[bar] !== "|") break;
    end = valueFrom(text, bar + 1);
  }
  const placed = { at, length: end - at, isNegated };
  return { kind: "field", ...placed, name, nameAt: from, operator, operatorAt, values };
}

/**
 * Where the value after an operator or a bar begins: "@rank> 2" is @rank>2, but in "@rank> @p<5%" it is still missing,
 * and the given offset is returned.
 */
function valueFrom(text: string, at: number): number {
  const next = afterSpaces(text, at);
  return next < text.length && !/^-?@/.test(text.slice(next, next + 2)) ? next : at;
}

/** The offset of the next character that is not a space. */
function afterSpaces(text: string, at: number): number {
  let to = at;
  while (to < text.length && isSpace(text[to])) to++;
  return to;
}

/** A "quoted" text, in which \" and \\ are escapes, or everything up to where `ends` returns true. */
function scanValue(
  text: string,
  at: number,
  ends: (character: string | undefined) => boolean,
): ScannedValue | QueryFault {
  if (text[at] !== '"') {
    let to = at;
    while (to < text.length && !ends(text[to])) to++;
    return { at, length: to - at, text: text.slice(at, to) };
  }
  const parts: string[] = [];
  for (let to = at + 1; to < text.length; to++) {
    const character = text[to]!;
    if (character === '"') return { at, length: to + 1 - at, text: parts.join("") };
    const isEscaped = character === "\\" && (text[to + 1] === '"' || text[to + 1] === "\\");
    parts.push(isEscaped ? text[++to]! : character);
  }
  return fault(at, text.length - at, t('The quotation mark is not closed: end the phrase with another ".'));
}
