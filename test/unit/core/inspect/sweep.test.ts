// Settings of one prompt as points: rounds of a setting are one, texts are compared with the baseline's.
import assert from "node:assert/strict";
import { test } from "vitest";
import { sweepOf } from "../../../../core/inspect/index.ts";
import { traceMetrics, type Trace } from "../../../../core/trace/index.ts";
import { plainTrace, wordTokens } from "../../../support/trace/plainTraces.ts";
import { randomTrace } from "../../../support/trace/randomTraces.ts";

const under = (trace: Trace, topK: number, slower = 1): Trace => ({
  ...trace,
  request: { ...trace.request, strategy: "laser", rule: { kind: "relaxed", topK, minProbability: 0.1 } },
  steps: trace.steps.map((step) => ({ ...step, verifyMs: step.verifyMs * slower })),
});

test("rounds of a setting are one point with their spread", () => {
  const [one, other] = ["one two three four five six", "one two 3 four five six"].map((text) =>
    plainTrace(wordTokens(text)),
  ) as [Trace, Trace];
  const points = sweepOf([one, under(other, 2), under(other, 4), under(other, 2, 3), under(other, 2, 2)], 0);
  assert.deepEqual(
    points.map(({ runs }) => runs),
    [[0], [1, 3, 4], [2]],
  );
  const { low, middle, high } = points[1]!.msPerToken!;
  const each = traceMetrics(other).totalMs / traceMetrics(other).committed;
  assert.ok(Math.abs(low - each) < 1e-9 && low < middle && middle < high, `${low} ${middle} ${high}`);
  assert.equal(points[0]!.text, null, "the baseline is compared with nothing");
  assert.deepEqual(points[1]!.text!.same, { part: 5, whole: 6 });
  assert.equal(points[1]!.text!.differs!.divergence.rightTokens, 2);
});

test("on several prompts a setting is one point: the mean of the prompts' medians, texts over all of them", () => {
  const of = (prompt: string, text: string, topK: number, slower = 1): Trace => {
    const trace = under(plainTrace(wordTokens(text)), topK, slower);
    return { ...trace, request: { ...trace.request, rendered: prompt } };
  };
  const points = sweepOf(
    [
      of("first", "one two three four", 2),
      of("first", "one two three four", 4, 3),
      of("first", "one two three four", 4, 5),
      of("second", "five six seven eight", 2),
      of("second", "five six 7 eight", 4, 7),
      of("third", "nine ten", 4),
    ],
    3,
  );
  assert.deepEqual(
    points.map(({ runs, prompts }) => [runs, prompts]),
    [
      [[0, 3], 2],
      [[1, 2, 4, 5], 3],
    ],
  );
  const plain = points[0]!.msPerToken!.middle;
  const { low, middle, high } = points[1]!.msPerToken!;
  // Medians of 4, 7 and 1 times the plain time, give or take what a step takes besides.
  assert.ok(low < middle && middle < high && Math.abs(middle / plain - 4) < 0.2, `${low} ${middle} ${high}`);
  assert.equal(points[0]!.text, null);
  const { same, alike, differs } = points[1]!.text!;
  // The third prompt has no run of the baseline.
  assert.deepEqual(
    [same, alike],
    [
      { part: 7, whole: 8 },
      { part: 1, whole: 2 },
    ],
  );
  assert.equal(differs!.run, 4);
});

test("what is given up is that of the answer, per token", () => {
  for (let seed = 1; seed <= 20; seed++) {
    const trace = randomTrace(seed);
    const { natsGivenUp, committed } = traceMetrics(trace);
    const [point] = sweepOf([trace], 0);
    if (committed === 0) assert.equal(point!.natsPerToken, null);
    else assert.ok(Math.abs(point!.natsPerToken! * committed - natsGivenUp) <= 1e-9 * (1 + natsGivenUp));
  }
});
