// The report of a made-up benchmark as a golden file whose figures can be worked out, and how figures are cut.
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "vitest";
import {
  benchmarkChart,
  benchmarkFigures,
  markdownReport,
  type Benchmark,
  type BenchmarkFacts,
  type MeasuredAnswer,
  type Sample,
} from "../../../../server/bench/index.ts";
import { decimals, range } from "../../../../server/bench/report/reportTables.ts";
import { COSTS } from "../../../support/decoding/scriptedBenchmark.ts";
import { golden, repositoryFolder, table } from "../../../support/check.ts";

const FACTS: BenchmarkFacts = {
  date: "2026-01-02T03:04:05.000Z",
  generator: "laser-inspector 0.0.0",
  command: "npm run bench -- --repeat 2",
  machine: {
    cpu: "A processor",
    cores: 2,
    memoryBytes: 8 * 2 ** 30,
    system: "Linux 6",
    node: "v20.19.0",
    loadBefore: 0.1,
    loadAfter: 1.2,
  },
  model: {
    name: "Scripted",
    file: "scripted",
    modelBytes: 0,
    sha256: null,
    device: "cpu, up to 2 threads",
    contextTokens: 4096,
  },
  inputs: {
    prompts: "prompts.jsonl",
    promptCount: 3,
    pool: { name: "answers.jsonl", answers: 1, tokens: 30 },
    online: false,
    followed: null,
    leftOut: 0,
  },
  settings: {
    heldPrompts: 0,
    repeats: 2,
    seed: 1,
    temperature: 0,
    repetitionPenalty: 1,
    maxTokens: 100,
    maxDraftTokens: 15,
    frozenCosts: true,
  },
  plainThreads: 1,
  stopped: false,
  rounds: 6,
  allRounds: 6,
};

/** `steps` gives the tokens that each step commits; each takes `stepMs`. */
function answered(
  steps: readonly number[],
  stepMs: number,
  more: Partial<MeasuredAnswer> = {},
): MeasuredAnswer {
  const stepTokens = steps.map((_, i) => sum(steps.slice(0, i + 1)));
  return {
    tokens: Array.from({ length: sum(steps) }, (_, i) => i),
    finish: "endOfText",
    prefillMs: 50,
    decodeMs: steps.length * stepMs,
    stepTokens,
    stepMs: steps.map((_, i) => (i + 1) * stepMs),
    stepDrafted: steps.map(() => 0),
    drafted: 0,
    kept: 0,
    relaxedPlaces: [],
    natsGivenUp: 0,
    expectedKept: 0,
    expectedMs: steps.length * 10,
    evaluateMs: steps.length * stepMs * 0.9,
    evaluations: [],
    draftMs: 0,
    lookupMs: [],
    ...more,
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Two prompts, asked twice: plain, one of our strategies that keeps one of three drafted tokens, and a peer. */
function benchmark(facts: Partial<BenchmarkFacts> = {}): Benchmark {
  const ours = { drafted: 12, kept: 4, expectedKept: 5, draftMs: 2, lookupMs: [0.1, 0.2, 0.3, 0.4] };
  const unknown = { expectedKept: null, expectedMs: null, evaluateMs: null, draftMs: null };
  const relaxed = { relaxedPlaces: [3], natsGivenUp: 0.5, tokens: [0, 1, 2, 99, 4, 5, 6, 7] };
  const samples = [0, 1].flatMap((repeat) =>
    [0, 1].flatMap((prompt): Sample[] => {
      const place = { prompt, repeat, turn: 0, plainMs: 80 };
      return [
        {
          ...place,
          arm: "plain",
          answer: answered([1, 1, 1, 1, 1, 1, 1, 1], 10 + repeat),
          clairvoyantMs: null,
        },
        {
          ...place,
          arm: "laser",
          answer: answered([1, 3, 2, 2], 12 + prompt, { ...ours, ...(prompt === 1 ? relaxed : {}) }),
          clairvoyantMs: 40,
        },
        {
          ...place,
          arm: "llama-lookup",
          answer: answered([1, 1, 2, 1, 1, 1, 1], 14, { ...unknown, drafted: 9, kept: 1 }),
          clairvoyantMs: null,
        },
      ];
    }),
  );
  const plain = Array.from({ length: 8 }, (_, i) => i);
  const arms = [
    { name: "plain", description: "one token per step, no drafts" },
    { name: "laser", description: "drafts from the pool too, relaxed" },
    { name: "llama-lookup", description: "the library's own predictor" },
  ];
  const figures = benchmarkFigures({ samples, references: [plain, plain] }, arms, 0);
  return { facts: { ...FACTS, ...facts }, figures, costsBefore: COSTS, costs: COSTS };
}

const folder = path.join(repositoryFolder, "test", "fixtures");

test("a report", () => {
  golden("bench/report", markdownReport(benchmark(), "chart.svg"), { folder });
});

test("its chart", () => {
  golden("bench/chart", benchmarkChart(benchmark()), { folder });
});

test("its figures, worked by hand", () => {
  const [plain, laser] = benchmark().figures.arms;
  assert.equal(plain!.decodeMs, 2 * 80 + 2 * 88);
  assert.equal(laser!.decodeMs, 2 * 48 + 2 * 52);
  assert.equal(laser!.ratioToPlain.value, 336 / 200);
  assert.equal(laser!.edl.value, 2);
  assert.equal(laser!.acceptance, 1 / 3);
  assert.equal(laser!.relaxedShare, 2 / 32);
  assert.equal(laser!.natsGivenUpPerToken, 1 / 32);
  assert.equal(laser!.keptToExpected, 16 / 20);
  assert.deepEqual([laser!.equalAnswers, laser!.comparedAnswers], [2, 4]);
  assert.equal(laser!.clairvoyant!.speedUp, 2);
  assert.equal(laser!.clairvoyant!.efficiency, 336 / 400);
});

test("a stopped run says so, in report and chart", () => {
  const stopped = benchmark({ stopped: true, rounds: 2 });
  assert.match(markdownReport(stopped, "chart.svg"), /\*\*Stopped\*\* after 2 of 6 rounds/);
  assert.match(benchmarkChart(stopped), /stopped early/);
});

table(
  "figures are cut, not rounded",
  [
    { name: "down", value: 1.999, digits: 2, expect: "1.99" },
    { name: "a figure with no more digits", value: 1.15, digits: 2, expect: "1.15" },
    { name: "none", value: null, digits: 2, expect: "–" },
    { name: "nothing in the denominator", value: Number.NaN, digits: 2, expect: "–" },
  ],
  ({ value, digits, expect }) => {
    assert.equal(decimals(value, digits), expect);
  },
);

test("an interval is rounded outwards, and is a dash if there is none", () => {
  assert.equal(range({ value: 1.5, low: 1.239, high: 1.701 }), "1.23–1.71");
  assert.equal(range({ value: 1.5, low: Number.NaN, high: Number.NaN }), "–");
});
