// Where an answer begins to repeat itself: letters are tokens.
import assert from "node:assert/strict";
import { test } from "vitest";
import {
  isLooping,
  LOOP_TOKENS,
  LoopFinder,
  loopStop,
  tokensBeforeLoop,
} from "../../../../core/laser/index.ts";
import { table } from "../../../support/check.ts";
import { seededRandom } from "../../../support/random.ts";

const ids = (text: string) => Array.from(text, (letter) => letter.charCodeAt(0));

table(
  "tokens before a loop",
  [
    { name: "an empty answer", text: "", n: 8, expect: 0 },
    { name: "one token", text: "a", n: 8, expect: 1 },
    { name: "no pair twice", text: "abcdef", n: 2, expect: 6 },
    { name: "a pair is complete again", text: "abcabd", n: 2, expect: 4 },
    { name: "completed by the last token", text: "abxab", n: 2, expect: 4 },
    { name: "both overlap", text: "aaab", n: 2, expect: 2 },
    { name: "seven tokens twice are none", text: "abcdefg-abcdefg", n: 8, expect: 15 },
    { name: "eight tokens twice", text: "abcdefgh-abcdefgh!", n: 8, expect: 16 },
    { name: "n = 1 is the first token seen before", text: "abcb", n: 1, expect: 3 },
  ],
  ({ text, n, expect }) => {
    assert.equal(tokensBeforeLoop(ids(text), n), expect);
    assert.equal(tokensBeforeLoop(Int32Array.from(ids(text)), n), expect, "typed arrays too");
    assert.equal(isLooping(ids(text), n), expect < text.length);
  },
);

test("tokens that look alike when joined are distinguished", () => {
  assert.equal(tokensBeforeLoop([1, 12, 11, 2, 0], 2), 5);
});

test("agrees with looking at every pair of places", () => {
  const random = seededRandom(7);
  for (let round = 0; round < 200; round++) {
    const answer = Array.from({ length: random.below(30) }, () => random.below(3));
    const n = 1 + random.below(4);
    assert.equal(tokensBeforeLoop(answer, n), byEveryPair(answer, n), `${n} in ${answer.join(" ")}`);
  }
});

test("100,000 equal tokens take no more work than others", () => {
  assert.equal(tokensBeforeLoop(new Int32Array(100_000).fill(5)), LOOP_TOKENS);
});

test("100,000 tokens without a loop are read once", () => {
  assert.equal(tokensBeforeLoop(Int32Array.from({ length: 100_000 }, (_, i) => i)), 100_000);
});

function byEveryPair(answer: readonly number[], n: number): number {
  for (let end = n; end <= answer.length; end++)
    for (let earlier = n; earlier < end; earlier++) {
      let same = true;
      for (let i = 1; i <= n; i++) same &&= answer[end - i] === answer[earlier - i];
      if (same) return end - 1;
    }
  return answer.length;
}

const loopIn = (text: string): number | null => {
  const finder = new LoopFinder();
  for (const token of ids(text)) finder.push(token);
  return finder.tokensBefore;
};
const PHRASE = "the answer says so, ";

table(
  "the loop in which an answer ends",
  [
    { name: "none in prose", text: "one sentence without a loop at all.", expect: null },
    {
      name: "a phrase said twice, and new text after it",
      text: `${PHRASE}${PHRASE}then comes what is new here.`,
      expect: null,
    },
    {
      name: "a phrase without an end",
      text: `so:${PHRASE.repeat(3)}`,
      expect: 3 + PHRASE.length + LOOP_TOKENS - 1,
    },
    {
      name: "an early repetition is not part of it",
      text: `${PHRASE}${PHRASE}and then a long new text${"ab".repeat(20)}`,
      expect: 2 * PHRASE.length + 24 + 2 + LOOP_TOKENS - 1,
    },
    {
      name: "the same keys with other values",
      text: '{"name":"a4kz0","age":7},{"name":"wq85u","age":3},{"name":"tv19x","age":5}',
      expect: null,
    },
  ],
  ({ text, expect }) => {
    assert.equal(loopIn(text), expect);
  },
);

test("a look ahead shows what comes, and consumes nothing", () => {
  const random = seededRandom(3);
  for (let round = 0; round < 100; round++) {
    const answer = Array.from({ length: 80 }, () => random.below(2));
    const limit = 8 + random.below(20);
    const at = random.below(80);
    const [watched, whole] = [loopStop(limit, []), loopStop(limit, [])];
    let ended = -1;
    for (let i = 0; i < answer.length && ended < 0; i++) if (whole.commit([answer[i]!])) ended = i;
    if (at > 0) watched.commit(answer.slice(0, at));
    const found = watched.indexIn(answer.slice(at));
    assert.equal(watched.indexIn(answer.slice(at)), found, "a second look shows something else");
    if (ended >= at) assert.equal(at + found, ended);
    else if (ended < 0) assert.equal(found, -1);
  }
});
