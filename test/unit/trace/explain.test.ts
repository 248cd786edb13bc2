// Decisions in words: every reason under every rule that can give it.
import assert from "node:assert/strict";
import { test } from "vitest";
import {
  DEFAULT_GUARDS,
  NO_DRAFT_REASONS,
  VERDICT_REASONS,
  type Rule,
  type VerdictReason,
} from "../../../server/laser/index.ts";
import { noDraftSentence, verdictSentence } from "../../../server/trace/index.ts";

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
  ["strict", "ownChoice", 1, 0.83, null, "rank 1, p = 0.83: the target's own choice"],
  ["strict", "ownChoice", 3, 0.999, null, "rank 3, p = 0.999: the target's own choice"],
  [
    "strict",
    "notOwnChoice",
    2,
    0.31,
    null,
    "rank 2, p = 0.31: strict rule keeps only the target's own choice",
  ],
  [
    "strict",
    "notOwnChoice",
    null,
    0.0003,
    null,
    "not among the 128 most probable, p ≤ 0.0003: strict rule keeps only the target's own choice",
    0,
  ],
  [
    "strict",
    "behindRejection",
    1,
    0.77,
    null,
    "not reached, after a rejected token (rank 1, p = 0.77 at this place)",
  ],
  ["relaxed", "ownChoice", 1, 1, 0.1, "rank 1, p = 1.00: the target's own choice"],
  [
    "relaxed",
    "withinRule",
    2,
    0.23,
    0.1,
    "rank 2, p = 0.23: not the target's choice, but relaxed rule keeps rank ≤ 2 and p > 0.10, met by 0.13",
  ],
  [
    "relaxed",
    "rank",
    3,
    0.14,
    0.1,
    "rank 3, p = 0.14: relaxed rule needs rank ≤ 2 (and p > 0.10, which holds by 0.04)",
  ],
  [
    "relaxed",
    "probability",
    2,
    0.04,
    0.1,
    "rank 2, p = 0.04: relaxed rule needs p > 0.10, missed by 0.06 (and rank ≤ 2, which holds)",
  ],
  [
    "relaxed",
    "probability",
    2,
    0.0996,
    0.1,
    "rank 2, p = 0.0996: relaxed rule needs p > 0.1000, missed by 0.0004 (and rank ≤ 2, which holds)",
  ],
  [
    "relaxed",
    "probability",
    2,
    0.1,
    0.1,
    "rank 2, p = 0.10: relaxed rule needs p > 0.10, which it only equals (and rank ≤ 2, which holds)",
  ],
  [
    "relaxed",
    "rankAndProbability",
    3,
    0.04,
    0.1,
    "rank 3, p = 0.04: relaxed rule needs rank ≤ 2 and p > 0.10, missed by 0.06",
  ],
  [
    "relaxed",
    "rankAndProbability",
    null,
    0.00004,
    0.1,
    "not among the 128 most probable, p ≤ 0.00004: relaxed rule needs rank ≤ 2 and p > 0.10, missed by 0.10",
    0,
  ],
  [
    "relaxed",
    "endOfText",
    2,
    0.3,
    0.1,
    "rank 2, p = 0.30: the target wants to end here, and then only its end is kept",
  ],
  [
    "relaxed",
    "consecutiveRelaxed",
    2,
    0.3,
    0.1,
    "rank 2, p = 0.30: relaxed rule is met by 0.20, but at most 1 relaxed accept in a row may be kept",
  ],
  [
    "relaxed",
    "natsGivenUp",
    2,
    0.3,
    0.1,
    "rank 2, p = 0.30: relaxed rule is met by 0.20, but the answer would give up more than 2.5 nats",
  ],
  [
    "relaxed",
    "behindRejection",
    null,
    0,
    0.1,
    "not reached, after a rejected token (not among the 128 most probable, p = 0.00 at this place)",
  ],
  ["delta", "ownChoice", 1, 0.63, 0.43, "rank 1, p = 0.63: the target's own choice"],
  [
    "delta",
    "withinRule",
    2,
    0.45,
    0.43,
    "rank 2, p = 0.45: not the target's choice, but delta rule keeps rank ≤ 3 and p ≥ 0.43 (0.20 under the best), met by 0.02",
  ],
  [
    "delta",
    "rank",
    4,
    0.2,
    0.1,
    "rank 4, p = 0.20: delta rule needs rank ≤ 3 (and p ≥ 0.10 (0.20 under the best), which holds by 0.10)",
  ],
  [
    "delta",
    "probability",
    2,
    0.31,
    0.43,
    "rank 2, p = 0.31: delta rule needs p ≥ 0.43 (0.20 under the best), missed by 0.12 (and rank ≤ 3, which holds)",
  ],
  [
    "delta",
    "rankAndProbability",
    9,
    0.01,
    0.43,
    "rank 9, p = 0.01: delta rule needs rank ≤ 3 and p ≥ 0.43 (0.20 under the best), missed by 0.42",
  ],
  [
    "delta",
    "endOfText",
    2,
    0.45,
    0.43,
    "rank 2, p = 0.45: the target wants to end here, and then only its end is kept",
  ],
  [
    "delta",
    "consecutiveRelaxed",
    2,
    0.45,
    0.43,
    "rank 2, p = 0.45: delta rule is met by 0.02, but at most 1 relaxed accept in a row may be kept",
  ],
  [
    "delta",
    "natsGivenUp",
    2,
    0.45,
    0.43,
    "rank 2, p = 0.45: delta rule is met by 0.02, but the answer would give up more than 2.5 nats",
  ],
  [
    "delta",
    "behindRejection",
    1,
    0.63,
    0.43,
    "not reached, after a rejected token (rank 1, p = 0.63 at this place)",
  ],
  ["ratio", "ownChoice", 1, 0.7, 0.21, "rank 1, p = 0.70: the target's own choice"],
  [
    "ratio",
    "withinRule",
    2,
    0.25,
    0.21,
    "rank 2, p = 0.25: not the target's choice, but ratio rule keeps rank ≤ 3 and p ≥ 0.21 (0.30 of the best), met by 0.04",
  ],
  [
    "ratio",
    "rank",
    5,
    0.1,
    0.06,
    "rank 5, p = 0.10: ratio rule needs rank ≤ 3 (and p ≥ 0.06 (0.30 of the best), which holds by 0.04)",
  ],
  [
    "ratio",
    "probability",
    2,
    0.2,
    0.21,
    "rank 2, p = 0.20: ratio rule needs p ≥ 0.21 (0.30 of the best), missed by 0.01 (and rank ≤ 3, which holds)",
  ],
  [
    "ratio",
    "rankAndProbability",
    7,
    0.002,
    0.21,
    "rank 7, p = 0.002: ratio rule needs rank ≤ 3 and p ≥ 0.21 (0.30 of the best), missed by 0.21",
  ],
  [
    "ratio",
    "endOfText",
    2,
    0.25,
    0.21,
    "rank 2, p = 0.25: the target wants to end here, and then only its end is kept",
  ],
  [
    "ratio",
    "consecutiveRelaxed",
    2,
    0.25,
    0.21,
    "rank 2, p = 0.25: ratio rule is met by 0.04, but at most 1 relaxed accept in a row may be kept",
  ],
  [
    "ratio",
    "natsGivenUp",
    2,
    0.25,
    0.21,
    "rank 2, p = 0.25: ratio rule is met by 0.04, but the answer would give up more than 2.5 nats",
  ],
  [
    "ratio",
    "behindRejection",
    2,
    0.25,
    0.21,
    "not reached, after a rejected token (rank 2, p = 0.25 at this place)",
  ],
];

/** Figures of which only the upper end is known, and some that are known well enough. */
const intervals: Row[] = [
  ["strict", "ownChoice", 1, 0.39, null, "rank 1, p ≤ 0.39: the target's own choice", 0.31],
  ["strict", "ownChoice", 1, 0.394, null, "rank 1, p = 0.39: the target's own choice", 0.386],
  ["strict", "ownChoice", 1, 0.396, null, "rank 1, p ≤ 0.40: the target's own choice", 0.394],
  ["strict", "ownChoice", 1, 1, null, "rank 1, p ≤ 1.00: the target's own choice", 0.9999],
  [
    "strict",
    "notOwnChoice",
    2,
    0.31,
    null,
    "rank 2, p ≤ 0.31: strict rule keeps only the target's own choice",
    0.2,
  ],
  [
    "strict",
    "behindRejection",
    1,
    0.77,
    null,
    "not reached, after a rejected token (rank 1, p ≤ 0.77 at this place)",
    0.7,
  ],
  [
    "relaxed",
    "behindRejection",
    null,
    0.0003,
    0.1,
    "not reached, after a rejected token (not among the 128 most probable, p = 0.0003 at this place)",
  ],
  [
    "relaxed",
    "probability",
    2,
    0.04,
    0.1,
    "rank 2, p ≤ 0.04: relaxed rule needs p > 0.10, missed by at least 0.06 (and rank ≤ 2, which holds)",
    0.01,
  ],
  [
    "relaxed",
    "probability",
    2,
    0.0996,
    0.1,
    "rank 2, p = 0.0996: relaxed rule needs p > 0.1000, missed by 0.0004 (and rank ≤ 2, which holds)",
    0.09958,
  ],
  [
    "relaxed",
    "rank",
    3,
    0.14,
    0.1,
    "rank 3, p ≤ 0.14: relaxed rule needs rank ≤ 2 (and p > 0.10, which holds by at most 0.04)",
    0.11,
  ],
  [
    "relaxed",
    "rank",
    3,
    0.14,
    0.1,
    "rank 3, p ≤ 0.14: relaxed rule needs rank ≤ 2 (and p > 0.10, which its upper end meets by 0.04)",
    0.1,
  ],
  [
    "relaxed",
    "withinRule",
    2,
    0.23,
    0.1,
    "rank 2, p ≤ 0.23: not the target's choice, but relaxed rule keeps rank ≤ 2 and p > 0.10, which its upper end meets by 0.13",
    0.05,
  ],
  [
    "delta",
    "withinRule",
    2,
    0.45,
    0.4,
    "rank 2, p ≤ 0.45: not the target's choice, but delta rule keeps rank ≤ 3 and p ≥ 0.40 (0.20 under the best), met by at least 0.05",
    0.3,
  ],
  [
    "delta",
    "rank",
    4,
    0.2,
    0,
    "rank 4, p ≤ 0.20: delta rule needs rank ≤ 3 (and p ≥ 0.00 (0.20 under the best), which holds by at most 0.20)",
    0.02,
  ],
  [
    "ratio",
    "withinRule",
    2,
    0.25,
    0.21,
    "rank 2, p ≤ 0.25: not the target's choice, but ratio rule keeps rank ≤ 3 and p ≥ 0.21 (0.30 of the best), met by at most 0.04",
    0.1,
  ],
  [
    "relaxed",
    "withinRule",
    2,
    0.23,
    0.1,
    "rank 2, p ≤ 0.23: not the target's choice, but relaxed rule keeps rank ≤ 2 and p > 0.10, met by at most 0.13",
    0.15,
  ],
  [
    "relaxed",
    "consecutiveRelaxed",
    2,
    0.3,
    0.1,
    "rank 2, p ≤ 0.30: relaxed rule is met by at most 0.20, but at most 1 relaxed accept in a row may be kept",
    0.2,
  ],
  [
    "delta",
    "probability",
    2,
    0.31,
    0.43,
    "rank 2, p ≤ 0.31: delta rule needs p ≥ 0.43 (0.20 under the best), missed by at most 0.12 (and rank ≤ 3, which holds)",
    0.25,
  ],
  [
    "ratio",
    "rankAndProbability",
    7,
    0.1,
    0.21,
    "rank 7, p ≤ 0.10: ratio rule needs rank ≤ 3 and p ≥ 0.21 (0.30 of the best), missed by at most 0.11",
    0.05,
  ],
  [
    "ratio",
    "rank",
    4,
    0.21,
    0.21,
    "rank 4, p ≤ 0.21: ratio rule needs rank ≤ 3 (and p ≥ 0.21 (0.30 of the best), which it just reaches)",
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
    "rank 2, p = 0.30: relaxed rule is met by 0.20, but the rest of the answer would give up more than 5 nats",
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
    "no draft: nothing earlier continues this context",
    "no draft: it was expected to cost more time than it brings",
    "no draft: one more token fills the answer or the context",
  ]);
});
