// A run keeps to a shape: one good or bad draft does not change it, a lasting difference does.
import assert from "node:assert/strict";
import { test } from "vitest";
import { ShapeKeeper } from "../../../../core/laser/shapeKeeper.ts";

const SWITCH = [2, 2, 2];

test("a run begins with the smallest shape and leaves it where another gains enough", () => {
  const keeper = new ShapeKeeper([1, 16, 64]);
  assert.equal(keeper.choose([0, 0.05, 0.01], SWITCH), 0, "32 · 0.05 is less than a change costs");
  assert.equal(keeper.choose([0, 1, 0.5], SWITCH), 1);
});

test("steps that no shape can hold, and gains that are not numbers, teach nothing", () => {
  const keeper = new ShapeKeeper([1, 16, 64]);
  assert.equal(keeper.choose([-Infinity, -Infinity, -Infinity], SWITCH), 2);
  assert.equal(keeper.choose([NaN, NaN, NaN], SWITCH), 2);
  assert.equal(keeper.choose([0, 1, NaN], [2, 2, NaN]), 1);
  assert.equal(keeper.choose([0, 1, 0.5], SWITCH), 1);
});

test("a single bad draft does not change the shape, a lasting one does", () => {
  const keeper = new ShapeKeeper([1, 16, 64]);
  for (let step = 0; step < 32; step++) keeper.choose([0, 1, 2], SWITCH);
  assert.equal(keeper.choose([0, -1, -3], SWITCH), 2);
  let steps = 0;
  while (keeper.choose([0, -1, -3], SWITCH) !== 0) steps++;
  assert.ok(steps > 3 && steps < 32, `left after ${steps} steps`);
});

test("where the shape in use can't hold what must be evaluated, the next larger one does", () => {
  const keeper = new ShapeKeeper([1, 16, 64]);
  assert.equal(keeper.choose([-Infinity, -0.5, -0.6], SWITCH), 1);
  assert.equal(keeper.choose([0, -0.5, -0.6], SWITCH), 0, "and the run returns to its own");
});
