// A run keeps to a shape: one good or bad draft does not change it, a lasting difference does, as soon as it has paid.
import assert from "node:assert/strict";
import { test } from "vitest";
import { ShapeKeeper } from "../../../../core/laser/planning/shapeKeeper.ts";

const SHAPES = [1, 16, 64];
const SWITCH = [2, 2, 2];
/** Ms by shape: 1, 2 and 4 times that of a single token. */
const MS = [1, 2, 4];

/** How many steps with these expectations are made before the run uses `shape`; at most 1,000. */
function stepsUntil(shape: number, keeper: ShapeKeeper, tokens: readonly number[]): number {
  let steps = 0;
  while (keeper.choose(tokens, MS, SWITCH) !== shape && steps < 1_000) steps++;
  return steps;
}

test("a run begins with the smallest shape, and leaves it once another has saved four times what the change costs", () => {
  const keeper = new ShapeKeeper(SHAPES);
  // 16 decodes 2.1 tokens in 2 ms, 1 in 1 ms: 0.05 ms saved, which count for 32 steps, and more than 8 ms are wanted.
  assert.equal(keeper.choose([1, 2.1, 3], MS, SWITCH), 1);
  // Now 16 decodes a token in 0.5 ms: the 13th step completes the 8 ms.
  assert.equal(stepsUntil(16, keeper, [1, 4, 5]), 12);
});

test("the first step leaves the smallest shape if 32 like it would have saved as much", () => {
  assert.equal(stepsUntil(16, new ShapeKeeper(SHAPES), [1, 4, 5]), 0);
});

test("a shape that saves nothing is never taken", () => {
  assert.equal(stepsUntil(16, new ShapeKeeper(SHAPES), [1, 1.9, 3.9]), 1_000);
});

test("a shape is judged by the time of the tokens at hand, whatever easier text was worth", () => {
  const keeper = new ShapeKeeper(SHAPES);
  assert.ok(stepsUntil(64, keeper, [1, 8, 20]) < 20);
  assert.ok(stepsUntil(16, keeper, [1, 2.6, 3]) < 40, "2.6 tokens in 2 ms, where one alone takes 1 ms");
  assert.equal(stepsUntil(1, keeper, [1, 2.6, 3]), 1_000);
});

test("hard text after easy text is noticed within a few steps, however long the easy text was", () => {
  const keeper = new ShapeKeeper(SHAPES);
  for (let step = 0; step < 500; step++) keeper.choose([1, 8, 20], MS, SWITCH);
  const steps = stepsUntil(1, keeper, [1, 1.1, 1.2]);
  assert.ok(steps > 0 && steps < 6, `left after ${steps} steps`);
});

test("steps that no shape can hold, and expectations that are not numbers, teach nothing", () => {
  const keeper = new ShapeKeeper(SHAPES);
  const fresh = new ShapeKeeper(SHAPES);
  for (const nothing of [-Infinity, NaN])
    for (let step = 0; step < 50; step++)
      assert.equal(keeper.choose([nothing, nothing, nothing], MS, SWITCH), 64);
  assert.equal(stepsUntil(16, keeper, [1, 4, 5]), stepsUntil(16, fresh, [1, 4, 5]));
  for (let step = 0; step < 50; step++)
    assert.equal(keeper.choose([1, 4, NaN], MS, [2, 2, NaN]), 16, "a shape that is not known is not taken");
});

test("steps that no shape can evaluate leave no trace in what follows", () => {
  const keeper = new ShapeKeeper(SHAPES);
  keeper.choose([1, 1, 1], MS, SWITCH);
  // Near the end of the context no count has a cost, as the planner's cheapestOf gives it.
  for (let step = 0; step < 50; step++) keeper.choose([1, 4, 5], [Infinity, Infinity, Infinity], SWITCH);
  assert.ok(stepsUntil(16, keeper, [1, 4, 5]) < 20);
});

test("if the shape in use can't hold the tokens to evaluate, the next larger one does", () => {
  const keeper = new ShapeKeeper(SHAPES);
  assert.equal(keeper.choose([-Infinity, 1.5, 1.6], MS, SWITCH), 16);
  assert.equal(keeper.choose([1, 1.5, 1.6], MS, SWITCH), 1, "and the run returns to its own");
  assert.equal(keeper.holding(1), 1);
  assert.equal(keeper.holding(17), 64);
  assert.equal(keeper.holding(99), 64, "none does");
});

test("after 32 steps, shapes are compared at one in four, which counts for the three before it", () => {
  const keeper = new ShapeKeeper(SHAPES);
  const compared: boolean[] = [];
  const step = (tokens: number[]): number => {
    compared.push(keeper.comparesNext);
    return keeper.comparesNext ? keeper.choose(tokens, MS, SWITCH) : keeper.keep(1);
  };
  for (let i = 0; i < 32; i++) step([1, 4, 5]);
  assert.ok(compared.every(Boolean));
  compared.length = 0;
  for (let i = 0; i < 8; i++) assert.equal(step([1, 4, 5]), 16);
  assert.deepEqual(compared, [false, false, false, true, false, false, false, true]);
  let steps = 0;
  while (step([1, 1, 1]) !== 1) steps++;
  assert.ok(steps >= 3 && steps < 24, `left after ${steps} steps`);
});
