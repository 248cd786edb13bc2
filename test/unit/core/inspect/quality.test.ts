// What an answer's speed was bought with: loops, copies, words in common, JSON, and what relaxed verification changed.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "vitest";
import {
  compareFigures,
  copiedTokens,
  jsonStanding,
  loopOf,
  measuredLoopOf,
  relaxedChanges,
  stepsCsv,
  wordsInCommon,
} from "../../../../core/inspect/index.ts";
import { insteadSentence, oneLineText, parseTrace, traceMetrics } from "../../../../core/trace/index.ts";
import { repositoryFolder, table } from "../../../support/check.ts";
import { plainTrace, wordTokens } from "../../../support/trace/plainTraces.ts";
import { randomTrace } from "../../../support/trace/randomTraces.ts";

const REAL = parseTrace(
  readFileSync(path.join(repositoryFolder, "test/fixtures/traces/v1.lasertrace"), "utf8"),
);
const REFRAIN = " and all of them live happily in the same small house";
const LOOPING = plainTrace(wordTokens(`Once upon a time${REFRAIN.repeat(5)}`));
const refrain = wordTokens(REFRAIN).length;

test("a loop begins where eight tokens in a row occur for the second time", () => {
  const loop = measuredLoopOf(LOOPING)!;
  assert.equal(loop.tokensBefore, 4 + refrain + 7);
  assert.equal(loop.stepsBefore, loop.tokensBefore, "a plain step writes one token");
  assert.equal(loop.countsBefore.committed, loop.tokensBefore);
  assert.equal(loopOf(REAL), null);
});

test("figures that a loop flatters are compared before it, counts are not", () => {
  const [edl, committed] = (["edl", "committed"] as const).map(
    (name) => compareFigures([LOOPING, REAL], 1).find((row) => row.name === name)!.cells[0]!,
  );
  assert.equal(edl!.beforeLoop, 1);
  assert.equal(edl!.against?.amount, 1 / traceMetrics(REAL).edl!);
  assert.equal(committed!.beforeLoop, null);
});

test("the table of steps marks the loop", () => {
  const rows = stepsCsv(LOOPING).trim().split("\r\n");
  const marked = rows.filter((row) => row.endsWith(",1")).length;
  assert.equal(marked, LOOPING.steps.length - loopOf(LOOPING)!.stepsBefore);
});

table(
  "JSON",
  [
    { name: "prose", text: "a word", expect: null },
    { name: "a whole object", text: '{"a": 1}', expect: "valid" },
    { name: "cut off", text: '{"a": [1, 2', expect: "invalid" },
  ],
  ({ text, expect }) => {
    assert.equal(jsonStanding(plainTrace(wordTokens(text))), expect);
  },
);

test("words in common are counted of the answer's own words", () => {
  const [a, b] = ["one two three four five", "one two 3 four five"].map((text) =>
    plainTrace(wordTokens(text)),
  );
  assert.deepEqual(wordsInCommon(a!, b!), { part: 4, whole: 5 });
  assert.deepEqual(wordsInCommon(a!, a!), { part: 5, whole: 5 });
});

test("every relaxed accept is listed, with the words of its card, and the nats add up", () => {
  for (let seed = 1; seed <= 30; seed++) {
    const trace = randomTrace(seed);
    const changes = relaxedChanges(trace);
    const metrics = traceMetrics(trace);
    assert.equal(changes.length, metrics.relaxed, `seed ${seed}`);
    const nats = changes.reduce((sum, change) => sum + change.nats, 0);
    assert.ok(Math.abs(nats - metrics.natsGivenUp) <= 1e-6 * (1 + Math.abs(nats)), `seed ${seed}`);
    const names = { header: null, tokens: trace.tokens, entries: {} };
    for (const { step, place, own } of changes)
      assert.equal(
        insteadSentence({ step: trace.steps[step]!, place }, names),
        `The target's choice was “${oneLineText(own)}”`,
      );
    const { prompt, output, pool, committed } = copiedTokens(trace.steps);
    assert.equal(prompt + output + pool, metrics.accepted + metrics.relaxed);
    assert.equal(committed, metrics.committed);
  }
});
