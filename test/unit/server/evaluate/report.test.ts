// What differences of AUC say, and the report that says it.
import assert from "node:assert/strict";
import { test } from "vitest";
import {
  evaluationReport,
  evidenceOf,
  verdictOf,
  type Evaluation,
  type StudyResult,
} from "../../../../server/evaluate/index.ts";
import { golden, table } from "../../../support/check.ts";

const MARGIN = 0.002;

table(
  "verdicts",
  [
    { name: "around 0", low: -0.001, high: 0.001, expect: "harmless" },
    { name: "better", low: 0.001, high: 0.004, expect: "harmless" },
    { name: "a small certain loss", low: -0.0019, high: -0.001, expect: "harmless" },
    { name: "at the margin", low: -0.002, high: 0.001, expect: "undecided" },
    { name: "wide", low: -0.01, high: 0.01, expect: "undecided" },
    { name: "worse for certain", low: -0.02, high: -0.003, expect: "harmful" },
  ],
  ({ low, high, expect }) => {
    assert.equal(verdictOf({ low, high }, MARGIN).kind, expect);
  },
);

const difference = (of: string, against: string, mean: number, half: number) => ({
  of,
  against,
  mean,
  low: mean - half,
  high: mean + half,
  detectable: 1.43 * half,
});

const study = (strictGain: number): StudyResult => ({
  parameters: { num_leaves: 15, learning_rate: 0.05, min_child_samples: 20 },
  rows: { past: 0, train: 700, validation: 150, test: 150 },
  testUsers: 90,
  testItems: 60,
  testClicks: 80,
  coldTestRows: 12,
  arms: [
    { name: "none", auc: 0.7, seedDeviation: 0.002, coldAuc: 0.6 },
    { name: "strict", auc: 0.7 + strictGain, seedDeviation: 0.001, coldAuc: null },
    { name: "relaxed | *k*=2", auc: 0.7 + strictGain, seedDeviation: null, coldAuc: 0.61 },
  ],
  differences: [
    difference("strict", "none", strictGain, 0.004),
    difference("strict", "shuffled", strictGain, 0.003),
    difference("strict", "facts", -0.001, 0.003),
    difference("relaxed | *k*=2", "strict", -0.0004, 0.001),
  ],
  coldDifferences: [],
});

test("knowledge that is not better than none is not evidence", () => {
  assert.equal(evidenceOf(study(0.01)).kind, "helps");
  const none = evidenceOf(study(0.0035));
  assert.deepEqual(none.kind === "noEvidence" && none.unmet.map(({ against }) => against), ["none"]);
});

const evaluation = (gain: number): Evaluation => ({
  dataSet: "films.laserdata",
  items: 60,
  users: 100,
  interactions: 1000,
  minRating: 4,
  margin: MARGIN,
  seeds: 20,
  resamples: 1000,
  coldRows: 5,
  embedder: { name: "A model", cutTexts: 2, contextTokens: 512 },
  arms: [
    { name: "strict", file: "strict.jsonl", failedRows: 0, users: null },
    { name: "relaxed | *k*=2", file: "re\nlaxed.jsonl", failedRows: 3, users: null },
  ],
  likelihood: null,
  study: study(gain),
  measures: [
    {
      name: "strict",
      items: 60,
      equalToStrict: 1,
      titleNamed: 0.9,
      yearNamed: null,
      lengthRatio: 1,
      ownItemFirst: 0.5,
      reciprocalRank: 0.6,
    },
  ],
});

test("a report of users' knowledge and of how probable the texts are", () => {
  const scored = (perToken: number, mean: number) => ({
    items: 40,
    tokens: 2400,
    perToken,
    lost: { mean, error: 0.01 },
  });
  const whole = evaluation(0.01);
  golden(
    "evaluate/users",
    evaluationReport({
      ...whole,
      arms: whole.arms.map((arm) => ({ ...arm, users: `users-${arm.file}` })),
      study: { ...whole.study, rows: { past: 400, train: 360, validation: 90, test: 150 } },
      measures: [whole.measures[0]!, { ...whole.measures[0]!, name: "relaxed | *k*=2", equalToStrict: 0.1 }],
      likelihood: new Map([
        ["strict", scored(-0.51, 0)],
        ["relaxed | *k*=2", scored(-0.62, 0.11)],
      ]),
    }),
  );
});

for (const [name, gain] of [
  ["helps", 0.01],
  ["no-evidence", 0.001],
] as const)
  test(`a report: ${name}`, () => {
    golden(`evaluate/${name}`, evaluationReport(evaluation(gain)));
  });
