// The parts of a batch run: order, series, draws, the pool's updates, the ratio to plain, the summary's texts.
import assert from "node:assert/strict";
import { test } from "vitest";
import fc from "fast-check";
import { OrderedRows } from "../../../../server/batch/output/orderedRows.ts";
import { isPlainFirst, isPlainSample, seedOf } from "../../../../server/batch/draws.ts";
import { plainRatio, pointRatio } from "../../../../server/batch/plainRatio.ts";
import { poolAnswerOf } from "../../../../server/batch/poolUpdates.ts";
import { Series } from "../../../../server/batch/series.ts";
import type { OutputRow } from "../../../../server/batch/index.ts";
import { lineChart } from "../../../../server/batch/summary/lineChart.ts";
import { createScriptedEngine } from "../../../../server/engine/index.ts";
import { table } from "../../../support/check.ts";
import { below, forAll, listOf } from "../../../support/property.ts";

test("rows come out in order, each once, whatever order they end in", () => {
  forAll(fc.shuffledSubarray([...Array(12).keys()], { minLength: 12 }), 50, (ends) => {
    const ordered = new OrderedRows<number>();
    assert.deepEqual(
      ends.flatMap((place) => ordered.take(place, place)),
      [...Array(12).keys()],
    );
  });
});

test("a series keeps its sums however many buckets are joined", () => {
  forAll(listOf(below(100_000), 1, 300), 50, (places) => {
    const series = new Series();
    for (const at of places) series.add(at, at, 1);
    const points = series.points(30);
    assert.ok(points.length <= 30);
    assert.equal(
      points.reduce((sum, { a }) => sum + a, 0),
      places.reduce((sum, at) => sum + at, 0),
    );
    assert.equal(
      points.reduce((sum, { b }) => sum + b, 0),
      places.length,
    );
    for (const { from, to } of points) assert.equal(to - from, points[0]!.to);
  });
});

test("one row in n is written plainly, half of them first, the same ones every time", () => {
  const ids = Array.from({ length: 4000 }, (_, place) => `item-${place}`);
  const sampled = ids.filter((id) => isPlainSample(id, 20));
  assert.ok(sampled.length > 150 && sampled.length < 250, `${sampled.length} of 4000`);
  const first = ids.filter(isPlainFirst).length;
  assert.ok(first > 1800 && first < 2200, `${first} of 4000 first`);
  assert.deepEqual(
    ids.filter((id) => isPlainSample(id, 20)),
    sampled,
  );
  assert.equal(ids.filter((id) => isPlainSample(id, 0)).length, 0);
});

test("rows and attempts draw from seeds of their own", () => {
  const seeds = ["a", "b"].flatMap((id) =>
    [1, 2].flatMap((attempt) => [0, 1].map((seed) => seedOf(id, seed, attempt))),
  );
  assert.equal(new Set(seeds).size, seeds.length);
});

const WORDS = "one two three four five six seven eight nine ten";
const engine = createScriptedEngine({ answers: [{ text: WORDS }] });
const TOKENS = [...engine.tokenizer.tokenize(WORDS, false), engine.model.endOfTextTokens[0]!];
const ROW = { id: "a", group: "g", text: WORDS, tokenIds: TOKENS, error: null } as unknown as OutputRow;
const withOwn = (ownTokens: number): OutputRow => ({
  ...ROW,
  figures: { ownTokens } as OutputRow["figures"],
});

table(
  "what enters the pool",
  [
    { name: "all of a strict answer", row: withOwn(11), updates: "own", text: WORDS },
    {
      name: "the beginning of a relaxed one",
      row: withOwn(8),
      updates: "own",
      text: "one two three four five six seven eight",
    },
    { name: "nothing of one that is soon relaxed", row: withOwn(7), updates: "own", text: null },
    { name: "all of it if whole answers may", row: withOwn(3), updates: "all", text: WORDS },
    { name: "nothing into a frozen pool", row: withOwn(11), updates: "none", text: null },
    {
      name: "no failed row",
      row: { ...withOwn(11), error: { code: "c", message: "m" } },
      updates: "all",
      text: null,
    },
  ] as const,
  ({ row, updates, text }) => {
    const entry = poolAnswerOf(row, updates, engine);
    assert.equal(entry?.text ?? null, text);
    if (entry !== null) assert.deepEqual(entry.tokens, engine.tokenizer.tokenize(entry.text, false));
  },
);

test("the ratio says how long plain decoding would have taken for the same tokens", () => {
  const sample = (plainMs: number, ms: number) =>
    ({
      kind: "plain",
      id: "a",
      text: "",
      isSameText: true,
      wasFirst: false,
      plain: { tokens: 20, ms: plainMs },
      drafted: { tokens: 10, ms },
    }) as const;
  // 10 ms per token plainly: 100 ms for the answer's 10 tokens, which took 40; then 200 ms against 160.
  const samples = [sample(200, 40), sample(400, 160)];
  const { ratio, samples: count } = plainRatio(samples);
  assert.equal(ratio!.value, 300 / 200);
  assert.ok(ratio!.low <= 1.5 && ratio!.high >= 1.5);
  assert.equal(count, 2);
  assert.equal(pointRatio(samples), 1.5);
  assert.equal(plainRatio([]).ratio, null);
});

test("a chart has a gap where nothing was measured, and its texts stay texts", () => {
  const svg = lineChart({
    title: "<b>",
    levels: [
      { from: 0, to: 1, value: 1 },
      { from: 1, to: 2, value: null },
      { from: 2, to: 3, value: 2 },
    ],
    place: String,
    value: String,
    overall: 1.5,
  });
  assert.equal(/ d="([^"]*)"/.exec(svg)![1]!.match(/M/g)!.length, 2);
  assert.ok(!svg.includes("<b>"));
});
