// Trees as positions and sequences: each token sees exactly its ancestors.
import assert from "node:assert/strict";
import { test } from "vitest";
import { checkPath, treeShape } from "../../../../../server/engine/native/treeShape.ts";
import { randomTree } from "../../../../support/decoding/randomTree.ts";
import { table } from "../../../../support/check.ts";

const sequencesOf = ({ starts, ids }: ReturnType<typeof treeShape>, token: number) =>
  new Set(ids.subarray(starts[token], starts[token + 1]));

test("a token's first sequence holds its ancestors, itself and nothing else that is earlier", () => {
  for (let seed = 1; seed <= 200; seed++) {
    const { parents, paths } = randomTree(seed, 8);
    const shape = treeShape(parents, 8);
    assert.equal(shape.leaves, paths.length);
    for (const path of paths)
      path.forEach((token, depth) => {
        assert.equal(shape.depths[token], depth);
        const first = shape.ids[shape.starts[token]!]!;
        const seen = [...parents.keys()].filter(
          (other) => sequencesOf(shape, other).has(first) && shape.depths[other]! <= depth,
        );
        assert.deepEqual(seen, [...path.slice(0, depth + 1)], `seed ${seed}, token ${token}`);
      });
  }
});

table(
  "trunk",
  [
    { name: "a chain", parents: [-1, 0, 1], trunk: 3 },
    { name: "a root with two children", parents: [-1, 0, 0], trunk: 1 },
    { name: "two tokens before a fork", parents: [-1, 0, 1, 1, 2], trunk: 2 },
    { name: "two roots", parents: [-1, -1], trunk: 0 },
    { name: "a fork whose branches are chains", parents: [-1, 0, 1, 0, 3], trunk: 1 },
  ],
  ({ parents, trunk }) => {
    assert.equal(treeShape(Int32Array.from(parents), 8).trunk, trunk);
  },
);

table(
  "no tree",
  [
    { name: "a parent that comes later", parents: [1, -1], leaves: 8, says: /token 0 .* parent 1/ },
    { name: "a token that is its own parent", parents: [-1, 1], leaves: 8, says: /token 1 .* parent 1/ },
    { name: "too many leaves", parents: [-1, 0, 0, 0], leaves: 2, says: /3 leaves: at most 2/ },
  ],
  ({ parents, leaves, says }) => {
    assert.throws(() => treeShape(Int32Array.from(parents), leaves), says);
  },
);

table(
  "path",
  [
    { name: "down a branch", path: [0, 2], isPath: true },
    { name: "empty", path: [], isPath: true },
    { name: "across branches", path: [0, 1, 2], isPath: false },
    { name: "from the middle", path: [2], isPath: false },
    { name: "out of the tree", path: [0, 3], isPath: false },
  ],
  ({ path, isPath }) => {
    const check = () => {
      checkPath(Int32Array.from(path), Int32Array.of(-1, 0, 0), 3);
    };
    if (isPath) check();
    else assert.throws(check, RangeError);
  },
);
