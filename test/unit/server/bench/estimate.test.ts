// The estimate on answers whose gain can be worked out by hand, on a clock that only adds T(n).
import assert from "node:assert/strict";
import { test } from "vitest";
import { BenchError, estimate, type Recording } from "../../../../server/bench/index.ts";
import type { CostTable } from "../../../../core/laser/index.ts";
import { seededRandom } from "../../../support/random.ts";

const TOKENS = 60;

/** T(n) grows by `slope` of T(1) a token. */
const costs = (slope: number): CostTable => ({
  points: [1, 2, 4, 8, 12, 16].map((tokens) => ({
    tokens,
    threads: 1,
    baseMs: 10 * (1 + slope * (tokens - 1)),
    msPerContextToken: 0,
  })),
});

/** Answers with a shared beginning and their own random ids. */
function answers(count: number, shared: number): Recording[] {
  const random = seededRandom(3);
  return Array.from({ length: count }, (_, k) => ({
    k,
    kind: "item",
    group: null,
    prompt: Int32Array.of(1, 2),
    out: Int32Array.from({ length: TOKENS }, (__, i) => (i < shared ? 100 + i : 200 + random.below(700))),
    ms: null,
  }));
}

const run = (recordings: readonly Recording[], slope: number) =>
  estimate(recordings, {
    path: "answers.jsonl",
    costs: costs(slope),
    plainCosts: costs(slope),
    like: {
      vocabularySize: 1000,
      maxTreeLeaves: 1,
    },
    batches: null,
    maxThreads: 1,
    folds: 5,
    maxDraftTokens: 15,
    treeTokens: null,
    rowWidth: 8,
    seed: 0,
    signal: new AbortController().signal,
    now: () => 0,
  });

test("answers that share most of their text are as much faster as they take fewer steps", async () => {
  const { speedUp, edl, tokens, steps, kept, slower, plainTokensPerSecond } = await run(answers(20, 50), 0);
  assert.equal(tokens, 20 * TOKENS);
  assert.equal(kept, tokens - steps);
  assert.equal(slower, 0);
  assert.equal(plainTokensPerSecond, 100);
  // Evaluations of all counts cost the same: the gain is that in steps.
  assert.ok(Math.abs(speedUp.value - edl.value) < 1e-9 && edl.value > 3, `${speedUp.value} ${edl.value}`);
  assert.ok(speedUp.low > 1);
});

test("answers that share nothing gain nothing, and cost little if drafts are expensive", async () => {
  const { speedUp, edl, edlAllSent } = await run(answers(20, 0), 1);
  assert.ok(edlAllSent.value < 1.05);
  assert.ok(
    edl.value < 1.05 && speedUp.value > 0.97 && speedUp.value < 1.03,
    `${speedUp.value} ${edl.value}`,
  );
});

test("expensive evaluations lower the tokens sent, not those possible", async () => {
  const [cheap, dear] = [await run(answers(20, 50), 0), await run(answers(20, 50), 0.9)];
  assert.deepEqual(dear.edlAllSent, cheap.edlAllSent);
  assert.ok(dear.edl.value <= cheap.edl.value && dear.speedUp.value < cheap.speedUp.value);
});

test("copies of an answer are left out, and too few answers refused", async () => {
  const ten = answers(10, 20);
  assert.deepEqual((await run([...ten, ...ten], 0)).repeated, 10);
  await assert.rejects(run(ten.slice(0, 4), 0), (error) => error instanceof BenchError);
});
