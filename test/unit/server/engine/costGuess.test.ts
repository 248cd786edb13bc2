// Costs before anything was measured, and what the first steps of a run make of them.
import assert from "node:assert/strict";
import { test } from "vitest";
import { CostModel } from "../../../../core/laser/index.ts";
import { guessCosts } from "../../../../server/engine/costs/costGuess.ts";

const CPU = { backend: "cpu", maxThreads: 2, totalLayers: 30 } as const;
const floats = (modelBytes: number) => ({ modelBytes, bitsPerWeight: 16 });
const GPU = { backend: "cuda", maxThreads: 8, totalLayers: 32 } as const;

test("a guess grows with the model, and less than in proportion with the tokens", () => {
  for (const device of [CPU, GPU]) {
    const small = new CostModel(guessCosts(device, floats(1e8)));
    const large = new CostModel(guessCosts(device, floats(4e9)));
    for (const tokens of [1, 4, 16]) assert.ok(large.cheapest(tokens, 0).ms > small.cheapest(tokens, 0).ms);
    assert.ok(small.cheapest(16, 0).ms < 8 * small.cheapest(1, 0).ms);
  }
});

test("wide evaluations are guessed to be nearly free only on a GPU, and to cost time when their shape changes", () => {
  const on = (device: typeof CPU | typeof GPU) => new CostModel(guessCosts(device, floats(14e9)));
  assert.ok(on(GPU).cheapest(64, 0).ms <= 2 * on(GPU).cheapest(1, 0).ms);
  assert.ok(on(GPU).switchMs(16, 8) > 0);
  assert.equal(on(CPU).switchMs(16, 2), 0);
});

test("on a GPU, packed weights make more tokens cost more, as measured on an H200", () => {
  const ratioOf = (bitsPerWeight: number | null, tokens: number): number => {
    const costs = new CostModel(guessCosts(GPU, { modelBytes: 4e9, bitsPerWeight }));
    return costs.cheapest(tokens, 0).ms / costs.cheapest(1, 0).ms;
  };
  // 7B Q4_0: 2.52 and 3.93; 1B Q4_0: 2.37 and 4.27; 135M Q4_0: 2.8 and 4.5.
  assert.ok(ratioOf(4.5, 16) > 2.3 && ratioOf(4.5, 16) < 2.9);
  assert.ok(ratioOf(4.5, 64) > 3.8 && ratioOf(4.5, 64) < 4.6);
  assert.ok(ratioOf(16, 64) <= 2);
  assert.equal(ratioOf(null, 64), ratioOf(4.5, 64), "of unknown weights the dearer");
});

test("the first observation replaces the guess, of all counts that were not observed", () => {
  const costs = new CostModel(guessCosts(CPU, floats(1e8)));
  const ratio = costs.expectedMs(8, 2, 0) / costs.expectedMs(1, 2, 0);
  costs.observe(1, 2, 0, 100);
  assert.ok(Math.abs(costs.expectedMs(1, 2, 0) - 100) < 1e-9);
  assert.ok(Math.abs(costs.expectedMs(8, 2, 0) - 100 * ratio) < 1e-9);
  costs.observe(8, 2, 0, 150);
  assert.ok(Math.abs(costs.expectedMs(8, 2, 0) - 150) < 1e-9);
  assert.ok(costs.expectedMs(1, 2, 0) === 100, "what was observed stays");
});

test("costs learned in a run begin the next one", () => {
  const costs = new CostModel(guessCosts(CPU, floats(1e8)));
  costs.observe(1, 2, 0, 100);
  const next = new CostModel(costs.corrected);
  assert.ok(Math.abs(next.expectedMs(1, 2, 0) - 100) < 1e-9);
  assert.equal(costs.corrected.isGuess, true, "it is still to be measured");
});

test("the guess for many tokens at once rises with them, and meets that of one answer where both have a count", () => {
  const counts = [1, 2, 3, 4, 8, 16, 24, 64, 96, 256];
  for (const device of [CPU, GPU]) {
    const msOf = (points: readonly { tokens: number; threads: number; baseMs: number }[]) =>
      new Map(
        points
          .filter(({ threads }) => threads === points[0]!.threads)
          .map((point) => [point.tokens, point.baseMs]),
      );
    const many = msOf(guessCosts(device, floats(1e9), counts).points);
    assert.deepEqual([...many.keys()], counts);
    const all = [...many.values()];
    for (let at = 1; at < all.length; at++) assert.ok(all[at]! >= all[at - 1]!);
    for (const [tokens, ms] of msOf(guessCosts(device, floats(1e9)).points))
      if (many.has(tokens)) assert.equal(many.get(tokens), ms);
  }
});
