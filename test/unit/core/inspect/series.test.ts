// Series of a run: by place, over time, on lanes. What they add up to is what the run counts; small runs are worked by hand.
import assert from "node:assert/strict";
import { test } from "vitest";
import type { VerdictKind } from "../../../../core/laser/index.ts";
import {
  acceptanceByPlace,
  laneOf,
  natsOverTokens,
  overTime,
  ranges,
  speedUp,
  stepEndsMs,
  timeSplit,
} from "../../../../core/inspect/index.ts";
import {
  addCounts,
  countSteps,
  isChainDraft,
  traceMetrics,
  withRates,
  type TraceStep,
} from "../../../../core/trace/index.ts";
import { table } from "../../../support/check.ts";
import { asChain } from "../../../support/trace/asChain.ts";
import { randomTrace } from "../../../support/trace/randomTraces.ts";

const TRACES = Array.from({ length: 250 }, (_, i) => randomTrace(i + 1, 40));

const near = (actual: number, expected: number, what: string): void => {
  assert.ok(
    Math.abs(actual - expected) <= 1e-9 * Math.max(1, Math.abs(expected)),
    `${what}: ${actual}, ${expected}`,
  );
};
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Any step of a recorded run with these verdicts, and `ms` of verifying. */
function step(kinds: readonly VerdictKind[], ms = 10): TraceStep {
  const base = TRACES.flatMap(({ steps }) => steps).find(({ draft }) => draft.length > 0)!;
  return asChain({
    ...base,
    draft: kinds.map(() => base.draft[0]!),
    verdicts: kinds.map((kind) => ({ ...base.verdicts[0]!, kind })),
    draftMs: 0,
    verifyMs: ms,
    otherMs: 0,
  });
}

const HAND_MADE = [
  step(["accepted", "accepted", "relaxed"]),
  step(["accepted", "rejected", "unreached", "unreached"]),
  step([]),
  step(["rejected"]),
];

test("a small run by place", () => {
  const shown = acceptanceByPlace(HAND_MADE).map(
    ({ drafted, judged, kept, relaxed, ofDrafted, ofJudged }) => [
      drafted,
      judged,
      kept,
      relaxed,
      ofDrafted,
      ofJudged,
    ],
  );
  assert.deepEqual(shown, [
    [3, 3, 2, 0, 2 / 3, 2 / 3],
    [2, 2, 1, 0, 1 / 2, 1 / 2],
    [2, 1, 1, 1, 1 / 2, 1],
    [1, 0, 0, 0, 0, null],
  ]);
  assert.deepEqual(acceptanceByPlace([]), []);
});

/** Two branches after the first token; the longer one is kept. */
const TREE: TraceStep = {
  ...step(["accepted", "rejected", "relaxed", "unreached", "accepted"]),
  path: [0, 2, 4],
};
const FORKED: TraceStep = {
  ...TREE,
  draft: [-1, 0, 0, 1, 2].map((parent) => ({ ...TREE.draft[0]!, parent })),
};

test("a tree by depth: tokens are counted, and the steps that reach so far", () => {
  const shown = acceptanceByPlace([FORKED, step(["accepted", "rejected"])]).map((counts) => [
    ...[counts.steps, counts.drafted, counts.judged, counts.accepted, counts.relaxed],
    ...[counts.ofDrafted, counts.ofJudged, counts.ofSteps],
  ]);
  assert.deepEqual(shown, [
    [2, 2, 2, 2, 0, 1, 1, 1],
    [2, 3, 3, 0, 1, 1 / 3, 1 / 3, 1 / 2],
    [1, 2, 1, 1, 0, 1 / 2, 1, 1],
  ]);
});

test("places add up to the counts of the run, and fewer tokens are further back", () => {
  for (const trace of TRACES) {
    const counts = traceMetrics(trace);
    const places = acceptanceByPlace(trace.steps);
    const areChains = trace.steps.every(({ draft }) => isChainDraft(draft));
    assert.equal(sum(places.map(({ drafted }) => drafted)), counts.drafted);
    assert.equal(sum(places.map(({ judged }) => judged)), counts.drafted - counts.unreached);
    assert.equal(sum(places.map(({ accepted }) => accepted)), counts.accepted);
    assert.equal(sum(places.map(({ relaxed }) => relaxed)), counts.relaxed);
    places.forEach(({ steps, drafted, judged, kept }, i) => {
      assert.ok(kept <= judged && judged <= drafted && kept <= steps && steps <= drafted);
      const before = places[i - 1];
      if (before !== undefined) assert.ok(steps <= before.steps && kept <= before.kept);
      if (!areChains) return;
      assert.equal(steps, drafted);
      // Judged at a place: kept at the one before, if the draft continues there.
      if (before !== undefined) assert.ok(judged <= before.kept);
    });
  }
});

table(
  "ranges",
  [
    { name: "nothing", length: 0, most: 5, expected: [] },
    {
      name: "one each",
      length: 3,
      most: 5,
      expected: [
        [0, 1],
        [1, 2],
        [2, 3],
      ],
    },
    {
      name: "a shorter last one",
      length: 5,
      most: 2,
      expected: [
        [0, 3],
        [3, 5],
      ],
    },
    {
      name: "fewer than allowed",
      length: 6,
      most: 4,
      expected: [
        [0, 2],
        [2, 4],
        [4, 6],
      ],
    },
    { name: "none allowed is one", length: 2, most: 0, expected: [[0, 2]] },
  ],
  ({ length, most, expected }) => {
    assert.deepEqual(ranges(length, most), expected);
  },
);

test("ranges over time follow each other, add up to the run, and weigh speed by time", () => {
  for (const trace of TRACES) {
    const { rule } = trace.request;
    const whole = withRates(countSteps(trace.steps, rule));
    for (const most of [1, 3, 7, 1000]) {
      const buckets = overTime(trace.steps, most);
      assert.ok(buckets.length <= most);
      buckets.forEach(({ from, startMs }, i) => {
        assert.equal(from, i === 0 ? 0 : buckets[i - 1]!.to + 1);
        assert.equal(startMs, i === 0 ? 0 : buckets[i - 1]!.endMs);
      });
      assert.equal(buckets.at(-1)!.to, trace.steps.length - 1);
      const { committed, drafted, keptHistogram } = buckets
        .map(({ metrics }) => metrics)
        .reduce((a, b) => withRates(addCounts(a, b)));
      assert.deepEqual(
        { committed, drafted, keptHistogram },
        {
          committed: whole.committed,
          drafted: whole.drafted,
          keptHistogram: whole.keptHistogram,
        },
      );
      near(buckets.at(-1)!.endMs, whole.totalMs, "time");
      near(sum(buckets.map(({ timeShare }) => timeShare)), 1, "shares");
      const bySpeed = sum(buckets.map(({ timeShare, metrics }) => timeShare * metrics.tokensPerSecond!));
      near(bySpeed, whole.tokensPerSecond!, "speed weighted by time");
    }
  }
});

test("a slow range counts as long as it took", () => {
  const [fast, slow] = overTime([step(["accepted"], 10), step(["accepted"], 90)], 2);
  assert.deepEqual([fast!.metrics.tokensPerSecond, slow!.metrics.tokensPerSecond], [200, 2000 / 90]);
  assert.deepEqual([fast!.timeShare, slow!.timeShare], [0.1, 0.9]);
  assert.deepEqual(overTime([], 5), []);
  assert.equal(overTime([step([], 0)], 5)[0]!.timeShare, 0);
});

test("the parts of the time add up, with the prefill and without", () => {
  for (const trace of TRACES) {
    const counts = traceMetrics(trace);
    const parts = timeSplit(counts, trace.result.prefillMs);
    near(sum(parts.map(({ ofAll }) => ofAll ?? 0)), 1, "of all");
    near(sum(parts.map(({ ofSteps }) => ofSteps ?? 0)), 1, "of the steps");
    near(sum(parts.map(({ ms }) => ms ?? 0)), counts.totalMs + trace.result.prefillMs!, "ms");
  }
  const [prefill, verify] = timeSplit(countSteps([step([])], { kind: "strict" }), null);
  assert.deepEqual(prefill, { part: "prefill", ms: null, ofAll: null, ofSteps: null });
  assert.equal(verify!.ofAll, 1);
});

test("a lane has every token at the end of its step, and marks that hold all of the time", () => {
  for (const trace of TRACES) {
    const ends = stepEndsMs(trace.steps);
    for (const most of [3, 1000]) {
      const { tokenMs, marks, totalMs } = laneOf(trace.steps, most);
      assert.equal(tokenMs.length, trace.result.tokens.length);
      assert.ok(marks.length <= most);
      assert.deepEqual(new Set(tokenMs), new Set(ends));
      assert.equal(tokenMs.at(-1), totalMs);
      assert.equal(sum(marks.map(({ tokens }) => tokens)), tokenMs.length);
      near(sum(marks.map(({ draftMs, verifyMs, otherMs }) => draftMs + verifyMs + otherMs)), totalMs, "time");
    }
  }
});

const twice = laneOf([step(["accepted"], 10), step(["accepted"], 10)]);
const plain = laneOf(Array.from({ length: 4 }, () => step([], 8)));

table(
  "speed-up",
  [
    {
      name: "the same text",
      tokens: [1, 2, 3, 4],
      plainTokens: [1, 2, 3, 4],
      alike: 4,
      same: true,
      over: 32 / 20,
    },
    {
      name: "turned off after two tokens",
      tokens: [1, 2, 8, 9],
      plainTokens: [1, 2, 3, 4],
      alike: 2,
      same: false,
      over: 16 / 10,
    },
    {
      name: "turned off inside a step",
      tokens: [1, 2, 3, 9],
      plainTokens: [1, 2, 3, 4],
      alike: 3,
      same: false,
      over: 24 / 20,
    },
    {
      name: "nothing alike",
      tokens: [9, 2, 3, 4],
      plainTokens: [1, 2, 3, 4],
      alike: 0,
      same: false,
      over: null,
    },
  ],
  ({ tokens, plainTokens, alike, same, over }) => {
    assert.deepEqual(speedUp(twice, tokens, plain, plainTokens), {
      alikeTokens: alike,
      isSameText: same,
      overAlike: over,
      overAll: 32 / 20,
    });
  },
);

test("texts of other lengths are compared by tokens per second; without time nothing is", () => {
  const longer = laneOf(Array.from({ length: 8 }, () => step([], 8)));
  const { overAll, isSameText, alikeTokens } = speedUp(twice, [1, 2, 3, 4], longer, [1, 2, 3, 4, 5, 6, 7, 8]);
  assert.deepEqual([overAll, isSameText, alikeTokens], [4 / 20 / (8 / 64), false, 4]);
  const none = laneOf([]);
  assert.deepEqual(speedUp(none, [], none, []), {
    alikeTokens: 0,
    isSameText: true,
    overAlike: null,
    overAll: null,
  });
  const timeless = laneOf([step([], 0)]);
  assert.deepEqual(speedUp(timeless, [1], plain, [1, 2, 3, 4]), {
    alikeTokens: 1,
    isSameText: false,
    overAlike: null,
    overAll: null,
  });
});

test("nats given up never fall, are marked at relaxed tokens, and end at those of the run", () => {
  let seen = 0;
  for (const trace of TRACES) {
    const { natsGivenUp, relaxed } = traceMetrics(trace);
    const points = natsOverTokens(trace.steps, 1000);
    near(points.at(-1)?.nats ?? 0, natsGivenUp, "nats");
    points.forEach(({ step: index, place, nats, tokens }, i) => {
      const before = points[i - 1];
      assert.equal(trace.steps[index]!.verdicts[place]!.kind, "relaxed");
      assert.ok(nats >= (before?.nats ?? 0) && tokens > (before?.tokens ?? 0));
    });
    const few = natsOverTokens(trace.steps, 3);
    assert.ok(few.length <= 3);
    assert.deepEqual(few.at(-1), points.at(-1));
    seen += relaxed;
  }
  assert.ok(seen > 100, `only ${seen} relaxed tokens`);
});
