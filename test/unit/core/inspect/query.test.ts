// The filter box's language: what a query finds, what it says of a mistake, and that no text makes it fail.
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import {
  completionsOf,
  isMatch,
  parseQuery,
  QUERY_HELP,
  queryTokensOf,
  quoted,
  termAt,
  type Query,
  type QueryToken,
} from "../../../../core/inspect/index.ts";
import { table } from "../../../support/check.ts";
import { below, forAll, textOf } from "../../../support/property.ts";
import { randomTrace } from "../../../support/trace/randomTraces.ts";

const DRAFTED: QueryToken = {
  shownClass: "relaxed",
  text: " The",
  rank: 3,
  rankAbove: null,
  probability: 0.042,
  probabilityLow: 0.04,
  margin: -0.058,
  reason: "withinRule",
  source: "pool",
  groups: ["Comedy", "Film noir"],
  entries: ["movie-12"],
  matchTokens: 4,
  count: 2,
  chance: 0.5,
  step: 7,
  depth: 0,
  place: 1,
  draftTokens: 5,
  keptTokens: 3,
  stepMs: 20.4,
};
const OWN: QueryToken = {
  ...DRAFTED,
  ...{ shownClass: "plain", text: '"a|b"', rank: null, margin: null, reason: "noMatch" },
  ...{
    probability: null,
    probabilityLow: null,
    source: null,
    groups: [],
    entries: [],
    matchTokens: null,
    count: null,
    chance: null,
    draftTokens: 0,
    keptTokens: 0,
  },
};

function parsed(text: string): Query {
  const result = parseQuery(text);
  return result.ok ? result.query : assert.fail(`${text}: ${result.message}`);
}

const found = (text: string): string =>
  [DRAFTED, OWN]
    .filter((token) => isMatch(parsed(text), token))
    .map(({ shownClass }) => shownClass)
    .join(" ");

const BOTH = "relaxed plain";
const FINDS: Readonly<Record<string, string>> = {
  "": BOTH,
  "  \n": BOTH,
  the: "relaxed",
  THE: "relaxed",
  "the a": "",
  '" the"': "relaxed",
  '"\\"a"': "plain",
  "a|b": "plain",
  "-the": "plain",
  '-" the"': "plain",
  "@verdict:relaxed": "relaxed",
  "@verdict:Relaxed": "relaxed",
  "@VERDICT:kept": "relaxed",
  "@verdict:ghost": "",
  "@verdict:plain|relaxed": BOTH,
  "@verdict!=plain|bonus": "relaxed",
  "-@verdict:kept": "plain",
  "@rank>2": "relaxed",
  "@rank>3": "",
  "@rank > 2": "relaxed",
  "@rank >2 the": "relaxed",
  "@rank> 3": "",
  "-@rank\n!= 1": "plain",
  '@group : "film noir"': "relaxed",
  "@verdict: kept|plain -the": "plain",
  "@rank>2.5": "relaxed",
  "@rank>=3": "relaxed",
  "@rank<4": "relaxed",
  "@rank<=2": "",
  "@rank:3": "relaxed",
  "@rank=3|9": "relaxed",
  "@rank:2 | 3": "relaxed",
  "@rank:2| 3 |4 the": "relaxed",
  "@verdict:plain | \n relaxed": BOTH,
  '@group:western | "film n" the': "relaxed",
  '"|"': "plain",
  "a |b": "plain",
  "@rank!=3": "",
  "@rank!=1": "relaxed",
  "-@rank:1": BOTH,
  "@rank:2..5": "relaxed",
  "@rank:..2|3..": "relaxed",
  "@rank!=2..5": "",
  "@p<5%": "relaxed",
  "@p<.05": "relaxed",
  "@p:0.04": "relaxed",
  "@p:4%": "relaxed",
  "@p:4.2%": "relaxed",
  "@p:0.041": "",
  "@p:0": "",
  "@p:4.2e-2": "relaxed",
  "@margin<0": "relaxed",
  "@margin:-6%": "relaxed",
  "@p<=1": "relaxed",
  "@p:0..100%": "relaxed",
  "@margin>=-1": "relaxed",
  "@source:pool": "relaxed",
  "-@source:pool": "plain",
  "@group:comedy": "relaxed",
  "@group:noir": "relaxed",
  "@group=noir": "",
  '@group="film noir"': "relaxed",
  '@group:"western"|"film n"': "relaxed",
  '@group:""': "relaxed",
  "@group!=Western": "relaxed",
  "@group!=comedy": "",
  "@entry=MOVIE-12": "relaxed",
  "@match:4": "relaxed",
  "@count:2": "relaxed",
  "@chance>=50%": "relaxed",
  "@step:7": BOTH,
  "@place:0": "",
  "@ms:20": BOTH,
  "@ms:20.0": "",
  "@ms>20": BOTH,
  "@draft:0": "plain",
  "@kept:0 -@verdict:ghost": "plain",
  "@reason:noMatch": "plain",
  "@reason:nomatch|withinrule": BOTH,
  "@verdict:relaxed @rank>2 the": "relaxed",
  "@verdict:relaxed @rank>3 the": "",
  "-": "",
  '"@"': "",
};

table(
  "a query finds",
  Object.entries(FINDS).map(([query, expected]) => ({ name: JSON.stringify(query), query, expected })),
  ({ query, expected }) => {
    assert.equal(found(query), expected);
  },
);

const FAULTS: Readonly<Record<string, readonly [part: string, message: RegExp]>> = {
  "@": ["@", /name is missing/],
  "the -@": ["@", /name is missing/],
  "@rnak>2": ["@rnak", /Unknown name @rnak\. Try @rank/],
  "@zzzzzz:2": ["@zzzzzz", /@verdict, @rank/],
  "@__proto__:2": ["@__proto__", /Unknown name @__proto__/],
  "@rank": ["@rank", /operator and a value are missing/],
  "@rank!2": ["!", /= is missing/],
  "@rank !2": ["!", /= is missing/],
  "@rank:2| ": ["@rank:2|", /value is missing/],
  "@rank:2 | | 3": ["@rank:2 | ", /value is missing/],
  "@rank:2 | @p<5%": ["@rank:2 |", /value is missing/],
  "the | a": ["|", /separates the values of a name, as in @rank:2\|3.*write "\|"/],
  "-| a": ["|", /separates the values/],
  "| @rank:2": ["|", /separates the values/],
  "@rank>": ["@rank>", /value is missing/],
  "@rank:2|": ["@rank:2|", /value is missing/],
  "@rank:two": ["two", /takes numbers, and “two” is not one.*@rank>2/],
  "@rank:5%": ["5%", /does not take percentages/],
  "@p:x%": ["x%", /takes numbers/],
  "@rank:..": ["..", /takes numbers/],
  "@rank:5..2": ["5..2", /reversed: write 2\.\.5/],
  "@rank>2..5": ["2..5", /range can.t follow >: write @rank:2\.\.5/],
  "@rank>2..x": ["2..x", /takes numbers/],
  "@rank > ": ["@rank >", /value is missing/],
  "@rank > @p<5%": ["@rank >", /value is missing/],
  "@rank: -@p<5%": ["@rank:", /value is missing/],
  "@rank > two": ["two", /takes numbers, and “two” is not one/],
  "@rank the": ["@rank", /operator and a value are missing/],
  "@rank:2.5": ["2.5", /@rank takes whole numbers, and 2\.5 is not one: write it as in @rank>2/],
  "@rank:1,2": ["1,2", /separate alternatives by \|: 1\|2\./],
  "@rank==2": ["=2", /== is not an operator: write =, as in @rank=/],
  "@rank=>2": [">2", /=> is not an operator: write >=/],
  "@rank=<2": ["<2", /=< is not an operator: write <=/],
  "@rank<>2": [">2", /<> is not an operator: write !=/],
  "@p<0,05": ["0,05", /write a point instead of the comma: 0\.05\./],
  "@p:4,2%": ["4,2%", /comma: 4\.2%/],
  "@p>5": ["5", /@p is a probability, between 0 and 1, and 5 is out of range: for 5 per cent write 5%\./],
  "@p>500": ["500", /between 0 and 1.*write it as in @p<5%/],
  "@p>120%": ["120%", /between 0 and 1.*write it as in @p<5%/],
  "@p:0.1..5": ["0.1..5", /and 5 is out of range/],
  "@chance<-1": ["-1", /@chance is a probability.*and -1 is out of range: write it as in @chance>=50%\.$/],
  "@p>-1": ["-1", /write it as in @p<5%\.$/],
  "@margin<-2": ["-2", /@margin is a difference of probabilities, between -1 and 1.*write -2%/],
  "@verdict:relaxed,plain": [
    "relaxed,plain",
    /@verdict separates alternatives by \|.*: write relaxed\|plain\./,
  ],
  "@p:1e999": ["1e999", /takes numbers/],
  "@p>NaN": ["NaN", /takes numbers/],
  "@verdict:relxed": ["relxed", /“relxed” is not a value of @verdict\. Try relaxed/],
  "@verdict:": ["@verdict:", /value is missing/],
  "@group>a": [">", /can.t be compared by size/],
  '@group:"a': ['"a', /not closed/],
  'a "b c': ['"b c', /not closed/],
};

table(
  "a mistake is named in",
  Object.entries(FAULTS).map(([query, [part, message]]) => ({ name: query, query, part, message })),
  ({ query, part, message }) => {
    const result = parseQuery(query);
    assert.ok(!result.ok, "was read");
    assert.equal(query.slice(result.at, result.at + result.length), part);
    assert.match(result.message, message);
  },
);

test("every example of the help is a query, and every name has one", () => {
  for (const { term, example } of QUERY_HELP) assert.ok(parseQuery(example).ok, `${term}: ${example}`);
  assert.equal(QUERY_HELP.filter(({ term }) => term.startsWith("@")).length, 17);
});

test("no text makes it throw, and a fault lies within the text", () => {
  const parts = [
    "@",
    "-",
    "|",
    '"',
    "\\",
    ":",
    "=",
    "!",
    "<",
    "..",
    "%",
    "1",
    ".",
    "e",
    " ",
    "\n",
    "😀",
    "\ud800",
  ];
  const names = ["rank", "p", "verdict", "group", "kept", "the", "__proto__", "toString"];
  let [read, refused] = [0, 0];
  const inputs = fc.record({ text: textOf([...parts, ...names], 13), caretAt: below(100) });
  forAll(inputs, 4000, ({ text, caretAt }) => {
    const result = parseQuery(text);
    for (const caret of [0, caretAt % (text.length + 1), text.length, -3, 1e9, NaN]) {
      const { from, to } = termAt(text, caret);
      assert.ok(from >= 0 && from <= to && to <= text.length);
      completionsOf(text, caret);
    }
    if (result.ok) {
      read++;
      isMatch(result.query, DRAFTED);
      isMatch(result.query, OWN);
    } else {
      refused++;
      const { at, length: faultLength } = result;
      assert.ok(at >= 0 && faultLength > 0 && at + faultLength <= text.length);
    }
  });
  assert.ok(read > 300 && refused > 300, `${read} read, ${refused} refused`);
});

test("a phrase in quotation marks finds any text that holds it", () => {
  forAll(textOf(['"', "\\", "a", " ", "@", "-", "|", "é"], 7), 300, (text) => {
    const query = parsed(`"${text.replace(/["\\]/g, (sign) => `\\${sign}`)}"`);
    assert.ok(isMatch(query, { ...OWN, text: `x${text}y` }));
    assert.ok(isMatch(parsed(`@group=${quoted(text)}`), { ...OWN, groups: [text] }));
  });
});

const ABOVE_128: Readonly<Record<string, boolean>> = {
  "@rank>2": true,
  "@rank>128": true,
  "@rank>=129": true,
  "@rank:100..": true,
  "@rank!=1": true,
  "-@rank<=2": true,
  "@rank<5": false,
  "@rank:1": false,
  "@rank>200": false,
  "@rank!=200": false,
  "@rank:..200": false,
};
for (const [text, isFound] of Object.entries(ABOVE_128))
  test(`a rank above the 128 that were held: ${text} ${isFound ? "finds" : "does not find"} it`, () => {
    assert.equal(isMatch(parsed(text), { ...DRAFTED, rank: null, rankAbove: 128 }), isFound);
  });

test("long texts are read: nothing tries the same place again and again", () => {
  for (const part of ["1", "(", '"', "\\", "@rank:1 ", "a ", "-", "|", "1.", "@p:" + "9".repeat(200) + " "]) {
    const text = part.repeat(200_000 / part.length);
    const result = parseQuery(text);
    completionsOf(text, text.length);
    if (result.ok) isMatch(result.query, DRAFTED);
  }
});

test("tokens of a step come in the order shown, with the figures of the trace", () => {
  let [drafted, grouped] = [0, 0];
  for (let seed = 1; seed <= 60; seed++) {
    const trace = randomTrace(seed);
    const names = { tokens: trace.tokens, entries: trace.pool?.entryNames ?? {} };
    for (const step of trace.steps) {
      const tokens = queryTokensOf(step, names);
      assert.deepEqual(
        tokens.map(({ shownClass }) => shownClass),
        [...step.verdicts.map(({ kind }) => kind), step.next.kind],
      );
      assert.deepEqual(
        tokens.map(({ place }) => place),
        tokens.map((_, place) => place),
      );
      assert.deepEqual(
        tokens.map(({ rank }) => rank).slice(0, -1),
        step.verdicts.map(({ rank }) => rank),
      );
      assert.ok(tokens.every((token) => token.step === step.index + 1));
      assert.ok(tokens.every(({ rank, rankAbove }) => (rank === null) !== (rankAbove === null)));
      drafted += step.draft.length;
      grouped += tokens.filter(({ groups }) => groups.includes("Drama")).length;
    }
  }
  assert.ok(drafted > 500 && grouped > 5, `${drafted} drafted, ${grouped} of a group`);
});

table(
  "suggestions",
  [
    { name: "nothing typed", text: "", expected: [] },
    { name: "a word", text: "the", expected: [] },
    { name: "the start of a name", text: "the @s", expected: ["@source:", "@step"] },
    { name: "a negated name", text: "-@ve", expected: ["-@verdict:"] },
    { name: "a value", text: "@source:p", expected: ["@source:prompt", "@source:pool"] },
    { name: "a second value", text: "@source:pool|o", expected: ["@source:pool|output"] },
    { name: "a name of the trace", text: "@group:f", expected: ['@group:"Film noir"'] },
    { name: "after an opening quotation mark", text: '@group:"film n', expected: ['@group:"Film noir"'] },
    { name: "a number", text: "@rank>", expected: [] },
  ],
  ({ text, expected }) => {
    assert.deepEqual(completionsOf(text, text.length, { group: ["Comedy", "Film noir"] }), expected);
  },
);
