// A pool that grows: what may enter, what has to go, and that it never exceeds its budget by more than its slack.
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import { Pool } from "../../../../core/laser/index.ts";
import { PoolGrowth, PUBLISHED, type GrownAnswer } from "../../../../server/pools/index.ts";
import { below, forAll, listOf } from "../../../support/property.ts";

const answer = (tokens: readonly number[], relaxedTokens = 0): GrownAnswer => ({
  subject: "ann",
  group: "a",
  tokens,
  relaxedTokens,
});

test("what may enter depends on whether all of it is the target's own choice", () => {
  const entered = PUBLISHED.map((published) => {
    const growth = new PoolGrowth(new Pool(), { budgetTokens: 100, published });
    return [answer([1, 2]), answer([3, 4], 1)].map((one) => growth.add(one, 1) !== null);
  });
  assert.deepEqual(entered, [
    [true, false],
    [true, true],
    [false, false],
  ]);
});

test("an answer that was used stays, one that was not makes room", () => {
  const pool = new Pool();
  const growth = new PoolGrowth(pool, { budgetTokens: 8, published: "own" });
  const first = growth.add(answer([1, 2, 3, 4]), 1)!;
  const second = growth.add(answer([5, 6, 7, 8]), 2)!;
  growth.used([first, -1, 99], 3);
  growth.add(answer([9, 10, 11, 12]), 4);
  assert.equal(pool.touch(first, 5), true);
  assert.equal(pool.touch(second, 5), false);
  assert.equal(growth.add(answer(Array<number>(9).fill(1)), 6), null, "larger than the budget");
});

test("the pool stays within its budget and slack, and sound", () => {
  const answers = listOf(listOf(below(6), 1, 20), 1, 40);
  forAll(fc.record({ answers, budgetTokens: fc.integer({ min: 10, max: 80 }) }), 60, (one) => {
    const growth = new PoolGrowth(new Pool(), { budgetTokens: one.budgetTokens, published: "all" });
    one.answers.forEach((tokens, time) => {
      growth.add(answer(tokens), time);
      assert.ok(growth.index.tokens <= one.budgetTokens * 1.125);
    });
    assert.deepEqual(growth.index.check(), []);
  });
});
