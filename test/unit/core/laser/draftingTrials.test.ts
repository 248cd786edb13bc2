// Whether requests that share evaluations draft at all: found out by timing whole steps both ways, at little cost.
import assert from "node:assert/strict";
import { test } from "vitest";
import { CostModel } from "../../../../core/laser/index.ts";
import { DraftingTrials } from "../../../../core/laser/planning/draftingTrials.ts";
import { costPoints, draftOf } from "../../../support/decoding/plannerWorlds.ts";
import { planTogether } from "../../../support/decoding/sharedPlanning.ts";
import { seededRandom } from "../../../support/random.ts";
import { table } from "../../../support/check.ts";

/** Pace in tokens per ms by step, of each way. */
interface World {
  readonly name: string;
  readonly drafted: (step: number) => number;
  readonly plain: (step: number) => number;
  /** How much a step's time varies: a factor between 1 ÷ (1 + noise) and 1 + noise. */
  readonly noise?: number;
  readonly plainBound?: number;
  readonly steps?: number;
  /** Of the time that the better way alone would take. */
  readonly atMost: number;
}

const TOKENS = 16;

/** The time of all steps ÷ the time of the better way at each step, and how many steps were drafted. */
function timeOf({ drafted, plain, noise = 0, plainBound = Infinity, steps = 4000 }: World, seed: number) {
  const trials = new DraftingTrials();
  const random = seededRandom(seed);
  let [spent, best, draftedSteps] = [0, 0, 0];
  let isDrafting = true;
  for (let step = 0; step < steps; step++) {
    const vary = (1 + noise) ** (2 * random.next() - 1);
    const ms = (vary * TOKENS) / (isDrafting ? drafted(step) : plain(step));
    spent += ms;
    best += (vary * TOKENS) / Math.max(drafted(step), plain(step));
    if (isDrafting) draftedSteps++;
    trials.observe(8, { tokens: TOKENS, ms, plainBound });
    isDrafting = trials.isDrafting(8);
  }
  return { ratio: spent / best, draftedSteps };
}

table<World>(
  "of the faster way's time, a run takes at most",
  [
    { name: "3 % more where drafts lose a fifth", drafted: () => 1.6, plain: () => 2, atMost: 1.03 },
    { name: "4 % more where drafts lose half", drafted: () => 1, plain: () => 2, atMost: 1.04 },
    { name: "3 % more where drafts gain a fifth", drafted: () => 2.4, plain: () => 2, atMost: 1.03 },
    { name: "3 % more where drafts triple the pace", drafted: () => 6, plain: () => 2, atMost: 1.03 },
    { name: "1 % more where the two hardly differ", drafted: () => 2.02, plain: () => 2, atMost: 1.01 },
    { name: "4 % more with noisy times", drafted: () => 1.6, plain: () => 2, noise: 0.3, atMost: 1.04 },
    {
      name: "8 % more where a pool that warms up makes drafts pay",
      drafted: (step) => 1 + Math.min(3, step / 500),
      plain: () => 2,
      atMost: 1.08,
    },
    {
      name: "5 % more where the whole machine slows down and recovers",
      drafted: (step) => (step % 700 < 300 ? 0.8 : 1.6),
      plain: (step) => (step % 700 < 300 ? 1 : 2),
      atMost: 1.05,
    },
  ],
  (world) => {
    for (let seed = 0; seed < 10; seed++) {
      const { ratio } = timeOf(world, seed);
      assert.ok(ratio <= world.atMost, `seed ${seed}: ${ratio}`);
    }
  },
);

test("nothing is tried where plain decoding can't be faster", () => {
  const { draftedSteps } = timeOf(
    { name: "", drafted: () => 6, plain: () => 2, plainBound: 5, steps: 500, atMost: 1 },
    1,
  );
  assert.equal(draftedSteps, 500);
});

test("numbers of requests that differ by more than a factor of two are judged apart", () => {
  const trials = new DraftingTrials();
  const ways = new Map<number, number>();
  for (const requests of [16, 1, 16, 1]) {
    let drafted = 0;
    for (let step = 0; step < 600; step++) {
      const isDrafting = trials.isDrafting(requests);
      if (isDrafting) drafted++;
      const pays = requests === 1;
      trials.observe(requests, { tokens: 10, ms: isDrafting === pays ? 5 : 10, plainBound: Infinity });
    }
    ways.set(requests, drafted / 600);
  }
  assert.ok(ways.get(1)! > 0.9 && ways.get(16)! < 0.1, JSON.stringify([...ways]));
});

test("requests draft nothing while it does not pay, and say so", async () => {
  let clock = 0;
  const costs = new CostModel({ points: costPoints(1, "1:1 2:1.01 4:1.02 8:1.05 16:1.1") });
  const { planner } = planTogether(1, costs, { maxTokens: 16, maxTokensEach: 16, now: () => clock });
  const own = planner.forRequest(0);
  const chances = [0.5, 0.5, 0.5, 0.5];
  let drafted = 0;
  const reasons = new Map<string, number>();
  for (let step = 0; step < 1000; step++) {
    const sendable = own.sendable(0);
    // Drafting itself takes longer than the tokens that it saves.
    if (sendable > 0) clock += 2;
    const plan = await own.plan(draftOf(sendable > 0 ? chances : []), 0, 0);
    drafted += sendable > 0 ? 1 : 0;
    const { noDraft, sentTokens, threads } = plan.record;
    if (noDraft !== null) reasons.set(noDraft, (reasons.get(noDraft) ?? 0) + 1);
    clock += 1;
    planner.evaluated(plan.evaluatedTokens, 1);
    own.observe({
      committed: sentTokens > 0 ? [0, 1] : [1],
      nextUnsentAccepted: false,
      stepMs: 1,
      evaluatedTokens: plan.evaluatedTokens,
      threads,
      contextTokens: 0,
      verifyMs: 1,
    });
  }
  assert.ok(drafted < 200, `${drafted} of 1000 steps drafted`);
  assert.deepEqual([...reasons.keys()], ["notWorthIt"]);
});

test("a request that is often away, reading its prompt, does not keep the others from being judged", () => {
  const trials = new DraftingTrials();
  let drafted = 0;
  for (let step = 0; step < 1000; step++) {
    const requests = step % 5 === 0 ? 7 : 8;
    const isDrafting = trials.isDrafting(requests);
    if (isDrafting) drafted++;
    trials.observe(requests, { tokens: 8, ms: isDrafting ? 6 : 4, plainBound: Infinity });
  }
  assert.ok(drafted < 150, `${drafted} of 1000 steps drafted`);
});
