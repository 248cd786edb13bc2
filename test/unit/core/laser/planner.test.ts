// The planner's choices as a table: costs, chances of a draft, and how many tokens of it are sent.
import assert from "node:assert/strict";
import { test } from "vitest";
import {
  CostModel,
  emptyDraftArrays,
  RenewalPlanner,
  type CostTable,
  type Draft,
} from "../../../../core/laser/index.ts";

/** "tokens:ms" points for one thread count. */
function table(threads: number, points: string): CostTable["points"] {
  return points.split(" ").map((point) => {
    const [tokens, baseMs] = point.split(":").map(Number) as [number, number];
    return { tokens, threads, baseMs, msPerContextToken: 0 };
  });
}

function draftOf(chances: readonly number[]): Draft {
  const draft = emptyDraftArrays(chances.length);
  draft.acceptanceProbabilities.set(chances);
  return draft;
}

const FLAT = table(1, "1:10 4:10 8:10 16:10");
const STEEP = table(1, "1:10 4:40 8:80 16:160");
const BLOCKS = table(1, "1:10 4:16 8:22 12:28 16:34");

const cases: [name: string, points: CostTable["points"], chances: number[], sent: number][] = [
  ["no draft, nothing sent", FLAT, [], 0],
  ["where many cost what one does, everything is sent", FLAT, new Array<number>(15).fill(0.3), 15],
  ["where many cost as much as many, nothing is sent", STEEP, new Array<number>(15).fill(0.9), 0],
  ["a sure draft is worth its cost", BLOCKS, new Array<number>(15).fill(0.98), 15],
  ["a useless draft is not", BLOCKS, new Array<number>(15).fill(0.05), 0],
  [
    "the sure head of a doubtful draft is sent, to the end of a block",
    BLOCKS,
    [0.95, 0.95, 0.9, 0.1, 0.1, 0.1, 0.1],
    3,
  ],
  ["a short draft is sent whole", BLOCKS, [0.99, 0.99], 2],
];
for (const [name, points, chances, sent] of cases)
  test(name, () => {
    const plan = new RenewalPlanner(new CostModel({ points })).plan(draftOf(chances), 0).record;
    assert.equal(plan.sentTokens, sent);
    assert.equal(plan.noDraft, sent > 0 ? null : chances.length === 0 ? "noMatch" : "notWorthIt");
  });

test("threads are chosen with the length: one for one token, all for many", () => {
  const costs = new CostModel({ points: [...table(1, "1:9 8:48 16:78"), ...table(2, "1:14 8:20 16:30")] });
  const planner = new RenewalPlanner(costs);
  assert.equal(planner.plan(draftOf([]), 0).record.threads, 1);
  const plan = planner.plan(draftOf(new Array<number>(15).fill(0.99)), 0).record;
  assert.deepEqual([plan.sentTokens, plan.threads], [15, 2]);
});

test("a longer context costs more", () => {
  const costs = new CostModel({ points: [{ tokens: 1, threads: 1, baseMs: 10, msPerContextToken: 0.01 }] });
  assert.equal(costs.expectedMs(1, 1, 1000), 20);
});

test("a count between two measured ones costs what the larger does; beyond the largest, in proportion", () => {
  const costs = new CostModel({ points: BLOCKS });
  assert.deepEqual(
    [3, 5, 8, 32].map((tokens) => costs.expectedMs(tokens, 1, 0)),
    [16, 22, 22, 68],
  );
});

test("observed durations correct the table, one outlier hardly, and a frozen table stays", () => {
  const after = (frozen: boolean, durations: number[]) => {
    const costs = new CostModel({ points: FLAT }, frozen);
    for (const ms of durations) costs.observe(4, 1, 0, ms);
    return costs.expectedMs(4, 1, 0);
  };
  assert.ok(Math.abs(after(false, new Array<number>(200).fill(30)) - 30) < 0.5);
  assert.ok(after(false, [1000]) < 14);
  assert.ok(after(false, [1000, 1000]) < 18);
  assert.ok(after(false, [1000, 900, 1000]) > 700, "three in a row are a trend");
  assert.ok(after(false, [1000, 900, 1000, 10, 11, 10]) < 20, "and so are three back");
  assert.equal(after(true, new Array<number>(200).fill(30)), 10);
});

test("a run that goes well raises the price of time: short gains are no longer taken", () => {
  const planner = new RenewalPlanner(new CostModel({ points: BLOCKS }, true));
  const doubtful = draftOf(new Array<number>(3).fill(0.5));
  assert.equal(planner.plan(doubtful, 0).record.sentTokens, 3);
  for (let i = 0; i < 20; i++)
    planner.observe({
      committed: new Array<number>(16).fill(1),
      nextUnsentAccepted: false,
      stepMs: 34,
      evaluatedTokens: 16,
      threads: 1,
      contextTokens: 0,
      verifyMs: 34,
    });
  assert.equal(planner.plan(doubtful, 0).record.sentTokens, 0);
});

const exactness: [
  name: string,
  costs: CostTable["points"],
  exact: (threads: number) => boolean,
  expected: number[],
][] = [
  ["alone with the cheapest threads where that is exact", twoThreads(), () => true, [1, 2]],
  ["alone with one thread where only that is exact", twoThreads(), (threads) => threads === 1, [1, 1]],
  ["with a filler where nothing alone is exact", twoThreads(), () => false, [2, 2]],
  ["with a filler where that costs less than one thread", twoThreads(30), (threads) => threads === 1, [2, 2]],
];
for (const [name, points, exact, expected] of exactness)
  test(`a reproducible run evaluates a token ${name}`, () => {
    const planner = new RenewalPlanner(new CostModel({ points }), {
      isBatchInvariant: (_, threads) => exact(threads),
      maxInvariantTokens: Infinity,
    });
    const { evaluatedTokens, record } = planner.plan(draftOf([]), 300);
    assert.deepEqual([evaluatedTokens, record.threads], expected);
  });

/** Two threads are faster for one token, too; one thread takes `alone` ms. */
function twoThreads(alone = 11): CostTable["points"] {
  return [...table(1, `1:${alone} 2:40`), ...table(2, "1:9 2:14")];
}

test("what was slow once is tried again when it has not been seen for a while", () => {
  const costs = new CostModel({ points: [...table(1, "1:10"), ...table(2, "1:8")] });
  for (let i = 0; i < 3; i++) costs.observe(1, 2, 0, 2000);
  assert.equal(costs.cheapest(1, 0).threads, 1);
  let steps = 0;
  for (; costs.cheapest(1, 0).threads === 1; steps++) costs.observe(1, 1, 0, 10);
  assert.ok(steps > 500 && steps < 10_000, `tried again after ${steps} steps`);
});
