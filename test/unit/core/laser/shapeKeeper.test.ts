// A run keeps to a shape: one good or bad draft does not change it, a lasting difference does.
import assert from "node:assert/strict";
import { test } from "vitest";
import { ShapeKeeper } from "../../../../core/laser/planning/shapeKeeper.ts";

const SWITCH = [2, 2, 2];
/** Ms by shape: 1, 2 and 4 times that of a single token. */
const MS = [1, 2, 4];

test("a run begins with the smallest shape and leaves it if another is faster by enough", () => {
  const keeper = new ShapeKeeper([1, 16, 64]);
  assert.equal(
    keeper.choose([1, 2.1, 3], MS, SWITCH),
    0,
    "1.5 ms saved in 32 steps are less than a change costs",
  );
  assert.equal(keeper.choose([1, 4, 5], MS, SWITCH), 1);
});

test("a shape is judged by the time of its tokens, whatever easier text was worth", () => {
  const keeper = new ShapeKeeper([1, 16, 64]);
  for (let step = 0; step < 200; step++) keeper.choose([1, 8, 20], MS, SWITCH);
  let shape = 2;
  for (let step = 0; step < 200; step++) shape = keeper.choose([1, 2.6, 3], MS, SWITCH);
  assert.equal(shape, 1, "2.6 tokens in 2 ms, where one alone takes 1 ms");
});

test("steps that no shape can hold, and expectations that are not numbers, teach nothing", () => {
  const keeper = new ShapeKeeper([1, 16, 64]);
  assert.equal(keeper.choose([-Infinity, -Infinity, -Infinity], MS, SWITCH), 2);
  assert.equal(keeper.choose([NaN, NaN, NaN], MS, SWITCH), 2);
  assert.equal(keeper.choose([1, 4, NaN], MS, [2, 2, NaN]), 1);
  assert.equal(keeper.choose([1, 4, 5], MS, SWITCH), 1);
});

test("a single bad draft does not change the shape, a lasting one does", () => {
  const keeper = new ShapeKeeper([1, 16, 64]);
  for (let step = 0; step < 32; step++) keeper.choose([1, 3, 8], MS, SWITCH);
  assert.equal(keeper.choose([1, 1, 1], MS, SWITCH), 2);
  let steps = 0;
  while (keeper.choose([1, 1, 1], MS, SWITCH) !== 0) steps++;
  assert.ok(steps > 3 && steps < 96, `left after ${steps} steps`);
});

test("if the shape in use can't hold the tokens to evaluate, the next larger one does", () => {
  const keeper = new ShapeKeeper([1, 16, 64]);
  assert.equal(keeper.choose([-Infinity, 1.5, 1.6], MS, SWITCH), 1);
  assert.equal(keeper.choose([1, 1.5, 1.6], MS, SWITCH), 0, "and the run returns to its own");
});
