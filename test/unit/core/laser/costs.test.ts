// Costs of all counts at once agree with those looked up one by one.
import assert from "node:assert/strict";
import { test } from "vitest";
import { CostModel, type CostPoint } from "../../../../core/laser/index.ts";
import { COST_TABLES } from "../../../support/decoding/plannerWorlds.ts";
import { seededRandom } from "../../../support/random.ts";

test("costs by count are those looked up one by one, on random tables, corrections and contexts", () => {
  for (let seed = 1; seed <= 200; seed++) {
    const random = seededRandom(seed);
    const points: CostPoint[] = [];
    for (let threads = 1; threads <= 1 + random.below(4); threads++)
      for (let tokens = 1 + random.below(2); tokens <= 24; tokens += 1 + random.below(6))
        points.push({
          tokens,
          threads,
          baseMs: 5 + random.next() * 40, // Not monotone: kernels work in blocks.
          msPerContextToken: random.next() / 50,
        });
    const costs = new CostModel({ points });
    for (let i = 0; i < 20; i++)
      costs.observe(1 + random.below(30), 1 + random.below(4), 100, random.next() * 100);
    const contextTokens = random.below(1000);
    const most = 1 + random.below(48);
    const ms = new Float64Array(most + 2).fill(-1);
    const threads = new Int32Array(most + 2).fill(-1);
    costs.cheapestByCount(contextTokens, most, ms, threads);
    for (let tokens = 1; tokens <= most; tokens++)
      assert.deepEqual(
        { ms: ms[tokens], threads: threads[tokens] },
        costs.cheapest(tokens, contextTokens),
        `seed ${seed}, ${tokens} tokens`,
      );
    assert.deepEqual([ms[0], ms[most + 1], threads[most + 1]], [-1, -1, -1], "nothing else is written");
  }
});

test("a machine that slows down makes no draft look cheap", () => {
  for (const slower of [1.5, 3, 10]) {
    const costs = new CostModel({ points: COST_TABLES["two threads"]! });
    for (let step = 0; step < 300; step++) {
      const { ms, threads } = costs.cheapest(1, 0);
      assert.ok(costs.cheapest(16, 0).ms > 1.3 * ms, `${slower} times slower, step ${step}`);
      const usualMs = threads === 1 ? 7.6 : 14.9;
      costs.observe(1, threads, 0, usualMs * slower);
    }
  }
});

test("a table measured while the machine was busy is put right, also for threads that it makes look slow", () => {
  const truth = new CostModel({ points: COST_TABLES["two threads"]! }, true);
  const busy = COST_TABLES["two threads"]!.map((point) => ({
    ...point,
    baseMs: point.baseMs * (point.threads === 1 ? 1.4 : 2.4),
  }));
  const costs = new CostModel({ points: busy });
  assert.equal(truth.cheapest(16, 0).threads, 2);
  assert.equal(costs.cheapest(16, 0).threads, 1);
  let steps = 0;
  for (; costs.cheapest(16, 0).threads === 1 && steps < 1000; steps++) {
    const tokens = steps % 4 === 0 ? 16 : 1;
    const { threads } = costs.cheapest(tokens, 0);
    costs.observe(tokens, threads, 0, truth.expectedMs(tokens, threads, 0));
  }
  assert.ok(steps < 600, `two threads are tried after ${steps} steps`);
  for (let i = 0; i < 10; i++) costs.observe(16, 2, 0, truth.expectedMs(16, 2, 0));
  assert.equal(costs.cheapest(16, 0).threads, 2, "and kept");
});

test("what no run observed does not grow from run to run, though every first observation is an outlier", () => {
  const point = (tokens: number, threads: number): CostPoint => ({
    ...{ tokens, threads, baseMs: 10 * tokens, msPerContextToken: 0 },
  });
  const guess = { points: [point(1, 1), point(8, 1), point(1, 2), point(8, 2)], isGuess: true };
  let table: ConstructorParameters<typeof CostModel>[0] = guess;
  for (let run = 0; run < 40; run++) {
    const costs = new CostModel(table);
    costs.observe(1, 1, 0, 200);
    for (let step = 0; step < 60; step++) costs.observe(1, 1, 0, 20);
    table = costs.corrected;
  }
  const costs = new CostModel(table);
  const slower = (tokens: number, threads: number): number =>
    costs.expectedMs(tokens, threads, 0) / (10 * tokens);
  for (const [tokens, threads] of [
    [1, 1],
    [8, 1],
    [1, 2],
    [8, 2],
  ] as const)
    assert.ok(
      Math.abs(slower(tokens, threads) - 2) < 0.5,
      `${tokens} on ${threads}: ${slower(tokens, threads)}`,
    );
});
