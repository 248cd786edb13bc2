// JSON's own texts: white space, strings and what is written between quotes, any value.
import {
  ANY_CHARACTER,
  charactersOf,
  codePoints,
  difference,
  intersection,
  type CodePoints,
} from "../codePoints.ts";
import {
  characters,
  choice,
  optional,
  repeat,
  rule,
  sequence,
  text,
  type Expression,
} from "../expression.ts";
import { numberText } from "./numbers.ts";

/** The rule of white space: a blank, or a line break with its indent. A model could write more of it forever. */
export const WHITE_SPACE = "white space";
/** The rule of any JSON value. */
export const ANY_VALUE = "any value";
const ANY_OBJECT = "any object";
const ANY_ARRAY = "any array";
const MAX_INDENT = 20;

const CONTROL: CodePoints = [[0, 0x1f]];
const SPECIAL = charactersOf('"\\');
/** Characters that need no escape between quotes. */
const PLAIN = difference(ANY_CHARACTER, codePoints([...CONTROL, ...SPECIAL]));
const HEX = codePoints([
  [0x30, 0x39],
  [0x41, 0x46],
  [0x61, 0x66],
]);
/** First digits of \u escapes that are not surrogates, and second ones after a D. */
const HEX_BUT_D = difference(HEX, charactersOf("Dd"));
const BELOW_8 = charactersOf("01234567");

const ws = rule(WHITE_SPACE);
const hex = characters(HEX);

/** One character of a string in any spelling. */
const CHARACTER = choice(
  characters(PLAIN),
  sequence(text("\\"), characters(charactersOf('"\\/bfnrt'))),
  sequence(
    text("\\u"),
    choice(
      sequence(characters(HEX_BUT_D), hex),
      sequence(characters(charactersOf("Dd")), characters(BELOW_8)),
    ),
    hex,
    hex,
  ),
);

/** A string of this many characters. */
export function stringText(min: number, max: number | null): Expression {
  return quoted(repeat(CHARACTER, min, max));
}

export const quoted = (inside: Expression): Expression => sequence(text('"'), inside, text('"'));

/** One of these characters inside a string, in its usual spelling. */
export function inString(set: CodePoints): Expression {
  const plain = intersection(set, PLAIN);
  const others = difference(set, PLAIN).flatMap(([from, to]) =>
    Array.from({ length: to - from + 1 }, (_, i) => String.fromCodePoint(from + i)),
  );
  return choice(
    ...(plain.length === 0 ? [] : [characters(plain)]),
    ...others.map((one) => text(JSON.stringify(one).slice(1, -1))),
  );
}

/**
 * A key that is none of the given names. It is written without escapes, so that no other spelling of a name is left.
 */
export function keyOtherThan(names: readonly string[]): Expression {
  return sequence(text('"'), restOfKey(names.map((name) => Array.from(name))));
}

/** What may follow, up to the quote, where the names' beginnings up to here were written. */
function restOfKey(names: readonly (readonly string[])[]): Expression {
  const begun = names.filter((name) => name.length > 0);
  const first = [...new Set(begun.map((name) => name[0]!))];
  const others = difference(PLAIN, charactersOf(first.join("")));
  const isName = begun.length < names.length;
  return choice(
    ...(isName ? [] : [text('"')]),
    sequence(characters(others), repeat(characters(PLAIN), 0, null), text('"')),
    ...first.map((one) =>
      sequence(text(one), restOfKey(begun.filter((name) => name[0] === one).map((name) => name.slice(1)))),
    ),
  );
}

/** Items with commas between them. */
export const separated = (item: Expression, min: number, max: number | null): Expression => {
  if (max === 0) return text("");
  const others = repeat(sequence(text(","), ws, item), Math.max(0, min - 1), max && max - 1);
  const some = sequence(item, others);
  return min === 0 ? optional(some) : some;
};

export const inBraces = (inside: Expression): Expression => sequence(text("{"), ws, inside, ws, text("}"));
export const inBrackets = (inside: Expression): Expression => sequence(text("["), ws, inside, ws, text("]"));
export const pairOf = (key: Expression, value: Expression): Expression => sequence(key, text(":"), ws, value);

/** The rules that the expressions of this file refer to. */
export const JSON_RULES: readonly (readonly [string, Expression])[] = [
  [WHITE_SPACE, choice(text(""), text(" "), sequence(text("\n"), repeat(text(" "), 0, MAX_INDENT)))],
  [
    ANY_VALUE,
    choice(
      rule(ANY_OBJECT),
      rule(ANY_ARRAY),
      stringText(0, null),
      numberText(),
      text("true"),
      text("false"),
      text("null"),
    ),
  ],
  [ANY_OBJECT, inBraces(separated(pairOf(stringText(0, null), rule(ANY_VALUE)), 0, null))],
  [ANY_ARRAY, inBrackets(separated(rule(ANY_VALUE), 0, null))],
];
