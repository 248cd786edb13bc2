// Decisions in words: every reason under every rule that can give it.
import assert from "node:assert/strict";
import { test } from "vitest";
import {
  DEFAULT_GUARDS,
  NO_DRAFT_REASONS,
  VERDICT_REASONS,
  type Rule,
  type Verdict,
  type VerdictReason,
} from "../../../../core/laser/index.ts";
import { noDraftSentence, verdictSentence } from "../../../../core/trace/index.ts";
import { golden } from "../../../support/check.ts";

const rules = {
  strict: { kind: "strict" },
  relaxed: { kind: "relaxed", topK: 2, minProbability: 0.1 },
  delta: { kind: "delta", topK: 3, delta: 0.2 },
  ratio: { kind: "ratio", topK: 3, alpha: 0.3 },
} as const satisfies Record<string, Rule>;

/** One verdict a line: rule, reason, rank (- for none of the row), p or lowest..highest p, threshold (- for none). */
const EXACT = `
  strict   ownChoice           1  0.83             -
  strict   ownChoice           3  0.999            -
  strict   notOwnChoice        2  0.31             -
  strict   notOwnChoice        -  0..0.0003        -
  strict   behindRejection     1  0.77             -
  relaxed  ownChoice           1  1                0.1
  relaxed  withinRule          2  0.23             0.1
  relaxed  rank                3  0.14             0.1
  relaxed  probability         2  0.04             0.1
  relaxed  probability         2  0.0996           0.1
  relaxed  probability         2  0.1              0.1
  relaxed  rankAndProbability  3  0.04             0.1
  relaxed  rankAndProbability  -  0..0.00004       0.1
  relaxed  endOfText           2  0.3              0.1
  relaxed  consecutiveRelaxed  2  0.3              0.1
  relaxed  natsGivenUp         2  0.3              0.1
  relaxed  shorterBranch       2  0.3              0.1
  relaxed  behindRejection     -  0                0.1
  delta    ownChoice           1  0.63             0.43
  delta    withinRule          2  0.45             0.43
  delta    rank                4  0.2              0.1
  delta    probability         2  0.31             0.43
  delta    rankAndProbability  9  0.01             0.43
  delta    endOfText           2  0.45             0.43
  delta    consecutiveRelaxed  2  0.45             0.43
  delta    natsGivenUp         2  0.45             0.43
  delta    shorterBranch       1  0.63             0.43
  delta    behindRejection     1  0.63             0.43
  ratio    ownChoice           1  0.7              0.21
  ratio    withinRule          2  0.25             0.21
  ratio    rank                5  0.1              0.06
  ratio    probability         2  0.2              0.21
  ratio    rankAndProbability  7  0.002            0.21
  ratio    endOfText           2  0.25             0.21
  ratio    consecutiveRelaxed  2  0.25             0.21
  ratio    natsGivenUp         2  0.25             0.21
  ratio    shorterBranch       2  0.25             0.21
  ratio    behindRejection     2  0.25             0.21
`;

/** Figures of which only the upper end is known, and some that are known well enough. */
const INTERVALS = `
  strict   ownChoice           1  0.31..0.39       -
  strict   ownChoice           1  0.386..0.394     -
  strict   ownChoice           1  0.394..0.396     -
  strict   ownChoice           1  0.9999..1        -
  strict   notOwnChoice        2  0.2..0.31        -
  strict   behindRejection     1  0.7..0.77        -
  relaxed  behindRejection     -  0.0003           0.1
  relaxed  probability         2  0.01..0.04       0.1
  relaxed  probability         2  0.09958..0.0996  0.1
  relaxed  rank                3  0.11..0.14       0.1
  relaxed  rank                3  0.1..0.14        0.1
  relaxed  withinRule          2  0.05..0.23       0.1
  delta    withinRule          2  0.3..0.45        0.4
  delta    rank                4  0.02..0.2        0
  ratio    withinRule          2  0.1..0.25        0.21
  relaxed  withinRule          2  0.15..0.23       0.1
  relaxed  consecutiveRelaxed  2  0.2..0.3         0.1
  delta    probability         2  0.25..0.31       0.43
  ratio    rankAndProbability  7  0.05..0.1        0.21
  ratio    rank                4  0.1..0.21        0.21
`;

const KINDS: Readonly<Partial<Record<VerdictReason, Verdict["kind"]>>> = {
  ownChoice: "accepted",
  withinRule: "relaxed",
  behindRejection: "unreached",
};

function casesOf(lines: string) {
  return lines
    .trim()
    .split("\n")
    .map((line) => {
      const [rule = "", reason = "", rank, p = "", threshold] = line.trim().split(/ +/);
      const ends = p.split("..").map(Number);
      const numberOrNull = (text: string | undefined) => (text === "-" ? null : Number(text));
      const [low, high] = [ends[0]!, ends.at(-1)!];
      return {
        line: line.trim().replace(/ +/g, " "),
        rule: rule as keyof typeof rules,
        reason: reason as VerdictReason,
        rank: numberOrNull(rank),
        probability: high,
        probabilityLow: low,
        threshold: numberOrNull(threshold),
      };
    });
}

function sentenceOf({ rule, reason, rank, probability, probabilityLow, threshold }: Case): string {
  const kind = KINDS[reason] ?? "rejected";
  const margin = threshold === null ? null : probability - threshold;
  const verdict = { kind, reason, rank, probability, probabilityLow, threshold, margin };
  const guards = { ...DEFAULT_GUARDS, maxConsecutiveRelaxed: 1, maxNatsGivenUp: 2.5 };
  return verdictSentence(verdict, { rule: rules[rule], guards, rowWidth: 128 });
}

type Case = ReturnType<typeof casesOf>[number];

test("each verdict's sentence, as in test/golden/explain", () => {
  for (const [name, lines] of Object.entries({ exact: EXACT, intervals: INTERVALS })) {
    const blocks = casesOf(lines).map((one) => `${one.line}\n  ${sentenceOf(one)}`);
    golden(`explain/${name}`, blocks.join("\n"));
  }
});

test("a run that continues from an earlier answer counts nats for the rest only", () => {
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
  const exact = casesOf(EXACT);
  const missing = (Object.keys(rules) as (keyof typeof rules)[]).flatMap((rule) =>
    VERDICT_REASONS.filter((reason) => {
      const isStrict = ["ownChoice", "notOwnChoice", "behindRejection"].includes(reason);
      const canBe = rule === "strict" ? isStrict : reason !== "notOwnChoice";
      return canBe && !exact.some((row) => row.rule === rule && row.reason === reason);
    }).map((reason) => `${rule} ${reason}`),
  );
  assert.deepEqual(missing, []);
});

test("no draft because …", () => {
  assert.deepEqual(
    NO_DRAFT_REASONS.map((reason) => noDraftSentence(reason)),
    [
      "no draft: plain decoding never drafts",
      "no draft: no earlier text matches this context",
      "no draft: not worth its time",
      "no draft: the answer or the context has room for one more token only",
    ],
  );
});

const declined: [
  draftedTokens: number,
  expectedKept: number | null,
  expectedMs: number | null,
  text: string,
][] = [
  [
    5,
    1.2,
    9.1,
    "the best one (5 tokens, 1.2 expected to be kept) was expected to cost 9.1 ms, more than it gains",
  ],
  [
    1,
    0.04,
    120.26,
    "the best one (1 token, 0.04 expected to be kept) was expected to cost 120.3 ms, more than it gains",
  ],
  [31, null, null, "the best one (31 tokens) was expected to cost more than it gains"],
];

for (const [draftedTokens, expectedKept, expectedMs, text] of declined) {
  test(`no draft, since ${text}`, () => {
    const draft = { draftedTokens, expectedKept, expectedMs };
    assert.equal(noDraftSentence("notWorthIt", draft), `no draft: ${text}`);
    // Another reason has nothing to do with the draft.
    assert.equal(noDraftSentence("noMatch", draft), noDraftSentence("noMatch"));
  });
}
