// Keeping a pool: inserting, evicting, compacting to a budget, arrays to and fro, and texts that are hard to sort.
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import { Candidates, MAX_CANDIDATES } from "../../../../../core/laser/pool/candidates.ts";
import { compareOffsets } from "../../../../../core/laser/pool/leftContext.ts";
import { Pool } from "../../../../../core/laser/pool/pool.ts";
import { hasNext, sortedOffsets } from "../../../../../core/laser/pool/sort.ts";
import { table } from "../../../../support/check.ts";
import { below, forAll, listOf } from "../../../../support/property.ts";
import { seededRandom } from "../../../../support/random.ts";

const answer = (random: ReturnType<typeof seededRandom>, most: number): number[] =>
  Array.from({ length: random.below(most) }, () => random.below(6));

const tokens = (most: number) => listOf(below(6), 0, most);
const operations = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("insert"), answer: tokens(59) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("evict"), id: below(40) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("touch"), id: below(40) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("compact"),
      budget: fc.oneof(fc.constant(Infinity), below(600)),
    }),
  },
);
const poolHistories = fc.record({
  first: listOf(tokens(29), 0, 4),
  operations: listOf(operations, 0, 40),
});

test("the index stays sound over random inserts, evictions, touches and compactions", () => {
  forAll(poolHistories, 120, ({ first, operations }) => {
    const pool = Pool.build(first);
    const live = new Set(Array.from({ length: pool.entries }, (_, id) => id));
    for (const [step, operation] of operations.entries()) {
      if ("answer" in operation) live.add(pool.insert(operation.answer, step));
      else if ("budget" in operation) for (const id of pool.compact(operation.budget)) live.delete(id);
      else if (operation.kind === "evict") assert.equal(pool.evict(operation.id), live.delete(operation.id));
      else assert.equal(pool.touch(operation.id, step), live.has(operation.id));
      assert.deepEqual(pool.check(), [], `step ${step}`);
      assert.equal(pool.entries, live.size);
    }
  });
});

test("an evicted entry is no longer drafted from, before and after compacting", () => {
  const pool = Pool.build([
    [1, 2, 3],
    [1, 2, 4],
    [1, 2, 5],
  ]);
  const next = (): number[] => {
    const candidates = new Candidates();
    pool.candidates(candidates, Int32Array.of(1, 2), 2, MAX_CANDIDATES, 2);
    return [...candidates.nextTokens.subarray(0, candidates.size)];
  };
  assert.deepEqual(next(), [5, 4, 3]);
  assert.ok(pool.evict(1));
  assert.ok(!pool.evict(1));
  assert.deepEqual(next(), [5, 3]);
  pool.compact();
  assert.deepEqual(next(), [5, 3]);
  assert.deepEqual([pool.entries, pool.tokens], [2, 6]);
});

test("compacting to a budget evicts the least recently used, the oldest first among equals", () => {
  const pool = Pool.build([
    [1, 2, 3],
    [4, 5, 6],
    [7, 8, 9],
  ]);
  pool.insert([10, 11, 12], 5);
  pool.touch(0, 7);
  assert.deepEqual(pool.compact(12), []);
  assert.deepEqual(pool.compact(9), [1]);
  assert.deepEqual(pool.compact(3), [2, 3]);
  assert.deepEqual([pool.entries, pool.tokens], [1, 3]);
  assert.equal(pool.touch(1, 9), false);
  assert.equal(pool.insert([1], 9), 4); // Numbers are never used again.
});

test("arrays of a pool make the same pool", () => {
  const random = seededRandom(3);
  const pool = Pool.build(Array.from({ length: 20 }, () => answer(random, 50)));
  for (let i = 0; i < 5; i++) pool.insert(answer(random, 50), i);
  pool.evict(3);
  const arrays = structuredClone(pool.arrays());
  const copy = Pool.from(arrays);
  assert.deepEqual(copy.check(), []);
  assert.deepEqual(copy.arrays(), pool.arrays());
  assert.equal(copy.insert([1, 2, 3]), pool.insert([1, 2, 3]));
  assert.deepEqual(copy.check(), []);
});

const texts = [
  { name: "one token 10^5 times in a row", tokens: () => 7 },
  { name: "two tokens in turn", tokens: (i: number) => i % 2 },
  { name: "a ramp", tokens: (i: number) => i },
  { name: "a falling ramp", tokens: (i: number) => 100_000 - i },
  { name: "up and down", tokens: (i: number) => Math.min(i % 2000, 2000 - (i % 2000)) },
  { name: "a period longer than a context", tokens: (i: number) => (i % 40 === 0 ? 1 : 0) },
];
table("sorting", texts, ({ tokens }) => {
  // In quadratic time 10^5 tokens would take 10^10 steps: the test would not end.
  const pool = Pool.build([Int32Array.from({ length: 100_000 }, (_, i) => tokens(i))]);
  assert.deepEqual(pool.check(), []);
  const started = pool.insert(Int32Array.from({ length: 100_000 }, (_, i) => tokens(i)));
  assert.equal(started, 1);
  pool.compact();
  assert.deepEqual(pool.check(), []);
});

test("both ways of sorting give the order of a plain sort", () => {
  for (const size of [0, 1, 100, 70_000]) {
    const random = seededRandom(size);
    const text = new Int32Array(size + 17).fill(-1);
    for (let i = 16; i < size + 16; i++) text[i] = random.below(9) - 1;
    const expected = Array.from(text.keys())
      .filter((place) => hasNext(text, place))
      .sort((a, b) => compareOffsets(text, a, b));
    assert.deepEqual([...sortedOffsets(text, 16, size + 16)], expected);
  }
});
