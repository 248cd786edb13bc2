// The tokens of an evaluation go where they are most likely to be kept.
import assert from "node:assert/strict";
import { test } from "vitest";
import { Division } from "../../../../core/laser/planning/division.ts";
import { seededRandom } from "../../../support/random.ts";

/** Expected kept tokens of a draft whose n-th token is kept with this probability, all before it included. */
function share(chances: readonly number[], most = chances.length) {
  const expected = [0];
  for (const chance of chances) expected.push(expected.at(-1)! + chance);
  return { before: 1, expected, most };
}

function countsOf(division: Division, tokens: number, shares: number): number[] {
  const counts = new Int32Array(shares);
  division.counts(tokens, counts);
  return [...counts];
}

test("the next token goes to the draft with the greatest expected gain", () => {
  const division = new Division(10, 3);
  division.divide([share([0.9, 0.5, 0.1]), share([0.8, 0.7]), share([])], 10);
  assert.equal(division.length, 5);
  assert.deepEqual(
    [0, 1, 2, 3, 4, 5].map((tokens) => countsOf(division, tokens, 3)),
    [
      [0, 0, 0],
      [1, 0, 0],
      [1, 1, 0],
      [1, 2, 0],
      [2, 2, 0],
      [3, 2, 0],
    ],
  );
});

test("neither the room nor what a request may send is exceeded", () => {
  const division = new Division(10, 2);
  division.divide([share([0.9, 0.8, 0.7], 2), share([0.1])], 2);
  assert.deepEqual([division.length, ...countsOf(division, 2, 2)], [2, 2, 0]);
  division.divide([share([0.9, 0.8, 0.7], 2), share([0.1])], -5);
  assert.equal(division.length, 0);
});

test("no other division of as many tokens promises more", () => {
  const random = seededRandom(5);
  for (let round = 0; round < 50; round++) {
    const shares = Array.from({ length: 3 }, () => {
      let chance = 1;
      return share(Array.from({ length: random.below(5) }, () => (chance *= random.next())));
    });
    const division = new Division(12, 3);
    division.divide(shares, 12);
    const [a, b, c] = shares;
    for (let i = 0; i <= a!.most; i++)
      for (let j = 0; j <= b!.most; j++)
        for (let k = 0; k <= c!.most; k++) {
          const promised = a!.expected[i]! + b!.expected[j]! + c!.expected[k]!;
          assert.ok(promised <= division.expected[i + j + k]! + 1e-12);
        }
  }
});
