// Scales, numbers and columns of the figures, without a page.
import assert from "node:assert/strict";
import { test } from "vitest";
import { keptOf, traceMetrics } from "../../../../core/trace/index.ts";
import { shownLabels, ticksTo } from "../../../../webview/charts/scale.ts";
import { msWords, shareWords, stepsQuery, stepsWords } from "../../../../webview/run/figures/figureWords.ts";
import {
  columnsOf,
  MIN_COLUMN_PX,
  scalesOf,
  stepsPerColumn,
  stepsSentence,
} from "../../../../webview/timeline/columns.ts";
import { table } from "../../../support/check.ts";
import { randomTrace } from "../../../support/trace/randomTraces.ts";

table(
  "ticks",
  [
    { name: "round steps", max: 9.4, wished: 5, least: 0, expected: [0, 2, 4, 6, 8, 10] },
    { name: "below 1", max: 0.28, wished: 3, least: 0, expected: [0, 0.1, 0.2, 0.3] },
    { name: "whole numbers only", max: 2, wished: 5, least: 1, expected: [0, 1, 2] },
    { name: "the end itself", max: 1000, wished: 2, least: 0, expected: [0, 500, 1000] },
    { name: "nothing", max: 0, wished: 4, least: 0, expected: [0, 1] },
  ],
  ({ max, wished, least, expected }) => {
    assert.deepEqual(ticksTo(max, wished, least), expected);
  },
);

test("ticks reach the end, and not a whole step beyond it", () => {
  for (let i = 1; i < 2000; i++) {
    const max = 1.013 ** i / 1000;
    const ticks = ticksTo(max, 5);
    const step = ticks[1]!;
    assert.ok(ticks.at(-1)! >= max * (1 - 1e-9) && ticks.at(-1)! - step < max, `${max}: ${ticks.join(" ")}`);
    assert.ok(ticks.length >= 3 && ticks.length <= 6, `${max}: ${ticks.join(" ")}`);
  }
});

test("labels are left out if they would touch", () => {
  const labels = Array.from({ length: 16 }, (_, i) => `${i}`);
  const size = { widthPx: 400, emPx: 12 };
  assert.equal(shownLabels(labels, 25, size).length, 16);
  assert.deepEqual(shownLabels(labels, 15, size), [0, 2, 4, 6, 8, 10, 12, 14]);
});

table(
  "shares",
  [
    { name: "none", share: 0, words: "0 %" },
    { name: "a trace", share: 0.0004, words: "< 0.1 %" },
    { name: "little", share: 0.024, words: "2.4 %" },
    { name: "some", share: 0.473, words: "47 %" },
    { name: "nearly all is not all", share: 0.9996, words: "99.9 %" },
    { name: "all", share: 1, words: "100 %" },
    { name: "of nothing", share: null, words: "–" },
  ],
  ({ share, words }) => {
    assert.equal(shareWords(share), words);
  },
);

table(
  "times",
  [
    { name: "none", ms: 0, words: "0 ms" },
    { name: "hardly any", ms: 0.048, words: "0.05 ms" },
    { name: "little", ms: 3.44, words: "3.4 ms" },
    { name: "a step", ms: 31.2, words: "31 ms" },
    { name: "below a second", ms: 999.4, words: "999 ms" },
    { name: "a second", ms: 999.6, words: "1.00 s" },
    { name: "minutes", ms: 207_600, words: "208 s" },
    { name: "unknown", ms: null, words: "not measured" },
  ],
  ({ ms, words }) => {
    assert.equal(msWords(ms), words);
  },
);

test("steps are counted from 1, in words and in queries", () => {
  assert.equal(stepsWords(11, 11), "step 12");
  assert.equal(stepsWords(100, 149), "steps 101 to 150");
  assert.equal(stepsQuery(11, 11), "@step:12");
  assert.equal(stepsQuery(100, 149), "@step:101..150");
});

test("columns hold every step once, and their means add up to the run", () => {
  for (let seed = 1; seed <= 30; seed++) {
    const trace = randomTrace(seed, 40);
    const { drafted, accepted, relaxed, draftMs, verifyMs } = traceMetrics(trace);
    for (const together of [1, 2, 7, 100]) {
      const columns = columnsOf(trace.steps, together, 0, trace.steps.length - 1);
      let next = 0;
      const sums = { drafted: 0, kept: 0, relaxed: 0, ms: 0 };
      for (const column of columns) {
        assert.equal(column.from, next);
        next = column.to + 1;
        const amount = next - column.from;
        sums.drafted += amount * column.drafted;
        sums.kept += amount * column.kept;
        sums.relaxed += amount * column.relaxed;
        sums.ms += amount * (column.draftMs + column.verifyMs);
      }
      assert.equal(next, trace.steps.length);
      const expected = [drafted, accepted + relaxed, relaxed, draftMs + verifyMs];
      [sums.drafted, sums.kept, sums.relaxed, sums.ms].forEach((value, i) => {
        assert.ok(Math.abs(value - expected[i]!) < 1e-6, `seed ${seed}: ${value}, ${expected[i]!}`);
      });
    }
  }
});

test("a part of the columns is what all of them hold there", () => {
  const { steps } = randomTrace(22, 60);
  for (const together of [1, 3]) {
    const all = columnsOf(steps, together, 0, steps.length - 1);
    const some = columnsOf(steps, together, 10, 20);
    assert.deepEqual(
      some,
      all.filter(({ from, to }) => to >= 10 && from <= 20),
    );
  }
});

test("a column is never too narrow to be distinguished", () => {
  for (let stepPx = 0.01; stepPx < 10; stepPx *= 1.1) {
    const together = stepsPerColumn(stepPx);
    assert.ok(together * stepPx >= MIN_COLUMN_PX - 1e-6 && (together - 1) * stepPx < MIN_COLUMN_PX);
  }
});

test("one slow step in many does not flatten the others; a usual run is drawn whole", () => {
  const { steps } = randomTrace(22, 60);
  const run = Array.from({ length: 200 }, (_, i) => ({
    ...steps[i % steps.length]!,
    draftMs: 0,
    verifyMs: 20,
  }));
  assert.deepEqual(scalesOf(run).mostMs, 20);
  run[50] = { ...run[50]!, verifyMs: 2500 };
  assert.deepEqual([scalesOf(run).mostMs, scalesOf(run).longestMs], [20, 2500]);
  assert.deepEqual(scalesOf([]), { mostDrafted: 4, mostMs: 0, longestMs: 0 });
});

test("a step is described in words", () => {
  const { steps } = randomTrace(22, 60);
  const index = steps.findIndex((step) => keptOf(step) > 0 && keptOf(step) < step.draft.length);
  const step = { ...steps[index]!, draftMs: 1, verifyMs: 29.6, otherMs: 0.2 };
  const relaxed = step.verdicts.filter(({ kind }) => kind === "relaxed").length;
  assert.equal(
    stepsSentence([step], 0, 0),
    `Step 1: kept ${keptOf(step)} of ${step.draft.length} drafted${relaxed === 0 ? "" : `, ${relaxed} relaxed`}, 31 ms`,
  );
  const draftless = { ...step, draft: [], verdicts: [], path: [] };
  assert.equal(stepsSentence([draftless, draftless], 0, 1), "Steps 1 to 2: no draft, 62 ms");
});
