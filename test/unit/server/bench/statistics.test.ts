// What the figures over answers say: values by hand, intervals against what is known of the estimate.
import assert from "node:assert/strict";
import { test } from "vitest";
import {
  median,
  medianRatio,
  pairedDifference,
  quantile,
  ratioOfSums,
} from "../../../../server/bench/index.ts";
import { table } from "../../../support/check.ts";
import { seededRandom, type Random } from "../../../support/random.ts";

table(
  "quantile",
  [
    { name: "no values", values: [], share: 0.5, expect: Number.NaN },
    { name: "one value at any share", values: [7], share: 0.99, expect: 7 },
    { name: "the smallest", values: [1, 2, 3, 4], share: 0, expect: 1 },
    { name: "the largest", values: [1, 2, 3, 4], share: 1, expect: 4 },
    { name: "between two values", values: [1, 2, 3, 4], share: 0.5, expect: 2.5 },
    { name: "nearer to the upper one", values: [10, 20], share: 0.75, expect: 17.5 },
  ],
  ({ values, share, expect }) => {
    assert.equal(quantile(values, share), expect);
  },
);

test("the median needs no order and leaves the values as they are", () => {
  const values = [9, 1, 5];
  assert.equal(median(values), 5);
  assert.deepEqual(values, [9, 1, 5]);
  assert.ok(Number.isNaN(median([])));
});

const part = (numerator: number, denominator: number) => ({ numerator, denominator });

table(
  "a ratio of sums",
  [
    { name: "weighs answers by their steps", parts: [part(10, 1), part(10, 9)], expect: 2 },
    { name: "of no answers", parts: [], expect: Number.NaN },
    { name: "of answers without steps", parts: [part(0, 0), part(0, 0)], expect: Number.NaN },
    { name: "with an answer that has none", parts: [part(0, 0), part(6, 2)], expect: 3 },
  ],
  ({ parts, expect }) => {
    assert.equal(ratioOfSums(parts).value, expect);
  },
);

test("a cluster that was disturbed moves a ratio of sums, not the median of ratios", () => {
  const parts = [...Array.from({ length: 40 }, (_, i) => part(10 + (i % 2), 10)), part(500, 10)];
  assert.ok(ratioOfSums(parts).value > 2);
  const { value, low, high } = medianRatio(parts);
  assert.deepEqual(
    [value, low, high].map((ratio) => ratio === 1 || ratio === 1.1),
    [true, true, true],
  );
  assert.deepEqual(medianRatio(parts), medianRatio(parts), "the same seed repeats it");
});

test("one answer has a value and no interval", () => {
  const { value, low, high } = ratioOfSums([part(6, 2)]);
  assert.equal(value, 3);
  assert.ok(Number.isNaN(low) && Number.isNaN(high));
});

test("equal answers have an interval of width 0", () => {
  const parts = Array.from({ length: 10 }, () => part(6, 2));
  assert.deepEqual(ratioOfSums(parts), { value: 3, low: 3, high: 3 });
});

test("the same seed repeats an interval, another one moves it a little", () => {
  const parts = answers(seededRandom(1), 30).map(({ a }) => a);
  const first = ratioOfSums(parts, { seed: 5 });
  assert.deepEqual(ratioOfSums(parts, { seed: 5 }), first);
  const other = ratioOfSums(parts, { seed: 6 });
  assert.notEqual(other.low, first.low);
  assert.ok(Math.abs(other.low - first.low) < (first.high - first.low) / 4);
});

test("an interval covers the true ratio about as often as it says", () => {
  // Tokens a step are 2 on average, whatever an answer's own rate; 40 answers, 300 worlds.
  let covered = 0;
  for (let seed = 0; seed < 300; seed++) {
    const parts = answers(seededRandom(seed), 40).map(({ a }) => a);
    const { low, high } = ratioOfSums(parts, { seed, samples: 400 });
    if (low <= 2 && 2 <= high) covered++;
  }
  // 95 % within four standard errors (1.3 points), and the percentile bootstrap is known to fall a little short.
  assert.ok(covered >= 265 && covered <= 298, `${covered} of 300`);
});

test("a paired difference sees what two separate intervals hide", () => {
  const pairs = answers(seededRandom(3), 30);
  const difference = pairedDifference(pairs);
  assert.ok(difference.low > 0, "b takes one step more in every answer");
  const a = ratioOfSums(pairs.map((pair) => pair.a));
  const b = ratioOfSums(pairs.map((pair) => pair.b));
  assert.ok(a.low < b.high, "the intervals overlap");
  assert.equal(difference.value, a.value - b.value);
});

test("a treatment does not differ from itself", () => {
  const pairs = answers(seededRandom(4), 20).map(({ a }) => ({ a, b: a }));
  assert.deepEqual(pairedDifference(pairs), { value: 0, low: 0, high: 0 });
});

/** Answers of 50 steps whose own rates differ (1 … 3, mean 2); under b each takes a step more for the same tokens. */
function answers(random: Random, count: number) {
  return Array.from({ length: count }, () => {
    const steps = 50;
    const tokens = Math.round(steps * (1 + 2 * random.next()));
    return { a: part(tokens, steps), b: part(tokens, steps + 1) };
  });
}
