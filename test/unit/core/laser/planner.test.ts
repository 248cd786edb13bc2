// The planner's choices as a table: costs, chances of a draft, and how many tokens of it are sent.
import assert from "node:assert/strict";
import { test } from "vitest";
import {
  batchesOf,
  CostModel,
  RenewalPlanner,
  type BatchSizes,
  type CostTable,
} from "../../../../core/laser/index.ts";
import { costPoints, draftOf } from "../../../support/decoding/plannerWorlds.ts";

const FLAT = costPoints(1, "1:10 4:10 8:10 16:10");
const STEEP = costPoints(1, "1:10 4:40 8:80 16:160");
const BLOCKS = costPoints(1, "1:10 4:16 8:22 12:28 16:34");

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
  ["a short draft is sent completely", BLOCKS, [0.99, 0.99], 2],
];
for (const [name, points, chances, sent] of cases)
  test(name, () => {
    const plan = new RenewalPlanner(new CostModel({ points })).plan(draftOf(chances), 0).record;
    assert.equal(plan.sentTokens, sent);
    assert.equal(plan.noDraft, sent > 0 ? null : chances.length === 0 ? "noMatch" : "notWorthIt");
  });

test("threads are chosen with the length: one for one token, all for many", () => {
  const costs = new CostModel({
    points: [...costPoints(1, "1:9 8:48 16:78"), ...costPoints(2, "1:14 8:20 16:30")],
  });
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

test("a run with high acceptance raises the price of time: small gains are no longer taken", () => {
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

test("with frozen costs no measured time changes a draft, and threads change only if they spin", () => {
  const points = [...costPoints(1, "1:10 4:16 8:22"), ...costPoints(2, "1:6 4:9 8:13")];
  const decisions = (stepMs: (step: number, threads: number) => number, isGuess = false): string[] => {
    const learned = new CostModel({ points, isGuess });
    const planner = new RenewalPlanner(new CostModel({ points }, true), null, undefined, learned);
    return Array.from({ length: 30 }, (_, step) => {
      const { record, evaluatedTokens } = planner.plan(draftOf([0.9, 0.8, 0.7, step % 3 ? 0.6 : 0.2]), step);
      const ms = stepMs(step, record.threads);
      planner.observe({
        committed: [1, 2],
        nextUnsentAccepted: step % 2 === 0,
        stepMs: ms,
        evaluatedTokens,
        threads: record.threads,
        contextTokens: step,
        verifyMs: ms,
      });
      return `${record.sentTokens} by ${record.threads}`;
    });
  };
  const quiet = decisions(() => 9);
  assert.deepEqual(
    decisions((step) => (step % 5) * 4),
    quiet,
  );
  assert.ok(quiet.every((decision) => decision.endsWith("by 2")));
  const sent = (all: readonly string[]) => all.map((decision) => decision.split(" ")[0]);
  for (const [isGuess, spinningMs, aloneMs] of [
    [false, 2500, 16],
    [true, 2500, 50],
    [true, 130, 25],
  ] as const) {
    const spinning = decisions((_, threads) => (threads === 2 ? spinningMs : aloneMs), isGuess);
    assert.ok(
      spinning.slice(10).every((decision) => decision.endsWith("by 1")),
      `${spinningMs} ms`,
    );
    assert.deepEqual(sent(spinning), sent(quiet));
  }
  const slow = decisions((_, threads) => (threads === 2 ? 130 : 220), true);
  assert.ok(
    slow.slice(10).every((decision) => decision.endsWith("by 2")),
    "a slow machine is not taken for a busy one",
  );
});

const sizes = (threads: number, text: string): BatchSizes => ({
  threads,
  sizes: text.split(" ").map(Number),
});

/** What a reproducible run evaluates for a root and this many drafted tokens, and by how many threads. */
const REPRODUCIBLE: readonly {
  readonly name: string;
  readonly points: CostTable["points"];
  readonly anywhere: readonly BatchSizes[];
  readonly early?: readonly BatchSizes[];
  readonly drafted?: number;
  readonly expected: readonly [evaluated: number, threads: number];
}[] = [
  {
    name: "alone by the cheapest threads that may",
    points: twoThreads(),
    anywhere: [sizes(1, "1 2"), sizes(2, "1 2")],
    expected: [1, 2],
  },
  {
    name: "alone by one thread where only that may",
    points: twoThreads(),
    anywhere: [sizes(1, "1 2"), sizes(2, "2")],
    expected: [1, 1],
  },
  {
    name: "with a filler if none may alone",
    points: twoThreads(),
    anywhere: [sizes(1, "2"), sizes(2, "2")],
    expected: [2, 2],
  },
  {
    name: "with a filler if that costs less",
    points: twoThreads(30),
    anywhere: [sizes(1, "1 2"), sizes(2, "2")],
    expected: [2, 2],
  },
  {
    name: "alone beyond the position that allows more",
    points: twoThreads(),
    anywhere: [sizes(1, "1")],
    early: [sizes(1, "1"), sizes(2, "1")],
    expected: [1, 1],
  },
  {
    name: "in fours with Q4_K's kernels",
    points: costPoints(1, "1:10 4:12 8:14 16:16"),
    anywhere: [sizes(1, "4 8 12 16")],
    drafted: 5,
    expected: [8, 1],
  },
  {
    name: "no more than the greatest count",
    points: costPoints(1, "1:10 4:12 8:14 16:16"),
    anywhere: [sizes(1, "1 2 3 4 5 6 7")],
    drafted: 12,
    expected: [7, 1],
  },
  {
    name: "by threads that were not measured if no others may",
    points: costPoints(1, "1:10"),
    anywhere: [sizes(4, "2")],
    expected: [2, 4],
  },
];
for (const { name, points, anywhere, early, drafted = 0, expected } of REPRODUCIBLE)
  test(`a reproducible run evaluates ${name}`, () => {
    const found = { anywhere, early: early ? { before: 256, counts: early } : null, trees: true };
    const planner = new RenewalPlanner(new CostModel({ points }, true), batchesOf(found, 4096));
    const draft = draftOf(Array.from({ length: drafted }, () => 0.99));
    const { evaluatedTokens, record } = planner.plan(draft, 300);
    assert.deepEqual([evaluatedTokens, record.threads], expected);
  });

/** Two threads are faster for one token, too; one thread takes `alone` ms. */
function twoThreads(alone = 11): CostTable["points"] {
  return [...costPoints(1, `1:${alone} 2:40`), ...costPoints(2, "1:9 2:14")];
}

test("what was slow once is tried again when it has not been seen for a while", () => {
  const costs = new CostModel({ points: [...costPoints(1, "1:10"), ...costPoints(2, "1:8")] });
  for (let i = 0; i < 3; i++) costs.observe(1, 2, 0, 2000);
  assert.equal(costs.cheapest(1, 0).threads, 1);
  let steps = 0;
  for (; costs.cheapest(1, 0).threads === 1; steps++) costs.observe(1, 1, 0, 10);
  assert.ok(steps > 500 && steps < 10_000, `tried again after ${steps} steps`);
});
