// What a priced target repeats after a tree is what the direct engine repeats: kept tokens beyond the first fork.
import assert from "node:assert/strict";
import { CostModel } from "../../../../core/laser/index.ts";
import { PricedTarget } from "../../../../server/bench/replay/pricedTarget.ts";
import { treeShape } from "../../../../server/engine/native/treeShape.ts";
import { table } from "../../../support/check.ts";

const options = { rows: "all", topK: 1, threads: 1, signal: { aborted: false } } as const;

table(
  "after a path of",
  [
    { name: "a fork at the root", parents: [-1, 0, 0, 1], path: [0, 1, 3], repeated: 2 },
    { name: "a fork further down", parents: [-1, 0, 1, 1], path: [0, 1, 3], repeated: 1 },
    { name: "a fork before another", parents: [-1, 0, 1, 1, 0], path: [0, 1, 3], repeated: 2 },
    { name: "a fork that is not reached", parents: [-1, 0, 1, 1], path: [0], repeated: 0 },
    {
      name: "a tree with a chain after its fork",
      parents: [-1, 0, 0, 2, 3],
      path: [0, 2, 3, 4],
      repeated: 3,
    },
  ],
  async ({ parents, path, repeated }) => {
    const point = { tokens: 1, threads: 1, baseMs: 1, msPerContextToken: 0 };
    const target = new PricedTarget({
      costs: new CostModel({ points: [point] }, true),
      like: { maxTreeLeaves: 8 },
      vocabularySize: 8,
      contextTokens: 64,
      threads: 1,
    });
    await target.evaluate(new Int32Array(parents.length), { ...options, parents: Int32Array.from(parents) });
    await target.rollback(0, Int32Array.from(path));
    assert.equal(target.repeatedTokens, repeated);
    const { trunk } = treeShape(Int32Array.from(parents), 8);
    assert.equal(repeated, Math.max(0, path.length - trunk));
  },
);
