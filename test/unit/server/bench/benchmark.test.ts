// The benchmark over a scripted engine: what it counts, in which order it asks, and what a stop leaves.
import assert from "node:assert/strict";
import { test } from "vitest";
import {
  armSpecs,
  benchmarkFigures,
  BenchPool,
  bestPlainThreads,
  ownTransitions,
  parseRules,
  shuffled,
  type ArmFigures,
  type BenchmarkRun,
} from "../../../../server/bench/index.ts";
import type { CostTable } from "../../../../core/laser/index.ts";
import {
  ANSWERS,
  COSTS,
  decodeArms,
  poolOf,
  PUBLISHED,
  scriptedBench,
  scriptedRun,
} from "../../../support/decoding/scriptedBenchmark.ts";
import { table } from "../../../support/check.ts";

/** The figures of each arm by its name. */
function figures({ arms, ...run }: Awaited<ReturnType<typeof scriptedRun>>): Map<string, ArmFigures> {
  return new Map(benchmarkFigures(run, arms, 0).arms.map((arm) => [arm.name, arm]));
}

/** Which arms answered, round by round. */
function orders({ samples }: BenchmarkRun, arms: number): string[] {
  const names = samples.map(({ arm }) => arm);
  return Array.from({ length: names.length / arms }, (_, i) =>
    names.slice(i * arms, (i + 1) * arms).join(" "),
  );
}

/** Many tokens cost what one does, so that every draft is worth sending whatever the planner believes. */
const SAME_COSTS: CostTable = {
  points: [1, 2, 4, 8, 12, 16].map((tokens) => ({ tokens, threads: 1, baseMs: 10, msPerContextToken: 0 })),
};

test("an answer that the pool holds takes two steps: one to find it, one to copy it", async () => {
  const text = "one two three four five six";
  const bench = scriptedBench([text]);
  const pool = poolOf(bench.engine, [{ id: "another", text }]);
  const arms = decodeArms(bench.engine, SAME_COSTS);
  const found = figures(await scriptedRun(bench, { pool, arms }));
  // The end of text is a token too.
  const tokens = bench.engine.tokenizer.tokenize(text, false).length + 1;
  const { edl, steps, kept, drafted, acceptance, relaxed, equalAnswers } = found.get("laser-strict")!;
  assert.deepEqual(
    { edl: edl.value, steps, kept, drafted, acceptance, relaxed, equalAnswers },
    {
      edl: tokens / 2,
      steps: 2,
      kept: tokens - 2,
      drafted: tokens - 2,
      acceptance: 1,
      relaxed: 0,
      equalAnswers: 1,
    },
  );
  const plain = found.get("plain")!;
  assert.equal(plain.steps, tokens);
  assert.equal(plain.edl.value, 1);
  assert.equal(plain.acceptance, null);
  assert.equal(plain.ratioToPlain.value, 1);
});

test("every strict answer equals plain's, and the counts of each arm agree with its answers", async () => {
  const bench = scriptedBench();
  const pool = poolOf(bench.engine, [{ id: "another", text: ANSWERS[1] }]);
  const run = await scriptedRun(bench, { pool, repeats: 2 });
  const found = figures(run);
  assert.equal(run.rounds, 6);
  for (const [name, arm] of found) {
    assert.equal(arm.answers, 6, name);
    assert.equal(arm.comparedAnswers, 6, name);
    if (name !== "laser") assert.equal(arm.equalAnswers, 6, name);
    if (name !== "laser") assert.equal(arm.relaxed, 0, name);
    // Every step commits what it kept and one token of the target's own.
    assert.equal(arm.tokens, arm.kept + arm.steps, name);
    assert.ok(arm.evaluateShare! > 0 && arm.evaluateShare! + arm.draftShare! < 1, name);
  }
  const laser = found.get("laser")!;
  assert.ok(laser.relaxed > 0, "the script has close runners-up, which the relaxed rule keeps");
  assert.ok(laser.natsGivenUpPerToken! > 0);
  // Each relaxed token of the script is 8 − 6.8 below the best one.
  assert.ok(Math.abs(laser.natsGivenUpPerToken! * laser.tokens - 1.2 * laser.relaxed) < 1e-5);
});

test("a pool that holds only the answers to the prompts asked counts as none", async () => {
  const bench = scriptedBench();
  const own = ANSWERS.map((text, i) => ({ id: `tell ${i}`, text }));
  const others = own.map(({ text }, i) => ({ id: `other ${i}`, text }));
  const edl = async (entries: typeof own, prompts = bench.prompts) =>
    figures(await scriptedRun({ ...bench, prompts }, { pool: poolOf(bench.engine, entries) }));
  const leftOut = await edl(own.slice(2), bench.prompts.slice(2));
  const without = figures(await scriptedRun({ ...bench, prompts: bench.prompts.slice(2) }));
  assert.equal(leftOut.get("laser-strict")!.steps, without.get("laser-strict")!.steps);
  const held = await edl(others.slice(2), bench.prompts.slice(2));
  assert.ok(held.get("laser-strict")!.steps < leftOut.get("laser-strict")!.steps);
});

test("arms take turns in an order that only the seed decides", async () => {
  const bench = scriptedBench();
  const run = (seed: number) => scriptedRun(bench, { seed, repeats: 3 });
  const [first, again, other] = [await run(1), await run(1), await run(2)];
  const arms = first.arms.length;
  assert.deepEqual(orders(first, arms), orders(again, arms));
  assert.notDeepEqual(orders(first, arms), orders(other, arms));
  assert.ok(new Set(orders(first, arms)).size > 1, "not the same order in every round");
  for (const order of orders(first, arms))
    assert.deepEqual(order.split(" ").sort(), first.arms.map(({ name }) => name).sort());
  // The same seed gives the same text and steps, whatever the order.
  const steps = ({ samples }: BenchmarkRun) => samples.map(({ answer }) => answer.stepTokens.join());
  assert.deepEqual(steps(first), steps(again));
});

test("an on-line pool is fed by finished answers, and each repeat starts over in another order", async () => {
  const twice = [ANSWERS[0], ANSWERS[0]];
  const bench = scriptedBench(twice);
  const run = await scriptedRun(bench, { pool: new BenchPool("empty", []), online: true, repeats: 5 });
  const strict = run.samples.filter(({ arm }) => arm === "laser-strict");
  assert.equal(strict.length, 10);
  for (let repeat = 0; repeat < 5; repeat++) {
    const [first, second] = strict.slice(2 * repeat, 2 * repeat + 2);
    assert.ok(first!.answer.stepTokens.length > second!.answer.stepTokens.length, `repeat ${repeat}`);
    assert.equal(first!.answer.stepTokens.length, strict[0]!.answer.stepTokens.length, "begins anew");
  }
  assert.deepEqual(
    new Set(strict.filter((_, i) => i % 2 === 0).map(({ prompt }) => prompt)),
    new Set([0, 1]),
  );
});

test("a stop drops the round in progress and keeps the others", async () => {
  const bench = scriptedBench();
  const controller = new AbortController();
  const arms = decodeArms(bench.engine);
  const run = await scriptedRun(bench, {
    arms,
    signal: controller.signal,
    onProgress: (done) => {
      // Warm-up, one whole round, and one answer of the next.
      if (done === 2 * arms.length + 1) controller.abort();
    },
  });
  assert.equal(run.stopped, true);
  assert.equal(run.rounds, 1);
  assert.equal(run.samples.length, arms.length);
  assert.equal(benchmarkFigures(run, arms, 0).arms[0]!.answers, 1);
});

test("a stop before the first round leaves no figures, and no error", async () => {
  const bench = scriptedBench();
  const run = await scriptedRun(bench, { signal: AbortSignal.abort() });
  assert.equal(run.rounds, 0);
  const [plain] = benchmarkFigures(run, run.arms, 0).arms;
  assert.equal(plain!.tokensPerSecond, null);
  assert.ok(Number.isNaN(plain!.ratioToPlain.value));
});

test("plain decoding gets the number of threads at which one token costs least", () => {
  assert.equal(bestPlainThreads(COSTS), 1); // 11 ms against 13.5
});

test("arms: plain always runs, laser once for each rule", () => {
  const names = armSpecs(["laser"], [PUBLISHED, { ...PUBLISHED, topK: 3, minProbability: 0.05 }]);
  assert.deepEqual(
    names.map(({ name }) => name),
    ["plain", "laser", "laser 3:0.05"],
  );
});

table(
  "relaxed rules",
  [
    { name: "one", text: "2:0.1", expect: [[2, 0.1]] },
    { name: "several", text: "2:0.1, 3:0.05", expect: [[2, 0.1], [3, 0.05]] }, // prettier-ignore
    { name: "no p", text: "2", expect: null },
    { name: "k of 0", text: "0:0.1", expect: null },
    { name: "p above 1", text: "2:1.5", expect: null },
    { name: "twice the same", text: "2:0.1,2:0.10", expect: null },
    { name: "nothing", text: "", expect: null },
  ],
  ({ text, expect }) => {
    const rules = parseRules(text)?.map(({ topK, minProbability }) => [topK, minProbability]) ?? null;
    assert.deepEqual(rules, expect);
  },
);

table(
  "what feeds an on-line pool",
  [
    { name: "all of a strict answer", relaxed: [], expect: [[1, 2, 3, 4]] },
    { name: "a relaxed token begins a new entry", relaxed: [2], expect: [[1, 2], [3, 4]] }, // prettier-ignore
    { name: "a single token holds no transition", relaxed: [1], expect: [[2, 3, 4]] },
    { name: "relaxed ones in a row", relaxed: [2, 3], expect: [[1, 2]] },
  ],
  ({ relaxed, expect }) => {
    assert.deepEqual(ownTransitions([1, 2, 3, 4], relaxed), expect);
  },
);

test("shuffling gives every order about as often", () => {
  const seen = new Map<string, number>();
  for (let round = 0; round < 6000; round++) {
    const order = shuffled(3, 7, round, 0).join();
    seen.set(order, (seen.get(order) ?? 0) + 1);
  }
  assert.equal(seen.size, 6);
  for (const [order, count] of seen) assert.ok(Math.abs(count - 1000) < 150, `${order}: ${count}`);
});
