// Planning for several requests at once: what is sent depends on what the others fill the evaluation with.
import assert from "node:assert/strict";
import { test } from "vitest";
import { CostModel, RenewalPlanner, type CostPoint, type Plan } from "../../../../core/laser/index.ts";
import { costPoints, draftOf } from "../../../support/decoding/plannerWorlds.ts";
import { planTogether } from "../../../support/decoding/sharedPlanning.ts";
import { seededRandom } from "../../../support/random.ts";
import { table } from "../../../support/check.ts";

const sure = (tokens: number) => new Array<number>(tokens).fill(0.9);

/** Plans one step for as many requests as there are drafts. */
async function planned(
  points: readonly CostPoint[],
  drafts: readonly (readonly number[])[],
  { maxTokens = 512, waiting = 0, shapes = [] as number[] } = {},
): Promise<Plan[]> {
  const { planner } = planTogether(drafts.length, new CostModel({ points }, true), {
    maxTokens,
    waitingTokens: () => waiting,
    keepShape: (tokens) => {
      shapes.push(tokens);
    },
  });
  return Promise.all(
    drafts.map((chances, member) => planner.forRequest(member).plan(draftOf(chances), 0, 0)),
  );
}

const sent = (plans: readonly Plan[]) => plans.map(({ record }) => record.sentTokens);

/** A device that evaluates 16 tokens for little more than one, and from there on in proportion. */
const SATURATED = costPoints(1, "1:10 2:10.1 4:10.2 8:10.5 16:11 32:22 64:44 128:88 256:176 512:352");
const FLAT = costPoints(1, "1:10 512:10.5");

/**
 * A run of equal requests on a clock that adds T, at `slowness` times it: tokens sent by each step and mean of each request, and
 * tokens per ms of T of all together.
 */
async function run(
  points: readonly CostPoint[],
  requests: number,
  chances: readonly number[],
  slowness: (step: number) => number = () => 1,
) {
  const bySteps: number[][] = [];
  let spentMs = 0;
  let clock = 0;
  const { planner } = planTogether(requests, new CostModel({ points }, true), { now: () => clock });
  const random = seededRandom(requests);
  let drafted = 0;
  let tokens = 0;
  const planners = Array.from({ length: requests }, (_, member) => planner.forRequest(member));
  for (let step = 0; step < STEPS; step++) {
    const plans = await Promise.all(planners.map((own) => own.plan(draftOf(chances), 0, 0)));
    const { expectedMs } = plans[0]!.record;
    spentMs += expectedMs;
    const tookMs = expectedMs * slowness(step);
    clock += tookMs;
    planner.evaluated(
      plans.reduce((sum, { evaluatedTokens }) => sum + evaluatedTokens, 0),
      tookMs,
    );
    bySteps.push([...sent(plans)]);
    plans.forEach(({ record, evaluatedTokens }, member) => {
      let kept = 0;
      while (kept < record.sentTokens && random.next() < chances[kept]!) kept++;
      drafted += record.sentTokens;
      tokens += kept + 1;
      // The tokens of these drafts are all 0.
      const committed = [...new Array<number>(kept).fill(0), 1];
      const { threads } = record;
      planners[member]!.observe({
        committed,
        nextUnsentAccepted: false,
        stepMs: tookMs,
        evaluatedTokens,
        threads,
        contextTokens: 0,
        verifyMs: tookMs,
      });
    });
  }
  return { sent: drafted / STEPS / requests, rate: tokens / spentMs, bySteps };
}

const STEPS = 200;

table(
  "with this many requests at once, each sends",
  [
    { name: "much alone", requests: 1, points: SATURATED, least: 12, most: 15 },
    { name: "less where four share the device", requests: 4, points: SATURATED, least: 2, most: 4 },
    {
      name: "nothing if sixteen fill it without drafts",
      requests: 16,
      points: SATURATED,
      least: 0,
      most: 0.2,
    },
    { name: "everything where tokens are free", requests: 16, points: FLAT, least: 15, most: 15 },
  ],
  async ({ requests, points, least, most }) => {
    const { sent: mean, rate } = await run(points, requests, sure(15));
    assert.ok(mean >= least && mean <= most, String(mean));
    const plain = await run(points, requests, []);
    assert.ok(rate >= plain.rate * 0.99, `${rate}, plain ${plain.rate}`);
  },
);

table(
  "drafts that are hardly ever kept cost at most 3 %",
  [1, 4, 16].map((requests) => ({ name: `${requests} at once`, requests })),
  async ({ requests }) => {
    const useless = await run(SATURATED, requests, new Array<number>(15).fill(0.02));
    const plain = await run(SATURATED, requests, []);
    assert.ok(useless.rate >= plain.rate * 0.97, `${useless.rate}, plain ${plain.rate}`);
  },
);

test("after a moment that other programs took, drafts that don't pay are still not sent", async () => {
  let clock = 0;
  const costs = new CostModel({ points: costPoints(1, "1:20 2:36 4:47") });
  const { planner } = planTogether(1, costs, { maxTokens: 4, maxTokensEach: 4, now: () => clock });
  const own = planner.forRequest(0);
  const { record, evaluatedTokens } = await own.plan(draftOf([]), 0, 0);
  clock += 1000;
  own.observe({
    ...record,
    committed: [1],
    nextUnsentAccepted: false,
    stepMs: 1000,
    evaluatedTokens,
    contextTokens: 0,
    verifyMs: 1000,
  });
  assert.equal((await own.plan(draftOf([0.4]), 0, 0)).record.sentTokens, 0);
});

test("the draft that promises more gets more, and the rest gets the reason why it got nothing", async () => {
  const plans = await planned(SATURATED, [sure(15), [0.3, 0.3, 0.3], []]);
  assert.equal(sent(plans)[2], 0);
  assert.ok(sent(plans)[0]! > 10 && sent(plans)[1]! < 3, sent(plans).join());
  assert.deepEqual(
    (await planned(SATURATED, [...Array.from({ length: 15 }, () => sure(3)), []])).map(
      ({ record }) => record.noDraft,
    ),
    [...new Array<string>(15).fill("notWorthIt"), "noMatch"],
  );
});

test("an evaluation has no more tokens than it may, and room for a prompt that waits", async () => {
  const drafts = Array.from({ length: 4 }, () => sure(40));
  const total = (plans: readonly Plan[]) => plans.reduce((sum, plan) => sum + plan.evaluatedTokens, 0);
  assert.equal(total(await planned(FLAT, drafts, { maxTokens: 100 })), 100);
  assert.equal(total(await planned(FLAT, drafts, { maxTokens: 160, waiting: 500 })), 160 - 128);
  assert.equal(total(await planned(FLAT, drafts, { maxTokens: 100, waiting: 500 })), 4);
});

test("for one request it plans as the planner of one request does", async () => {
  const tables = [
    SATURATED,
    FLAT,
    costPoints(1, "1:8 4:25 8:33 12:38 16:40"),
    costPoints(1, "1:10 4:40 8:80 16:160"),
  ];
  for (const points of tables)
    for (const chances of [sure(15), sure(3), [0.95, 0.95, 0.9, 0.1, 0.1], [0.2], []]) {
      const [plan] = await planned(points, [chances], { maxTokens: 64 });
      const alone = new RenewalPlanner(new CostModel({ points }, true)).plan(draftOf(chances), 0);
      assert.deepEqual(
        [plan!.record.sentTokens, plan!.record.noDraft],
        [alone.record.sentTokens, alone.record.noDraft],
      );
    }
});

test("if shapes cost time, drafts fill the shape that is kept to", async () => {
  const points = [4, 16, 32, 64].map((tokens) => ({
    tokens,
    threads: 1,
    baseMs: 10 + tokens / 100,
    msPerContextToken: 0,
    switchMs: 1,
  }));
  const plans = await planned(
    points,
    Array.from({ length: 4 }, () => sure(40)),
  );
  assert.deepEqual(sent(plans), [15, 15, 15, 15]);
  const shapes: number[] = [];
  const few = await planned(points, [[0.9], [], [], []], { shapes });
  assert.deepEqual([sent(few), shapes], [[1, 0, 0, 0], [16]]);
});

test("one that is closed refuses those who wait and those who come", async () => {
  const room = { maxTokens: 8, maxTokensEach: 8 };
  const { planner, gathering } = planTogether(2, new CostModel({ points: FLAT }), room);
  const plan = async () => planner.forRequest(0).plan(draftOf([]), 0, 0);
  const waiting = assert.rejects(plan(), /closed/);
  await Promise.resolve();
  gathering.close(new Error("closed"));
  await waiting;
  await assert.rejects(plan(), /closed/);
});

table(
  "under frozen costs, what is sent does not depend on the clock",
  [1, 3, 8].map((requests) => ({ name: `${requests} requests`, requests })),
  async ({ requests }) => {
    const chances = [0.9, 0.7, 0.5, 0.3, 0.2];
    const quiet = await run(SATURATED, requests, chances);
    const busy = seededRandom(7);
    const wild = await run(SATURATED, requests, chances, () => (busy.next() < 0.1 ? 400 : 1 + busy.next()));
    assert.deepEqual(wild.bySteps, quiet.bySteps);
  },
);
