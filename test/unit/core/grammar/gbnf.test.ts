// Grammars in GBNF: which texts they match, what is wrong with others, and what they may cost.
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import { ANY_CHARACTER, codePoints, complement, utf8Ranges } from "../../../../core/grammar/codePoints.ts";
import {
  compileNetwork,
  GrammarError,
  Matcher,
  parseGbnf,
  type GrammarFault,
} from "../../../../core/grammar/index.ts";
import { table } from "../../../support/check.ts";
import { readingOf } from "../../../support/decoding/matchText.ts";
import { forAll } from "../../../support/property.ts";

const matcherOf = (source: string): Matcher => new Matcher(compileNetwork(parseGbnf(source), "grammar"));

table(
  "a grammar",
  [
    {
      name: "of a text",
      source: 'root ::= "yes" | "no"',
      whole: ["yes", "no"],
      open: ["", "y"],
      refused: ["yesno", "N"],
    },
    {
      name: "with classes and counts",
      source: "root ::= [A-Z] [^0-9\\n]{2,3} [\\]\\-x]?",
      whole: ["Abc", "Aé😀", "Abcd", "Abc]", "Abcd-", "Abcx"],
      open: ["A", "Ab"],
      refused: ["abc", "A1", "Ab\n", "Abcde]"],
    },
    {
      name: "with rules, comments and lines",
      source: '# answer\nroot ::= item ("," ws\n  item)* # list\nitem ::= [a-z]+ |\n  "-"\nws ::= " "?\n',
      whole: ["ab", "ab,c", "ab, -"],
      open: ["ab,", "ab, "],
      refused: [",", "ab ,c"],
    },
    {
      name: "that nests",
      source: 'root ::= "(" root* ")"',
      whole: ["()", "(())", "(()(()))"],
      open: ["(", "((", "(()"],
      refused: [")", "())"],
    },
    {
      name: "with repeated nothing",
      source: 'root ::= (("a"?)* "b"?)+',
      whole: ["", "a", "aab", "abab"],
      open: [],
      refused: ["c"],
    },
    {
      name: "with escapes",
      source: 'root ::= "\\x41\\u00e9\\U0001F600\\"\\\\\\t" .',
      whole: ['Aé😀"\\\tz', 'Aé😀"\\\t\n'],
      open: ["A"],
      refused: ["B"],
    },
    {
      name: "with an empty way out",
      source: 'root ::= "a" root |',
      whole: ["", "a", "aaa"],
      open: [],
      refused: ["b"],
    },
    // The second rule can't end, so no text may go there.
    {
      name: "with a part that never ends",
      source: 'root ::= "a" | "b" x\nx ::= "c" x',
      whole: ["a"],
      open: [""],
      refused: ["b"],
    },
  ],
  ({ source, whole, open, refused }) => {
    const matcher = matcherOf(source);
    for (const [texts, expected] of [
      [whole, "whole"],
      [open, "open"],
      [refused, "refused"],
    ] as const)
      for (const text of texts) assert.equal(readingOf(matcher, text), expected, JSON.stringify(text));
  },
);

const invalid = (line: number, column: number, reason: string): GrammarFault => ({
  tag: "grammarInvalid",
  line,
  column,
  reason,
});

table(
  "a grammar that can't be used",
  [
    {
      name: "without a root",
      source: 'x ::= "a"',
      fault: invalid(1, 10, 'there is no rule named "root", where an answer begins'),
    },
    { name: "with an unknown rule", source: 'root ::= "a"\n  b', fault: invalid(2, 4, '"::=" was expected') },
    {
      name: "with an undefined rule",
      source: 'root ::= "a" b',
      fault: invalid(1, 14, 'the rule "b" is not defined'),
    },
    {
      name: "with a group that is open",
      source: 'root ::= ("a"\n',
      fault: invalid(2, 1, '")" was expected'),
    },
    {
      name: "with a text that is open",
      source: 'root ::= "a\n',
      fault: invalid(1, 10, "the text that begins here has no closing quote"),
    },
    {
      name: "with a class that is open",
      source: "root ::= [a",
      fault: invalid(1, 10, 'the class that begins here has no closing "]"'),
    },
    {
      name: "with a range the wrong way round",
      source: "root ::= [z-a]",
      fault: invalid(1, 14, "a range of characters is in the wrong order"),
    },
    {
      name: "with counts the wrong way round",
      source: 'root ::= "a"{3,2}',
      fault: invalid(1, 14, "the counts {3,2} are in the wrong order"),
    },
    {
      name: "with a huge count",
      source: 'root ::= "a"{99999}',
      fault: invalid(1, 14, "a count is above 20000"),
    },
    {
      name: "with half a surrogate pair",
      source: 'root ::= "\\ud800"',
      fault: invalid(1, 11, '"\\ud800" is not an escape of a character'),
    },
    {
      name: "with tokens",
      source: "root ::= <think>",
      fault: invalid(1, 10, "tokens can't be named in a grammar here, only text"),
    },
    { name: "with a stray sign", source: 'root ::= "a" )', fault: invalid(1, 14, '")" was not expected') },
    {
      name: "with a rule twice",
      source: 'root ::= "a"\nroot ::= "b"',
      fault: invalid(2, 1, 'the rule "root" is defined twice'),
    },
    {
      name: "that begins with itself",
      source: 'root ::= root "a" | "b"',
      fault: { tag: "leftRecursion", rule: "root" },
    },
    {
      name: "that begins with itself after nothing",
      source: 'root ::= x\nx ::= "a"? y\ny ::= x "b" | "c"',
      fault: { tag: "leftRecursion", rule: "x" },
    },
    {
      name: "that never ends",
      source: 'root ::= "a" root',
      fault: { tag: "nothingMatches", subject: "grammar" },
    },
    {
      name: "of an empty class",
      source: "root ::= []",
      fault: { tag: "nothingMatches", subject: "grammar" },
    },
    {
      name: "nested too deeply",
      source: `root ::= ${"(".repeat(100)}"a"${")".repeat(100)}`,
      fault: { tag: "grammarTooLarge", bound: "depth", limit: 64 },
    },
    {
      name: "repeated too deeply",
      source: `root ::= "a"${"*".repeat(200_000)}`,
      fault: { tag: "grammarTooLarge", bound: "depth", limit: 64 },
    },
    {
      name: "of too many parts",
      source:
        'root ::= (("a" "b"){20000} "c"){20000} | (("b" "c"){20000} "d"){20000} | (("e" "c"){20000} "d"){20000}',
      fault: { tag: "grammarTooLarge", bound: "nodes", limit: 100_000 },
    },
    {
      name: "that is too long",
      source: `root ::= "${"a".repeat(300_000)}"`,
      fault: { tag: "grammarTooLarge", bound: "characters", limit: 262_144 },
    },
  ] satisfies { name: string; source: string; fault: GrammarFault }[],
  ({ source, fault }) => {
    assert.throws(
      () => matcherOf(source),
      (error) => error instanceof GrammarError && (assert.deepEqual(error.fault, fault), true),
    );
  },
);

test("a grammar with ever more readings ends with a fault, before memory runs out", () => {
  const matcher = matcherOf('root ::= x\nx ::= "a" x "b" | "a" x "c" | "a"');
  assert.throws(
    () => readingOf(matcher, "a".repeat(100)),
    (error) => error instanceof GrammarError && error.fault.tag === "grammarTooLarge",
  );
});

test("a long text in a loop needs a handful of states", () => {
  const matcher = matcherOf('root ::= ("\\"" [a-z]* "\\"" ",")*');
  readingOf(matcher, '"abc","de",'.repeat(2000));
  assert.ok(matcher.states < 20, `${matcher.states} states`);
});

test("a set of characters is spelled as UTF-8 spells it", () => {
  const point = fc.nat({ max: 0x10ffff });
  forAll(
    fc.tuple(
      fc.array(fc.tuple(point, point), { maxLength: 3 }),
      fc.array(point, { minLength: 20, maxLength: 20 }),
    ),
    200,
    ([pairs, tried]) => {
      const set = codePoints(pairs.map(([a, b]) => [Math.min(a, b), Math.max(a, b)]));
      for (const [chosen, isIn] of [
        [set, true],
        [complement(set), false],
      ] as const) {
        const spelled = utf8Ranges(chosen);
        const edges = set.flatMap(([from, to]) => [from - 1, from, to, to + 1]);
        for (const one of [...tried, ...edges]) {
          if (one < 0 || one > 0x10ffff || (one >= 0xd800 && one <= 0xdfff)) continue;
          const bytes = [...new TextEncoder().encode(String.fromCodePoint(one))];
          const matches = spelled.filter(
            (ranges) =>
              ranges.length === bytes.length &&
              ranges.every(([low, high], at) => bytes[at]! >= low && bytes[at]! <= high),
          );
          const isMember = set.some(([from, to]) => one >= from && one <= to);
          assert.equal(matches.length, isMember === isIn ? 1 : 0, `U+${one.toString(16)}`);
        }
      }
    },
  );
  assert.equal(utf8Ranges(ANY_CHARACTER).length > 0, true);
});
