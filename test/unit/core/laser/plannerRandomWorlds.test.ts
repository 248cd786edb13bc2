// The planner on random texts whose state the drafter shows: close to the best that value iteration knows.
import assert from "node:assert/strict";
import { test } from "vitest";
import { CostModel } from "../../../../core/laser/index.ts";
import { COST_TABLES, shareOfOptimum, type PlannerWorld } from "../../../support/decoding/plannerWorlds.ts";
import { seededRandom } from "../../../support/random.ts";

test("on random texts whose state the drafter shows, the planner reaches 95 % of the optimum", () => {
  for (let seed = 1; seed <= 4; seed++) {
    const random = seededRandom(seed);
    const world: PlannerWorld = {
      kept: [0.5 + random.next() / 2, random.next() / 2],
      stays: [random.next() * 0.98, random.next() * 0.98],
      changesBy: random.pick(["step", "token"]),
      seen: 1,
      costs: new CostModel({ points: random.pick(Object.values(COST_TABLES)) }, true),
      offeredTokens: 1 + random.below(15),
    };
    const reached = shareOfOptimum(world, seed);
    assert.ok(reached >= 0.95, `seed ${seed}: ${(100 * reached).toFixed(1)} % of the optimum`);
  }
});
