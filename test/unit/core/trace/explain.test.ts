// Decisions in words: every reason under every rule that can give it.
import assert from "node:assert/strict";
import { test } from "vitest";
import {
  DEFAULT_GUARDS,
  NO_DRAFT_REASONS,
  VERDICT_REASONS,
  type Rule,
  type VerdictReason,
} from "../../../../core/laser/index.ts";
import { noDraftSentence, verdictSentence } from "../../../../core/trace/index.ts";

const rules = {
  strict: { kind: "strict" },
  relaxed: { kind: "relaxed", topK: 2, minProbability: 0.1 },
  delta: { kind: "delta", topK: 3, delta: 0.2 },
  ratio: { kind: "ratio", topK: 3, alpha: 0.3 },
} as const satisfies Record<string, Rule>;

type Row = [
  rule: keyof typeof rules,
  reason: VerdictReason,
  rank: number | null,
  p: number,
  threshold: number | null,
  sentence: string,
  /** The lower end; the same where it is left out. */
  low?: number,
];

const rows: Row[] = [
  ["strict", "ownChoice", 1, 0.83, null, "rank 1, p = 0.83: the target's choice"],
  ["strict", "ownChoice", 3, 0.999, null, "rank 3, p = 0.999: the target's choice"],
  [
    "strict",
    "notOwnChoice",
    2,
    0.31,
    null,
    "rank 2, p = 0.31: the strict rule keeps only the target's choice",
  ],
  [
    "strict",
    "notOwnChoice",
    null,
    0.0003,
    null,
    "not among the 128 most probable, p ≤ 0.0003: the strict rule keeps only the target's choice",
    0,
  ],
  [
    "strict",
    "behindRejection",
    1,
    0.77,
    null,
    "not reached: an earlier token of the draft was rejected (rank 1, p = 0.77 at this position)",
  ],
  ["relaxed", "ownChoice", 1, 1, 0.1, "rank 1, p = 1.00: the target's choice"],
  [
    "relaxed",
    "withinRule",
    2,
    0.23,
    0.1,
    "rank 2, p = 0.23: not the target's choice, but the relaxed rule keeps rank ≤ 2 and p > 0.10; p is 0.13 above the threshold",
  ],
  [
    "relaxed",
    "rank",
    3,
    0.14,
    0.1,
    "rank 3, p = 0.14: the relaxed rule needs rank ≤ 2 and p > 0.10; the rank fails, p is 0.04 above the threshold",
  ],
  [
    "relaxed",
    "probability",
    2,
    0.04,
    0.1,
    "rank 2, p = 0.04: the relaxed rule needs rank ≤ 2 and p > 0.10; the rank holds, p is 0.06 below the threshold",
  ],
  [
    "relaxed",
    "probability",
    2,
    0.0996,
    0.1,
    "rank 2, p = 0.0996: the relaxed rule needs rank ≤ 2 and p > 0.1000; the rank holds, p is 0.0004 below the threshold",
  ],
  [
    "relaxed",
    "probability",
    2,
    0.1,
    0.1,
    "rank 2, p = 0.10: the relaxed rule needs rank ≤ 2 and p > 0.10; the rank holds, p only equals the threshold",
  ],
  [
    "relaxed",
    "rankAndProbability",
    3,
    0.04,
    0.1,
    "rank 3, p = 0.04: the relaxed rule needs rank ≤ 2 and p > 0.10; both fail, p is 0.06 below the threshold",
  ],
  [
    "relaxed",
    "rankAndProbability",
    null,
    0.00004,
    0.1,
    "not among the 128 most probable, p ≤ 0.00004: the relaxed rule needs rank ≤ 2 and p > 0.10; both fail, p is 0.10 below the threshold",
    0,
  ],
  [
    "relaxed",
    "endOfText",
    2,
    0.3,
    0.1,
    "rank 2, p = 0.30: the target chose to end the text here, and the end-of-text guard keeps nothing else",
  ],
  [
    "relaxed",
    "consecutiveRelaxed",
    2,
    0.3,
    0.1,
    "rank 2, p = 0.30: the relaxed rule would keep it (p is 0.20 above the threshold), but at most 1 relaxed accept in a row is allowed",
  ],
  [
    "relaxed",
    "natsGivenUp",
    2,
    0.3,
    0.1,
    "rank 2, p = 0.30: the relaxed rule would keep it (p is 0.20 above the threshold), but the answer would give up more than 2.5 nats",
  ],
  [
    "relaxed",
    "behindRejection",
    null,
    0,
    0.1,
    "not reached: an earlier token of the draft was rejected (not among the 128 most probable, p = 0.00 at this position)",
  ],
  ["delta", "ownChoice", 1, 0.63, 0.43, "rank 1, p = 0.63: the target's choice"],
  [
    "delta",
    "withinRule",
    2,
    0.45,
    0.43,
    "rank 2, p = 0.45: not the target's choice, but the delta rule keeps rank ≤ 3 and p ≥ 0.43 (0.20 below the best); p is 0.02 above the threshold",
  ],
  [
    "delta",
    "rank",
    4,
    0.2,
    0.1,
    "rank 4, p = 0.20: the delta rule needs rank ≤ 3 and p ≥ 0.10 (0.20 below the best); the rank fails, p is 0.10 above the threshold",
  ],
  [
    "delta",
    "probability",
    2,
    0.31,
    0.43,
    "rank 2, p = 0.31: the delta rule needs rank ≤ 3 and p ≥ 0.43 (0.20 below the best); the rank holds, p is 0.12 below the threshold",
  ],
  [
    "delta",
    "rankAndProbability",
    9,
    0.01,
    0.43,
    "rank 9, p = 0.01: the delta rule needs rank ≤ 3 and p ≥ 0.43 (0.20 below the best); both fail, p is 0.42 below the threshold",
  ],
  [
    "delta",
    "endOfText",
    2,
    0.45,
    0.43,
    "rank 2, p = 0.45: the target chose to end the text here, and the end-of-text guard keeps nothing else",
  ],
  [
    "delta",
    "consecutiveRelaxed",
    2,
    0.45,
    0.43,
    "rank 2, p = 0.45: the delta rule would keep it (p is 0.02 above the threshold), but at most 1 relaxed accept in a row is allowed",
  ],
  [
    "delta",
    "natsGivenUp",
    2,
    0.45,
    0.43,
    "rank 2, p = 0.45: the delta rule would keep it (p is 0.02 above the threshold), but the answer would give up more than 2.5 nats",
  ],
  [
    "delta",
    "behindRejection",
    1,
    0.63,
    0.43,
    "not reached: an earlier token of the draft was rejected (rank 1, p = 0.63 at this position)",
  ],
  ["ratio", "ownChoice", 1, 0.7, 0.21, "rank 1, p = 0.70: the target's choice"],
  [
    "ratio",
    "withinRule",
    2,
    0.25,
    0.21,
    "rank 2, p = 0.25: not the target's choice, but the ratio rule keeps rank ≤ 3 and p ≥ 0.21 (0.30 of the best); p is 0.04 above the threshold",
  ],
  [
    "ratio",
    "rank",
    5,
    0.1,
    0.06,
    "rank 5, p = 0.10: the ratio rule needs rank ≤ 3 and p ≥ 0.06 (0.30 of the best); the rank fails, p is 0.04 above the threshold",
  ],
  [
    "ratio",
    "probability",
    2,
    0.2,
    0.21,
    "rank 2, p = 0.20: the ratio rule needs rank ≤ 3 and p ≥ 0.21 (0.30 of the best); the rank holds, p is 0.01 below the threshold",
  ],
  [
    "ratio",
    "rankAndProbability",
    7,
    0.002,
    0.21,
    "rank 7, p = 0.002: the ratio rule needs rank ≤ 3 and p ≥ 0.21 (0.30 of the best); both fail, p is 0.21 below the threshold",
  ],
  [
    "ratio",
    "endOfText",
    2,
    0.25,
    0.21,
    "rank 2, p = 0.25: the target chose to end the text here, and the end-of-text guard keeps nothing else",
  ],
  [
    "ratio",
    "consecutiveRelaxed",
    2,
    0.25,
    0.21,
    "rank 2, p = 0.25: the ratio rule would keep it (p is 0.04 above the threshold), but at most 1 relaxed accept in a row is allowed",
  ],
  [
    "ratio",
    "natsGivenUp",
    2,
    0.25,
    0.21,
    "rank 2, p = 0.25: the ratio rule would keep it (p is 0.04 above the threshold), but the answer would give up more than 2.5 nats",
  ],
  [
    "ratio",
    "behindRejection",
    2,
    0.25,
    0.21,
    "not reached: an earlier token of the draft was rejected (rank 2, p = 0.25 at this position)",
  ],
];

/** Figures of which only the upper end is known, and some that are known well enough. */
const intervals: Row[] = [
  ["strict", "ownChoice", 1, 0.39, null, "rank 1, p ≤ 0.39: the target's choice", 0.31],
  ["strict", "ownChoice", 1, 0.394, null, "rank 1, p = 0.39: the target's choice", 0.386],
  ["strict", "ownChoice", 1, 0.396, null, "rank 1, p ≤ 0.40: the target's choice", 0.394],
  ["strict", "ownChoice", 1, 1, null, "rank 1, p ≤ 1.00: the target's choice", 0.9999],
  [
    "strict",
    "notOwnChoice",
    2,
    0.31,
    null,
    "rank 2, p ≤ 0.31: the strict rule keeps only the target's choice",
    0.2,
  ],
  [
    "strict",
    "behindRejection",
    1,
    0.77,
    null,
    "not reached: an earlier token of the draft was rejected (rank 1, p ≤ 0.77 at this position)",
    0.7,
  ],
  [
    "relaxed",
    "behindRejection",
    null,
    0.0003,
    0.1,
    "not reached: an earlier token of the draft was rejected (not among the 128 most probable, p = 0.0003 at this position)",
  ],
  [
    "relaxed",
    "probability",
    2,
    0.04,
    0.1,
    "rank 2, p ≤ 0.04: the relaxed rule needs rank ≤ 2 and p > 0.10; the rank holds, p is at least 0.06 below the threshold",
    0.01,
  ],
  [
    "relaxed",
    "probability",
    2,
    0.0996,
    0.1,
    "rank 2, p = 0.0996: the relaxed rule needs rank ≤ 2 and p > 0.1000; the rank holds, p is 0.0004 below the threshold",
    0.09958,
  ],
  [
    "relaxed",
    "rank",
    3,
    0.14,
    0.1,
    "rank 3, p ≤ 0.14: the relaxed rule needs rank ≤ 2 and p > 0.10; the rank fails, p is at most 0.04 above the threshold",
    0.11,
  ],
  [
    "relaxed",
    "rank",
    3,
    0.14,
    0.1,
    "rank 3, p ≤ 0.14: the relaxed rule needs rank ≤ 2 and p > 0.10; the rank fails, the upper bound of p is 0.04 above the threshold",
    0.1,
  ],
  [
    "relaxed",
    "withinRule",
    2,
    0.23,
    0.1,
    "rank 2, p ≤ 0.23: not the target's choice, but the relaxed rule keeps rank ≤ 2 and p > 0.10; the upper bound of p is 0.13 above the threshold",
    0.05,
  ],
  [
    "delta",
    "withinRule",
    2,
    0.45,
    0.4,
    "rank 2, p ≤ 0.45: not the target's choice, but the delta rule keeps rank ≤ 3 and p ≥ 0.40 (0.20 below the best); p is at least 0.05 above the threshold",
    0.3,
  ],
  [
    "delta",
    "rank",
    4,
    0.2,
    0,
    "rank 4, p ≤ 0.20: the delta rule needs rank ≤ 3 and p ≥ 0.00 (0.20 below the best); the rank fails, p is at most 0.20 above the threshold",
    0.02,
  ],
  [
    "ratio",
    "withinRule",
    2,
    0.25,
    0.21,
    "rank 2, p ≤ 0.25: not the target's choice, but the ratio rule keeps rank ≤ 3 and p ≥ 0.21 (0.30 of the best); p is at most 0.04 above the threshold",
    0.1,
  ],
  [
    "relaxed",
    "withinRule",
    2,
    0.23,
    0.1,
    "rank 2, p ≤ 0.23: not the target's choice, but the relaxed rule keeps rank ≤ 2 and p > 0.10; p is at most 0.13 above the threshold",
    0.15,
  ],
  [
    "relaxed",
    "consecutiveRelaxed",
    2,
    0.3,
    0.1,
    "rank 2, p ≤ 0.30: the relaxed rule would keep it (p is at most 0.20 above the threshold), but at most 1 relaxed accept in a row is allowed",
    0.2,
  ],
  [
    "delta",
    "probability",
    2,
    0.31,
    0.43,
    "rank 2, p ≤ 0.31: the delta rule needs rank ≤ 3 and p ≥ 0.43 (0.20 below the best); the rank holds, p is at most 0.12 below the threshold",
    0.25,
  ],
  [
    "ratio",
    "rankAndProbability",
    7,
    0.1,
    0.21,
    "rank 7, p ≤ 0.10: the ratio rule needs rank ≤ 3 and p ≥ 0.21 (0.30 of the best); both fail, p is at most 0.11 below the threshold",
    0.05,
  ],
  [
    "ratio",
    "rank",
    4,
    0.21,
    0.21,
    "rank 4, p ≤ 0.21: the ratio rule needs rank ≤ 3 and p ≥ 0.21 (0.30 of the best); the rank fails, p is exactly at the threshold",
    0.1,
  ],
];

for (const [rule, reason, rank, probability, threshold, sentence, low] of [...rows, ...intervals]) {
  test(sentence, () => {
    const kind =
      reason === "ownChoice"
        ? "accepted"
        : reason === "withinRule"
          ? "relaxed"
          : reason === "behindRejection"
            ? "unreached"
            : "rejected";
    const margin = threshold === null ? null : probability - threshold;
    const verdict = {
      kind,
      reason,
      rank,
      probability,
      probabilityLow: low ?? probability,
      threshold,
      margin,
    } as const;
    const guards = { ...DEFAULT_GUARDS, maxConsecutiveRelaxed: 1, maxNatsGivenUp: 2.5 };
    assert.equal(verdictSentence(verdict, { rule: rules[rule], guards, rowWidth: 128 }), sentence);
  });
}

test("a run that goes on from an earlier answer counts nats for the rest alone", () => {
  const verdict = {
    kind: "rejected",
    reason: "natsGivenUp",
    rank: 2,
    ...{ probability: 0.3, probabilityLow: 0.3, threshold: 0.1, margin: 0.2 },
  } as const;
  const guards = { ...DEFAULT_GUARDS, maxNatsGivenUp: 5 };
  const judgedBy = { rule: rules.relaxed, guards, rowWidth: 128, inheritedTokens: 7 };
  assert.equal(
    verdictSentence(verdict, judgedBy),
    "rank 2, p = 0.30: the relaxed rule would keep it (p is 0.20 above the threshold), but the rest of the answer would give up more than 5 nats",
  );
});

test("the table has every reason under every rule that can give it", () => {
  const missing = (Object.keys(rules) as (keyof typeof rules)[]).flatMap((rule) =>
    VERDICT_REASONS.filter((reason) => {
      const isStrict = ["ownChoice", "notOwnChoice", "behindRejection"].includes(reason);
      const canBe = rule === "strict" ? isStrict : reason !== "notOwnChoice";
      return canBe && !rows.some((row) => row[0] === rule && row[1] === reason);
    }).map((reason) => `${rule} ${reason}`),
  );
  assert.deepEqual(missing, []);
});

test("no draft because …", () => {
  assert.deepEqual(NO_DRAFT_REASONS.map(noDraftSentence), [
    "no draft: plain decoding never drafts",
    "no draft: no earlier text matches this context",
    "no draft: not worth its time",
    "no draft: the answer or the context has room for one more token only",
  ]);
});
