// The filter language: words, "phrases" and @name<operator>value terms, all of which must match; "-" before a
// term negates it, "|" between values gives alternatives. E.g. @verdict:relaxed @rank>2 -@source:prompt text
// Takes time linear in the length of any text.
import { t } from "../../base/index.ts";
import { fieldOf, QUERY_FIELDS, type NumberField, type TextField, type WordField } from "./queryFields.ts";
import { nearestNames } from "./queryNames.ts";
import { parseRange, type NumberRange } from "./queryNumbers.ts";
import { fault, scanQuery, type QueryFault, type ScannedTerm } from "./queryScan.ts";
import type { QueryToken } from "./queryToken.ts";

/** The test of a term. All texts are lower case. */
type Test =
  | { readonly kind: "word"; readonly needle: string }
  | {
      readonly kind: "number";
      readonly field: NumberField;
      readonly ranges: readonly NumberRange[];
      readonly isNot: boolean;
    }
  | {
      readonly kind: "oneOf";
      readonly field: WordField;
      readonly words: ReadonlySet<string>;
      readonly isNot: boolean;
    }
  | {
      readonly kind: "text";
      readonly field: TextField;
      readonly needles: readonly string[];
      readonly how: "contains" | "equals" | "notEquals";
    };

export interface Query {
  readonly terms: readonly { readonly isNegated: boolean; readonly test: Test }[];
}

export type ParsedQuery = { readonly ok: true; readonly query: Query } | QueryFault;

/** Reads a query; the empty one matches everything. Never throws. */
export function parseQuery(text: string): ParsedQuery {
  const scanned = scanQuery(text);
  if (!scanned.ok) return scanned;
  const terms: Query["terms"][number][] = [];
  for (const term of scanned.terms) {
    const test = testOf(term);
    if ("ok" in test) return test;
    terms.push({ isNegated: term.isNegated, test });
  }
  return { ok: true, query: { terms } };
}

/**
 * Whether all terms match a token. A figure that the token does not have matches no comparison, `!=` included;
 * a term negated by "-" then matches.
 */
export function isMatch({ terms }: Query, token: QueryToken): boolean {
  return terms.every(({ isNegated, test }) => holds(test, token) !== isNegated);
}

function holds(test: Test, token: QueryToken): boolean {
  switch (test.kind) {
    case "word":
      return token.text.toLowerCase().includes(test.needle);
    case "number": {
      const value = test.field.valueOf(token);
      if (value === null) return holdsAbove(test, test.field.aboveOf?.(token) ?? null);
      return test.ranges.some((range) => isWithin(value, range)) !== test.isNot;
    }
    case "oneOf": {
      const word = test.field.valueOf(token);
      return word !== null && test.words.has(word) !== test.isNot;
    }
    case "text": {
      const values = test.field.valuesOf(token).map((value) => value.toLowerCase());
      if (test.how === "contains")
        return values.some((value) => test.needles.some((needle) => value.includes(needle)));
      const isEqual = values.some((value) => test.needles.includes(value));
      return test.how === "equals" ? isEqual : values.length > 0 && !isEqual;
    }
  }
}

/** Whether a test is certain for a whole number of which only a bound is known, e.g. @rank>2 for a rank above 128. */
function holdsAbove(
  { ranges, isNot }: Pick<Extract<Test, { kind: "number" }>, "ranges" | "isNot">,
  above: number | null,
): boolean {
  if (above === null) return false;
  const least = above + 1;
  if (!isNot) return ranges.some((range) => range.high === Infinity && isWithin(least, range));
  return ranges.every(({ high }) => high < least);
}

function isWithin(value: number, { low, high, isOpen }: NumberRange): boolean {
  return isOpen ? value > low && value < high : value >= low && value <= high;
}

function testOf(term: ScannedTerm): Test | QueryFault {
  if (term.kind === "word") return { kind: "word", needle: term.text.toLowerCase() };
  const field = fieldOf(term.name);
  if (field === undefined) {
    const names = nearestNames(
      term.name,
      QUERY_FIELDS.map(({ name }) => name),
    );
    const known = names.map((name) => `@${name}`).join(", ");
    return fault(term.nameAt, 1 + term.name.length, t("Unknown name @{0}. Try {1}.", term.name, known));
  }
  if (field.kind === "number") return numberTest(field, term);
  const { operator, operatorAt, values } = term;
  if (operator !== ":" && operator !== "=" && operator !== "!=") {
    const message = `@${field.name} takes words, which can't be compared by size: use : or !=, as in ${field.example}.`;
    return fault(operatorAt, operator.length, message);
  }
  if (field.kind === "word") return wordTest(field, term);
  const needles = values.map(({ text }) => text.toLowerCase());
  const how = operator === ":" ? "contains" : operator === "=" ? "equals" : "notEquals";
  return { kind: "text", field, needles, how };
}

type FieldTerm = Extract<ScannedTerm, { kind: "field" }>;

function numberTest(field: NumberField, { operator, values }: FieldTerm): Test | QueryFault {
  const ranges: NumberRange[] = [];
  for (const value of values) {
    const range = parseRange(field, operator, value);
    if ("ok" in range) return range;
    ranges.push(range);
  }
  return { kind: "number", field, ranges, isNot: operator === "!=" };
}

function wordTest(field: WordField, { operator, values }: FieldTerm): Test | QueryFault {
  const wanted = new Set<string>();
  for (const { at, length, text } of values) {
    const key = [...field.words.keys()].find((word) => word.toLowerCase() === text.toLowerCase());
    if (key === undefined) {
      if (text.includes(",")) {
        const written = text.slice(0, 40).replaceAll(",", "|");
        return fault(
          at,
          length,
          t("@{0} separates alternatives by |, not by commas: write {1}.", field.name, written),
        );
      }
      const known = nearestNames(text, [...field.words.keys()]).join(", ");
      return fault(
        at,
        length,
        t("“{0}” is not a value of @{1}. Try {2}.", text.slice(0, 40), field.name, known),
      );
    }
    for (const word of field.words.get(key)!) wanted.add(word);
  }
  return { kind: "oneOf", field, words: wanted, isNot: operator === "!=" };
}
