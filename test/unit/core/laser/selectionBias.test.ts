// What is learned of drafts that were sent: believed at first, then as they turn out, and forgotten in time.
import assert from "node:assert/strict";
import { test } from "vitest";
import {
  CostModel,
  emptyDraftArrays,
  PlannerMemory,
  RenewalPlanner,
  SelectionBias,
} from "../../../../core/laser/index.ts";

function after(...sent: readonly [times: number, expected: number, kept: number][]): number {
  const selectionBias = new SelectionBias();
  for (const [times, expected, kept] of sent)
    for (let i = 0; i < times; i++) selectionBias.observe(expected, kept);
  return selectionBias.factor;
}

test("expectations are trusted until drafts disappoint, and never exceeded", () => {
  assert.equal(after(), 1);
  assert.equal(after([10, 5, 5]), 1);
  assert.equal(after([10, 5, 9]), 1);
  assert.equal(after([4, 5, 0]), 0.8, "20 tokens expected beside a prior of 80");
  assert.ok(Math.abs(after([400, 5, 3]) - 260 / 380) < 1e-9, "(180 + 80) ÷ (300 + 80)");
});

test("old drafts no longer count", () => {
  assert.ok(after([400, 5, 0], [400, 5, 5]) > 0.99);
  assert.ok(after([400, 5, 5], [400, 5, 0]) < 0.22, "80 ÷ 380 in the end");
});

test("a planner whose drafts disappoint asks for surer ones, in later requests too", () => {
  const points = [1, 4].map((tokens) => ({
    tokens,
    threads: 1,
    baseMs: 6 + 4 * tokens,
    msPerContextToken: 0,
  }));
  const memory = new PlannerMemory();
  const { selectionBias } = memory;
  const planner = () => new RenewalPlanner(new CostModel({ points }, true), null, memory);
  const draft = emptyDraftArrays(3);
  draft.acceptanceProbabilities.fill(0.75);
  const before = planner().plan(draft, 0).record;
  assert.equal(before.sentTokens, 3);
  for (let i = 0; i < 100; i++) selectionBias.observe(2, 1);
  const after100 = planner().plan(draft, 0).record;
  assert.equal(after100.sentTokens, 0);
  draft.acceptanceProbabilities.fill(0.97);
  const { sentTokens, expectedKept } = planner().plan(draft, 0).record;
  assert.equal(sentTokens, 3);
  assert.ok(expectedKept < 2, "the reported expectation is corrected, too");
});
