// Verification as a table: probabilities of the entries, the rule, the drafted token, and what is decided.
import assert from "node:assert/strict";
import { test } from "vitest";
import {
  DEFAULT_GUARDS,
  INITIAL_JUDGE_STATE,
  judge,
  PUBLISHED_RULE,
  type Distribution,
  type Guards,
  type JudgeState,
  type Rule,
} from "../../../../core/laser/index.ts";

/** A distribution over tokens 0, 1, 2 … with these probabilities, descending; token 0 is the target's own choice. */
function distribution(probabilities: readonly number[], extra: Partial<Distribution> = {}): Distribution {
  const logits = probabilities.map((probability) => Math.log(probability));
  return {
    size: probabilities.length,
    ids: probabilities.map((_, id) => id),
    logits,
    logSumExp: Math.log(probabilities.reduce((sum, probability) => sum + probability, 0)),
    logSumExpHigh: 0,
    outsideLogit: logits.at(-1)!,
    targetToken: 0,
    targetEndsText: false,
    ...extra,
  };
}

interface Case {
  readonly name: string;
  readonly probabilities: readonly number[];
  readonly token: number;
  readonly rule: Rule;
  readonly guards?: Partial<Guards>;
  readonly state?: Partial<JudgeState>;
  readonly row?: Partial<Distribution>;
  /** kind, reason and rank, as "relaxed withinRule 2". */
  readonly expect: string;
}

function check({ name, probabilities, token, rule, guards, state, row, expect }: Case): void {
  test(name, () => {
    const verdict = judge(
      token,
      distribution(probabilities, row),
      rule,
      { ...DEFAULT_GUARDS, ...guards },
      { ...INITIAL_JUDGE_STATE, ...state },
    );
    assert.equal(`${verdict.kind} ${verdict.reason} ${verdict.rank ?? "-"}`, expect);
    const limit = verdict.threshold;
    assert.equal(verdict.margin, limit === null ? null : verdict.probability - limit);
  });
}

const strict: Rule = { kind: "strict" };
const published: Rule = PUBLISHED_RULE;
const usual = [0.6, 0.3, 0.08, 0.02];

const cases: Case[] = [
  {
    name: "strict: the target's choice is accepted",
    probabilities: usual,
    token: 0,
    rule: strict,
    expect: "accepted ownChoice 1",
  },
  {
    name: "strict: the runner-up is rejected",
    probabilities: usual,
    token: 1,
    rule: strict,
    expect: "rejected notOwnChoice 2",
  },
  {
    name: "published rule: rank 2 above p",
    probabilities: usual,
    token: 1,
    rule: published,
    expect: "relaxed withinRule 2",
  },
  {
    name: "published rule: rank 3",
    probabilities: [0.4, 0.35, 0.25],
    token: 2,
    rule: published,
    expect: "rejected rank 3",
  },
  {
    name: "published rule: rank 2 under p",
    probabilities: [0.95, 0.05],
    token: 1,
    rule: published,
    expect: "rejected probability 2",
  },
  {
    name: "published rule: rank 3 under p",
    probabilities: usual,
    token: 2,
    rule: published,
    expect: "rejected rankAndProbability 3",
  },
  {
    name: "published rule: exactly p is not above p",
    probabilities: [0.5, 0.5],
    token: 1,
    rule: { ...PUBLISHED_RULE, minProbability: 0.5 },
    expect: "rejected probability 2",
  },
  {
    name: "no token above p: only the target's choice is kept",
    probabilities: [0.05, 0.04],
    token: 0,
    rule: { ...PUBLISHED_RULE, minProbability: 0.9 },
    expect: "accepted ownChoice 1",
  },
  {
    name: "k = 1 behaves as strict",
    probabilities: [0.5, 0.5],
    token: 1,
    rule: { ...PUBLISHED_RULE, topK: 1, minProbability: 0 },
    expect: "rejected rank 2",
  },
  {
    name: "a token outside the entries has no rank",
    probabilities: usual,
    token: 9,
    rule: published,
    expect: "rejected rankAndProbability -",
  },
  {
    name: "sampled own choice of rank 2 is accepted",
    probabilities: usual,
    token: 1,
    rule: published,
    row: { targetToken: 1 },
    expect: "accepted ownChoice 2",
  },
  {
    name: "the more probable token is relaxed when the draw fell on another",
    probabilities: usual,
    token: 0,
    rule: published,
    row: { targetToken: 1 },
    expect: "relaxed withinRule 1",
  },
  {
    name: "delta: within",
    probabilities: usual,
    token: 1,
    rule: { kind: "delta", topK: 3, delta: 0.3001 },
    expect: "relaxed withinRule 2",
  },
  {
    name: "delta: beyond",
    probabilities: usual,
    token: 2,
    rule: { kind: "delta", topK: 3, delta: 0.3 },
    expect: "rejected probability 3",
  },
  {
    name: "ratio: within",
    probabilities: usual,
    token: 1,
    rule: { kind: "ratio", topK: 2, alpha: 0.49 },
    expect: "relaxed withinRule 2",
  },
  {
    name: "ratio: beyond",
    probabilities: usual,
    token: 2,
    rule: { kind: "ratio", topK: 4, alpha: 0.2 },
    expect: "rejected probability 3",
  },
  {
    name: "guard: the target wants to end",
    probabilities: usual,
    token: 1,
    rule: published,
    row: { targetEndsText: true },
    expect: "rejected endOfText 2",
  },
  {
    name: "guard off: the target's end may be passed over",
    probabilities: usual,
    token: 1,
    rule: published,
    row: { targetEndsText: true },
    guards: { endOfText: false },
    expect: "relaxed withinRule 2",
  },
  {
    name: "guard: its own end is accepted",
    probabilities: usual,
    token: 0,
    rule: published,
    row: { targetEndsText: true },
    expect: "accepted ownChoice 1",
  },
  {
    name: "guard: one relaxed accept in a row too many",
    probabilities: usual,
    token: 1,
    rule: published,
    guards: { maxConsecutiveRelaxed: 2 },
    state: { consecutiveRelaxed: 2 },
    expect: "rejected consecutiveRelaxed 2",
  },
  {
    name: "guard: the last one allowed",
    probabilities: usual,
    token: 1,
    rule: published,
    guards: { maxConsecutiveRelaxed: 2 },
    state: { consecutiveRelaxed: 1 },
    expect: "relaxed withinRule 2",
  },
  {
    name: "guard: ln 2 nats don't fit into what is left",
    probabilities: usual,
    token: 1,
    rule: published,
    guards: { maxNatsGivenUp: 1 },
    state: { natsGivenUp: 0.4 },
    expect: "rejected natsGivenUp 2",
  },
  {
    name: "guard: ln 2 nats fit",
    probabilities: usual,
    token: 1,
    rule: published,
    guards: { maxNatsGivenUp: 1 },
    state: { natsGivenUp: 0.3 },
    expect: "relaxed withinRule 2",
  },
];
cases.forEach(check);

test("the upper probability of a token outside the entries follows the K-th raw logit, not a penalised one", () => {
  // Raw logits 6, 5, 5, 5; penalties halved all but the last: outside, a logit of 5 is still possible.
  const logits = [5, 3, 2.5, 2.5];
  const logSumExp = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
  const row: Distribution = {
    ...distribution([1]),
    size: 4,
    ids: [9, 1, 2, 3],
    logits,
    logSumExp,
    outsideLogit: 5,
  };
  const outside = judge(7, row, published, DEFAULT_GUARDS, INITIAL_JUDGE_STATE);
  assert.equal(outside.rank, null);
  assert.equal(outside.probability, Math.exp(5 - logSumExp));
  assert.equal(
    judge(1, row, published, DEFAULT_GUARDS, INITIAL_JUDGE_STATE).rank,
    null,
    "others may rank above it",
  );
});
