// Ablations: arms that differ in one thing, over the same answers; and traces under other rules.
import assert from "node:assert/strict";
import path from "node:path";
import fc from "fast-check";
import { test } from "vitest";
import {
  ABLATED,
  ablateRules,
  ablating,
  ablationChart,
  ablationMarkdown,
  measureRules,
  BenchError,
  planAblation,
  replay,
  readRecorded,
  withoutModel,
  type Ablation,
  type AblationOptions,
  type ArmPlan,
  type NamedTrace,
  type Recording,
} from "../../../../server/bench/index.ts";
import { finish } from "../../../../core/base/index.ts";
import { PUBLISHED_RULE } from "../../../../core/laser/index.ts";
import { traceMetrics } from "../../../../core/trace/index.ts";
import { readTraceFile } from "../../../../server/files/traces/index.ts";
import { golden, repositoryFolder, table, temporaryFile } from "../../../support/check.ts";
import { scriptedBench } from "../../../support/decoding/scriptedBenchmark.ts";
import { madeUpAnswers } from "../../../support/madeUpAnswers.ts";
import { forAll } from "../../../support/property.ts";

/** Stands for the end of text. */
const MAX_ID = 2 ** 16;
/** All that texts can say. */
const OF_TEXTS = ABLATED.filter((one) => one !== "rule");
const OPTIONS: AblationOptions = {
  path: "answers.jsonl",
  only: OF_TEXTS,
  poolAnswers: null,
  poolSizes: [0, 10, 40],
  testAnswers: 8,
  seed: 3,
  shape: "chain",
  draftTokens: 15,
};

function ablate(recordings: readonly Recording[], options: Partial<AblationOptions> = {}): Ablation {
  return finish(ablating(recordings, { ...OPTIONS, now: () => 0, ...options }));
}

const named = <T extends { readonly plan: ArmPlan }>(arms: readonly T[], name: string): T => {
  const found = arms.find(({ plan }) => plan.name === name);
  assert.ok(found, name);
  return found;
};

const counts = (names: readonly string[]): object =>
  names.reduce<Record<string, number>>((found, name) => ({ ...found, [name]: (found[name] ?? 0) + 1 }), {});
const groupSizes = (pool: readonly Recording[]) => counts(pool.map(({ kind, group }) => `${kind}/${group}`));
const answerSizes = (pool: readonly Recording[]) => counts(pool.map(({ out }) => out.join(" ")));

test("arms share the tests, which no pool holds; random groups keep the sizes of the real ones", () => {
  const made = fc.record({
    seed: fc.nat({ max: 1000 }),
    answers: fc.integer({ min: 12, max: 60 }),
    groups: fc.integer({ min: 1, max: 4 }),
    subjects: fc.integer({ min: 3, max: 60 }),
  });
  forAll(fc.tuple(made, fc.nat({ max: 100 }), fc.integer({ min: 1, max: 8 })), 40, ([from, seed, tests]) => {
    const plan = planAblation(madeUpAnswers(from), { ...OPTIONS, seed, testAnswers: tests });
    assert.equal(plan.tests.length, tests);
    assert.equal(plan.tests.length + plan.candidates.length, from.answers);
    const tested = new Set(plan.tests);
    for (const { pool, name } of [plan.base, ...plan.arms])
      assert.ok(!pool.some((answer) => tested.has(answer)), name);
    const own = plan.arms.find(({ name }) => name === "own groups");
    const random = plan.arms.find(({ name }) => name === "random groups");
    assert.equal(own === undefined, random === undefined);
    if (own === undefined || random === undefined) return;
    assert.deepEqual(groupSizes(random.pool), groupSizes(own.pool));
    assert.deepEqual(answerSizes(random.pool), answerSizes(own.pool));
  });
});

test("every arm commits the same tokens, and the same seed gives the same figures", () => {
  const recordings = madeUpAnswers({ seed: 5, answers: 60, groups: 2, subjects: 20 });
  const first = ablate(recordings);
  assert.deepEqual(ablate(recordings), first);
  assert.notDeepEqual(
    ablate(recordings, { seed: 4 }).arms.map(({ steps }) => steps),
    first.arms.map(({ steps }) => steps),
  );
  const [base, ...others] = first.arms;
  assert.equal(base!.difference, null);
  for (const { plan, tokens, edl, steps, difference } of others) {
    assert.equal(tokens, base!.tokens, plan.name);
    assert.equal(edl.value, tokens / steps, plan.name);
    assert.ok(Math.abs(difference!.value - (edl.value - base!.edl.value)) < 1e-12, plan.name);
    assert.ok(difference!.low <= difference!.value && difference!.value <= difference!.high, plan.name);
  }
  // What an arm measures does not depend on those beside it.
  const alone = ablate(recordings, { only: ["shape"] });
  assert.deepEqual(named(alone.arms, "tree of 31"), named(first.arms, "tree of 31"));
});

test("entries are what a test can draft from", () => {
  const { arms, plan } = ablate(madeUpAnswers({ seed: 5, answers: 60, groups: 2, subjects: 20 }));
  const entries = (name: string) => named(arms, name).entries;
  assert.equal(entries("base"), 40);
  assert.equal(entries("no pool"), 0);
  assert.equal(entries("pool of 10"), 10);
  assert.equal(entries("on line"), 40 + (0 + 7) / 2, "the mean over eight tests, each added after it");
  assert.equal(entries("own groups"), entries("random groups"));
  const about = (answer: Recording) => plan.base.pool.filter(({ k }) => k === answer.k).length;
  const excluded = plan.tests.reduce((sum, answer) => sum + about(answer), 0) / plan.tests.length;
  assert.ok(excluded > 0);
  assert.equal(entries("same subject left out"), 40 - excluded);
});

test("an answer that only the same subject has written is not drafted from if it is left out", () => {
  const text = Array.from({ length: 20 }, (_, i) => i + 1);
  const about = (k: string, out: readonly number[]): Recording => ({
    k,
    kind: "user",
    group: null,
    prompt: Int32Array.of(0),
    out: Int32Array.from(out),
    ms: null,
  });
  // Whichever of the two is the test, the other is in the pool.
  const recordings = [about("ada", [...text, 99]), about("ada", [...text, 98])];
  const { arms } = ablate(recordings, { only: ["subject"], testAnswers: 1, poolSizes: [1] });
  assert.equal(named(arms, "base").steps, 2, "15 and 4 drafted tokens are kept, each with one more");
  assert.equal(named(arms, "same subject left out").steps, 21);
});

table<{ name: string; made: Partial<Recording>; arms: string[]; reason: RegExp }>(
  "an arm that the answers can't measure is named with the reason",
  [
    {
      name: "no groups",
      made: { group: null },
      arms: ["own groups", "random groups", "soft groups"],
      reason: /have no groups/,
    },
    {
      name: "one group",
      made: { group: "all" },
      arms: ["own groups", "random groups", "soft groups"],
      reason: /in one group/,
    },
    {
      name: "a pool that is too large",
      made: {},
      arms: ["pool of 40"],
      reason: /only 22 answers beside the tests/,
    },
    { name: "no second answer", made: {}, arms: ["same subject left out"], reason: /no test is about/ },
  ],
  ({ made, arms, reason }) => {
    const recordings = madeUpAnswers({ seed: 1, answers: 30, groups: 2, subjects: 30 });
    const { notMeasured, arms: planned } = planAblation(
      recordings.map((one) => ({ ...one, ...made })),
      OPTIONS,
    );
    for (const name of arms) {
      assert.match(notMeasured.find((one) => one.name === name)?.reason ?? "", reason, name);
      assert.ok(!planned.some((arm) => arm.name === name), name);
    }
  },
);

test("groups that are too small for a pool of their own are only soft", () => {
  const recordings = madeUpAnswers({ seed: 1, answers: 30, groups: 6, subjects: 30 });
  const { arms, notMeasured } = planAblation(recordings, { ...OPTIONS, only: ["groups"] });
  assert.deepEqual(
    arms.map(({ name }) => name),
    ["soft groups"],
  );
  assert.deepEqual(
    notMeasured.map(({ name }) => name),
    ["own groups", "random groups"],
  );
});

test("empty answers and copies are left out, and too few are refused by name", () => {
  const [one, two] = madeUpAnswers({ seed: 1, answers: 2, groups: 1, subjects: 2 });
  const recordings = [one!, two!, one!, { ...one!, out: new Int32Array() }];
  assert.equal(planAblation(recordings, { ...OPTIONS, testAnswers: 1 }).leftOut, 2);
  assert.throws(
    () => planAblation(recordings, { ...OPTIONS, testAnswers: 2 }),
    (error) => error instanceof BenchError && error.fault.tag === "ablationTooFewAnswers",
  );
});

test("texts without a model are cut at words and marks, from which the text can be put together again", async (context) => {
  const texts = ["Übung macht den Meister: 3 Übungen!", "  Übung\nmacht  \u{1F3AC}müde "];
  const lines = texts.map((text) => JSON.stringify({ text })).join("\n");
  const file = await readRecorded(temporaryFile(context, "a.jsonl", lines));
  const { recordings, source } = withoutModel(file);
  const out = recordings.map((one) => Array.from(one.out));
  assert.deepEqual(out[0], [1, 2, 3, 4, 5, 6, 7, 8]);
  assert.deepEqual(out[1]!.length, 5, "a word, a word, a mark, a word, white space");
  assert.deepEqual(source, { kind: "words", words: 13 });
});

async function traces(...names: readonly string[]): Promise<readonly NamedTrace[]> {
  const folder = path.join(repositoryFolder, "test", "fixtures", "traces");
  return Promise.all(
    names.map(async (name) => ({ name, trace: await readTraceFile(path.join(folder, name)) })),
  );
}

test("traces under the recorded rule are exact, and as recorded; under another one an estimate", async () => {
  const recorded = await traces("v2.lasertrace", "v2-tree.lasertrace");
  const { rules } = ablateRules(recorded, [PUBLISHED_RULE], 0);
  const metrics = recorded.map(({ trace }) => traceMetrics(trace));
  const [strict, published] = rules;
  assert.equal(
    published!.committed,
    metrics.reduce((sum, { committed }) => sum + committed, 0),
  );
  assert.deepEqual(published!.basis, { kind: "judged", exactTraces: 2, exactSteps: published!.steps });
  assert.deepEqual(strict!.basis, { kind: "judged", exactTraces: 0, exactSteps: 2 });
  assert.ok(strict!.steps > 2 && strict!.relaxed === 0);
});

test("a model answers under each rule, with every draft sent", async () => {
  const text = "one two three four five six";
  const { engine, prompts } = scriptedBench([text]);
  const tokens = engine.tokenizer.tokenize(text, false);
  const earlier: Recording = {
    k: "another",
    kind: "text",
    group: null,
    prompt: new Int32Array(),
    out: Int32Array.from(tokens),
    ms: null,
  };
  const stopping = new AbortController();
  const measure = () =>
    measureRules(prompts, [PUBLISHED_RULE], {
      target: engine.target,
      model: "scripted",
      threads: 1,
      pool: [earlier],
      treeTokens: null,
      draftTokens: 15,
      rowWidth: 16,
      seed: 0,
      signal: stopping.signal,
    });
  const { rules, runs } = await measure();
  assert.equal(runs, 1);
  assert.deepEqual(
    rules.map(({ name, basis }) => [name, basis.kind]),
    [
      ["strict", "measured"],
      ["k = 2, p = 0.1", "measured"],
    ],
  );
  // One step to find it, one to copy it; the end of text is a token too.
  const { steps, committed, relaxed } = rules[0]!;
  assert.deepEqual({ steps, committed, relaxed }, { steps: 2, committed: tokens.length + 1, relaxed: 0 });
  // As a replay of what was written, which always sends what is drafted.
  const written = { ...earlier, prompt: prompts[0]!.tokens, out: Int32Array.from([...tokens, MAX_ID]) };
  const [replayed] = replay([earlier, written], {
    path: "answers.jsonl",
    poolAnswers: 1,
    testAnswers: 1,
    strategies: ["laser-strict"],
    online: false,
    groups: ["global"],
    draftTokens: 15,
    now: () => 0,
  }).strategies;
  assert.equal(replayed!.answers[0]!.steps, steps);
  stopping.abort();
  await assert.rejects(measure(), { name: "AbortError" });
});

test("traces without a drafted token are named, and refused if there are no others", async () => {
  const [one] = await traces("v2.lasertrace");
  const plain: NamedTrace = { name: "plain.lasertrace", trace: { ...one!.trace, steps: [] } };
  assert.deepEqual(ablateRules([one!, plain], [], 0).withoutDrafts, ["plain.lasertrace"]);
  assert.throws(
    () => ablateRules([plain], [], 0),
    (error) => error instanceof BenchError && error.fault.tag === "noDraftedTraces",
  );
});

test("a report says what each arm is, what was measured, and what was not", async () => {
  const answers = ablate(madeUpAnswers({ seed: 5, answers: 60, groups: 2, subjects: 20 }), {
    poolSizes: [0, 10, 40, 1000],
  });
  const report = {
    facts: {
      date: "2026-01-02T03:04:05.000Z",
      generator: "laser-inspector 1.0.0",
      command: "laser ablate answers.jsonl --seed 3 --out ablation.md",
      machine: "A processor, Node v20.0.0",
      seed: 3,
      recordings: { file: "answers.jsonl", sha256: "ab".repeat(32), tokenIds: "the recorded token ids" },
    },
    answers,
    rules: ablateRules(await traces("v2.lasertrace", "v2-tree.lasertrace"), [PUBLISHED_RULE], 3),
    notMeasured: answers.plan.notMeasured,
  };
  golden("ablation/report", ablationMarkdown(report, "ablation.svg"));
  const svg = ablationChart(report);
  assert.equal([...svg.matchAll(/<rect /g)].length, answers.arms.length + report.rules.rules.length);
  assert.match(svg, />strict \(estimate\)</);
  assert.doesNotMatch(svg, /NaN|undefined|Infinity|×/);
});
