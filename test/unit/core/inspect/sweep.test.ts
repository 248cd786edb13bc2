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
  const { low, median, high } = points[1]!.msPerToken!;
  const each = traceMetrics(other).totalMs / traceMetrics(other).committed;
  assert.ok(Math.abs(low - each) < 1e-9 && low < median && median < high, `${low} ${median} ${high}`);
  assert.equal(points[0]!.text, null, "the baseline is compared with nothing");
  assert.deepEqual(points[1]!.text!.same, { part: 5, whole: 6 });
  assert.equal(points[1]!.text!.divergence!.rightTokens, 2);
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
