// The planner on trees, repeated tokens and evaluations whose shape costs time to change.
import assert from "node:assert/strict";
import { test } from "vitest";
import {
  CostModel,
  emptyDraftArrays,
  RenewalPlanner,
  type CostTable,
  type Draft,
} from "../../../../core/laser/index.ts";
import { Expectation, principalChain } from "../../../../core/laser/planning/expectation.ts";

/** "parent:chance" for each node. */
function treeOf(nodes: string): Draft {
  const parsed = nodes.split(" ").map((node) => node.split(":").map(Number) as [number, number]);
  const draft = emptyDraftArrays(parsed.length);
  parsed.forEach(([parent, chance], i) => {
    draft.tokens[i] = 100 + i;
    draft.parents[i] = parent;
    draft.acceptanceProbabilities[i] = chance;
  });
  return draft;
}

function chainOf(tokens: number): Draft {
  return treeOf(Array.from({ length: tokens }, (_, i) => `${i - 1}:0.9`).join(" "));
}

/** "tokens:ms+switch" points. */
function gpu(points: string): CostTable {
  return {
    points: points.split(" ").map((point) => {
      const [tokens, baseMs, switchMs] = point.split(/[:+]/).map(Number) as [number, number, number];
      return { tokens, threads: 1, baseMs, msPerContextToken: 0, switchMs };
    }),
  };
}

const FORKED = treeOf("-1:0.6 -1:0.3 0:0.5 1:0.5 2:0.9 -1:0.1");

test("the principal chain follows the child most likely to be kept", () => {
  assert.deepEqual([...principalChain(FORKED)], [0, 2, 4]);
});

test("a tree is expected to keep Σ of its nodes' joint probabilities, scaled as its principal chain is", () => {
  const expected = new Float64Array(FORKED.length + 1);
  new Expectation().expectAccepted(FORKED, expected);
  const joint = [0.6, 0.3, 0.3, 0.15, 0.27, 0.1];
  const first = expected[1]! / joint[0]!;
  joint.forEach((one, i) => {
    assert.ok(Math.abs(expected[i + 1]! - expected[i]! - first * one) < 1e-12, `node ${i}`);
  });
  assert.ok(first > 0.5 && first < 2, `scale ${first}`);
});

test("chains that keep failing lower what the branches are expected to keep", () => {
  const expectation = new Expectation();
  const expected = new Float64Array(FORKED.length + 1);
  expectation.expectAccepted(FORKED, expected);
  const before = expected[6]!;
  for (let step = 0; step < 30; step++) {
    expectation.observe([1], false);
    expectation.expectAccepted(FORKED, expected);
  }
  assert.ok(expected[6]! < 0.7 * before, `${before} fell to ${expected[6]}`);
});

test("if the shape matters, fillers bring an evaluation up to it, repeated tokens included", () => {
  const planner = new RenewalPlanner(new CostModel(gpu("1:5+1 8:6+1 16:7+1 32:9+1"), true));
  const wide = planner.plan(chainOf(10), 50, 3);
  assert.equal(wide.record.sentTokens, 10);
  assert.equal(wide.evaluatedTokens, 13, "fillers make 3 + 1 + 10 up to 16");
});

test("a plain step after a kept path pays for the tokens that are repeated", () => {
  const planner = new RenewalPlanner(new CostModel(gpu("1:5+0 8:20+0"), true));
  const plan = planner.plan(treeOf("-1:0.01"), 50, 6);
  assert.equal(plan.record.expectedPlainMs, 20);
  assert.equal(plan.evaluatedTokens, plan.record.sentTokens + 1);
});

test("a shape in use is kept where changing it costs more than the longer draft gains", () => {
  const table = (switchMs: number) => gpu(`1:5+1 8:6+0 16:6.1+${switchMs}`);
  const sentLater = (switchMs: number) => {
    const planner = new RenewalPlanner(new CostModel(table(switchMs), true));
    planner.plan(chainOf(7), 50, 0);
    for (let step = 0; step < 100; step++) planner.plan(chainOf(15), 50, 0);
    return planner.plan(chainOf(15), 50, 0).record.sentTokens;
  };
  assert.equal(sentLater(0), 15);
  assert.equal(sentLater(20), 15, "it pays within some dozen steps");
  assert.equal(sentLater(1_000), 7);
});

test("the best draft that was declined is reported with its gain and its cost", () => {
  const planner = new RenewalPlanner(new CostModel(gpu("1:5+0 8:40+0"), true));
  const { record } = planner.plan(treeOf("-1:0.5 0:0.5"), 50, 0);
  assert.equal(record.sentTokens, 0);
  assert.equal(record.declined?.draftedTokens, 2);
  assert.equal(record.declined.expectedMs, 40);
  assert.ok(record.declined.expectedKept > 0.4 && record.declined.expectedKept < 1.2);
});

test("drafts that are chains are all trunk, so that no room is left for what would be repeated", () => {
  const planner = new RenewalPlanner(new CostModel(gpu("1:5+0 8:5+1 16:6+1"), true));
  planner.plan(chainOf(7), 50, 1); // The target repeats what it keeps beyond a fork.
  for (let step = 0; step < 6; step++) planner.plan(chainOf(7), 50, 0);
  assert.equal(planner.plan(chainOf(7), 50, 0).evaluatedTokens, 8);
});

test("once a run keeps to a shape, a draft need not be larger than it holds, except where shapes are compared", () => {
  const planner = new RenewalPlanner(new CostModel(gpu("1:5+1 8:6+1 16:20+1"), true));
  const sendable: number[] = [];
  for (let step = 0; step < 40; step++) {
    const most = planner.sendable(2);
    if (step >= 32) sendable.push(most);
    planner.plan(chainOf(Math.min(15, most)), 50, 2);
  }
  // 8 hold the root and two repeated tokens.
  assert.deepEqual(sendable, [5, 5, 5, Infinity, 5, 5, 5, Infinity]);
  assert.equal(new RenewalPlanner(new CostModel(gpu("1:5+0 8:6+0"), true)).sendable(2), Infinity);
});
