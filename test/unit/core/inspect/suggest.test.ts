// The curve EDL against budget and the setting it suggests: against trying every rule there is, and by hand.
import assert from "node:assert/strict";
import { test } from "vitest";
import { budgetCurve, suggest, whatIf } from "../../../../core/inspect/index.ts";
import { roundNumberIn } from "../../../../core/inspect/whatIf/roundNumber.ts";
import { DEFAULT_GUARDS, type Guards, type Rule } from "../../../../core/laser/index.ts";
import type { Trace } from "../../../../core/trace/index.ts";
import { table } from "../../../support/check.ts";
import { seededRandom } from "../../../support/random.ts";
import { longTrace } from "../../../support/trace/longTrace.ts";
import { randomTrace } from "../../../support/trace/randomTraces.ts";

const SEEDS = Array.from({ length: 60 }, (_, i) => i + 1);
const GUARDS: readonly Guards[] = [
  DEFAULT_GUARDS,
  { endOfText: false, maxConsecutiveRelaxed: 1, maxNatsGivenUp: null },
  { endOfText: true, maxConsecutiveRelaxed: null, maxNatsGivenUp: 3 },
];

/** Every relaxed rule that could decide one of the recorded tokens otherwise. */
function everyRule(trace: Trace): Rule[] {
  const verdicts = trace.steps.flatMap((step) => step.verdicts);
  const ranks = new Set(verdicts.flatMap(({ rank }) => rank ?? []));
  const thresholds = new Set([0, ...verdicts.map(({ probability }) => probability)]);
  const relaxed = [...ranks].flatMap((topK) =>
    [...thresholds].map((minProbability): Rule => ({ kind: "relaxed", topK, minProbability })),
  );
  return [{ kind: "strict" }, ...relaxed];
}

test("within any budget nothing gains more than the suggestion, if few enough rules are distinguishable", () => {
  let compared = 0;
  for (const seed of SEEDS) {
    const trace = randomTrace(seed, 4);
    const guards = GUARDS[seed % GUARDS.length]!;
    const open = trace.steps.flatMap(({ verdicts }) => verdicts.filter(({ rank }) => rank !== null));
    const ranks = open.flatMap(({ rank }) => rank ?? []);
    if (open.length > 24 || new Set(ranks.filter((rank) => rank > 8)).size > 6) continue;
    const curve = budgetCurve(trace, guards);
    const all = everyRule(trace).map((rule) => whatIf(trace, rule, guards));
    for (const budget of [0, 0.5, 1, 2, 4, 8, 1000]) {
      const within = all.filter(({ natsGivenUp }) => natsGivenUp <= budget);
      const most = Math.max(...within.map(({ committed }) => committed));
      assert.equal(suggest(curve, budget)?.committed, most, `seed ${seed}, budget ${budget}`);
      compared++;
    }
  }
  assert.ok(compared > 100, `only ${compared} compared`);
});

test("a curve rises in both directions, and each of its points is what judging again says", () => {
  let points = 0;
  for (const seed of SEEDS.slice(0, 20)) {
    const trace = longTrace(seed, 60);
    const guards = GUARDS[seed % GUARDS.length]!;
    const curve = budgetCurve(trace, guards);
    curve.forEach((point, i) => {
      const judged = whatIf(trace, point.rule, guards);
      assert.equal(point.committed, judged.committed, `seed ${seed}`);
      assert.equal(point.relaxed, judged.relaxed, `seed ${seed}`);
      assert.equal(point.natsGivenUp, judged.natsGivenUp, `seed ${seed}`);
      assert.equal(point.edl, judged.committed / trace.steps.length, `seed ${seed}`);
      assert.equal(point.relaxedShare, judged.relaxed / judged.committed, `seed ${seed}`);
      const before = curve[i - 1];
      if (before !== undefined)
        assert.ok(point.natsGivenUp > before.natsGivenUp && point.edl > before.edl, `seed ${seed}`);
      points++;
    });
    assert.equal(curve[0]?.natsGivenUp, 0, `seed ${seed}`);
    const strict = whatIf(trace, { kind: "strict" }, guards);
    assert.ok(curve[0].committed >= strict.committed, `seed ${seed}`);
  }
  assert.ok(points > 200, `only ${points} points`);
});

test("settings are written with few digits", () => {
  const curve = budgetCurve(longTrace(1, 40), DEFAULT_GUARDS);
  const digits = curve.map(({ rule }) => (rule.kind === "relaxed" ? String(rule.minProbability).length : 1));
  assert.ok(curve.length > 5 && Math.max(...digits) <= 8, digits.join(" "));
});

test("a run without steps has no curve, a run without drafts one point", () => {
  const trace = randomTrace(1);
  assert.deepEqual(budgetCurve({ ...trace, steps: [] }, DEFAULT_GUARDS), []);
  assert.equal(suggest([], 5), null);
  const step = trace.steps[0]!;
  const bare = { ...step, draft: [], verdicts: [], path: [] };
  const curve = budgetCurve({ ...trace, steps: [bare] }, DEFAULT_GUARDS);
  assert.deepEqual(curve, [
    { rule: { kind: "strict" }, natsGivenUp: 0, edl: 1, relaxedShare: 0, steps: 1, committed: 1, relaxed: 0 },
  ]);
  assert.equal(suggest(curve, -1), null);
  assert.equal(suggest(curve, 0), curve[0]);
});

table(
  "the roundest number in",
  [
    { name: "0.0428 … 0.051", low: 0.0428, high: 0.051, expected: 0.05 },
    { name: "0.0428 … 0.05", low: 0.0428, high: 0.05, expected: 0.043 },
    { name: "0.04 … 0.05", low: 0.04, high: 0.05, expected: 0.04 },
    { name: "0 … 1", low: 0, high: 1, expected: 0 },
    { name: "0.9 … 1", low: 0.9, high: 1, expected: 0.9 },
    { name: "nothing", low: 0.3, high: 0.3, expected: 0.3 },
  ],
  ({ low, high, expected }) => {
    assert.equal(roundNumberIn(low, high), expected);
  },
);

test("a round number is inside its interval", () => {
  for (let seed = 1; seed <= 5000; seed++) {
    const random = seededRandom(seed);
    const low = random.next() ** 4;
    const high = low + 1e-9 + random.next() ** 8;
    const round = roundNumberIn(low, high);
    assert.ok(round >= low && round < high, `seed ${seed}: ${round} for ${low} … ${high}`);
  }
});
