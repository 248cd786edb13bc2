// A pool that grows: what has to go, that it never exceeds its budget by more than its slack, and that the entries that
// stay keep their numbers, names and labels.
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import { createScriptedEngine } from "../../../../../server/engine/index.ts";
import { GrowingPool } from "../../../../../server/worker/index.ts";
import { below, forAll, listOf } from "../../../../support/property.ts";

const engine = createScriptedEngine({ answers: [{ text: "one two three four five six" }] });
const withBudget = (budgetTokens?: number): GrowingPool =>
  new GrowingPool(engine, null, undefined, budgetTokens);
const answer = (id: string, tokens: readonly number[]) => ({ id, group: `of ${id}`, text: id, tokens });

test("a used answer is kept, an unused one makes room, and neither gets another number", () => {
  const pool = withBudget(8);
  pool.add(answer("ann", [1, 2, 3, 4]), 1);
  pool.add(answer("bob", [5, 4, 3, 2]), 2);
  pool.used([0, -1, 99], 3);
  pool.add(answer("eve", [2, 3, 2, 3]), 4);
  assert.deepEqual(
    [0, 1, 2].map((entry) => pool.entryOf(entry)?.id ?? null),
    ["ann", null, "eve"],
  );
  assert.equal(pool.size, 2);
  assert.deepEqual(
    pool.stored().entries.map(({ key }) => key),
    ["ann", "eve"],
  );
  pool.add(answer("tom", Array<number>(9).fill(1)), 5);
  assert.equal(pool.size, 2, "one that is larger than the budget is left out");
  assert.deepEqual(pool.index.check(), []);
});

test("a pool that is larger than its budget shrinks when it is opened", () => {
  const large = withBudget();
  for (const [time, id] of ["ann", "bob", "eve"].entries()) large.add(answer(id, [1, 2, 3, 4]), time);
  const small = new GrowingPool(engine, large.stored(), { name: "large", fingerprint: "0" }, 8);
  assert.deepEqual(
    small.stored().entries.map(({ key }) => key),
    ["bob", "eve"],
  );
  assert.equal(small.entryOf(0), null);
});

test("the pool keeps to its budget and slack, and remains sound", () => {
  const answers = listOf(listOf(below(6), 1, 20), 1, 40);
  forAll(fc.record({ answers, budgetTokens: fc.integer({ min: 10, max: 80 }) }), 60, (one) => {
    const pool = withBudget(one.budgetTokens);
    one.answers.forEach((tokens, time) => {
      pool.add(answer(String(time), tokens), time);
      assert.ok(pool.tokens <= one.budgetTokens * 1.125);
    });
    assert.deepEqual(pool.index.check(), []);
    for (const { key } of pool.stored().entries)
      assert.equal(pool.entryOf(Number(key) - skipped(one, key))?.id, key);
  });
});

/** How many answers before this one were larger than the budget, and so got no number. */
const skipped = (
  {
    answers,
    budgetTokens,
  }: { readonly answers: readonly (readonly number[])[]; readonly budgetTokens: number },
  key: string,
): number => answers.slice(0, Number(key)).filter(({ length }) => length > budgetTokens).length;
