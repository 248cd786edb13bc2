// The model of the compare page: rows hold every token of both sides once, keys move through all of them, kept state
// and messages of other versions do no harm, figures are rounded, and a
// difference is the one of the shown values.
import assert from "node:assert/strict";
import { test } from "vitest";
import { parse } from "../../../../core/base/index.ts";
import { FromCompareSchema, readKeptCompare } from "../../../../extension/shared/compare.ts";
import { compareFigures, type FigureName } from "../../../../core/inspect/index.ts";
import { parseTrace, serialiseTrace, type Trace } from "../../../../core/trace/index.ts";
import {
  cursorAt,
  movedBy,
  rowOfCursor,
  tabStops,
  type CompareCursor,
} from "../../../../webview/compare/compareCursor.ts";
import {
  isRead,
  pairOf,
  readRuns,
  roundsOf,
  shownPlaces,
  type Pair,
} from "../../../../webview/compare/compareModel.ts";
import { entryAt } from "../../../../webview/compare/compareSide.ts";
import { figureText, relationWords, type RelationWords } from "../../../../webview/compare/compareWords.ts";
import { isGhost } from "../../../../webview/run/model/items.ts";
import { table } from "../../../support/check.ts";
import { tracesMessage } from "../../../support/webview/comparePages.ts";
import { plainTrace, wordTokens } from "../../../support/trace/plainTraces.ts";
import { seededRandom } from "../../../support/random.ts";
import { randomTrace } from "../../../support/trace/randomTraces.ts";

function pairFrom(...traces: readonly Trace[]): Pair {
  const [left, right] = readRuns(tracesMessage(...traces).files).filter(isRead);
  return pairOf(left!, right!);
}

/** Seeded answers, some with much in common. */
function seededPair(seed: number): Pair {
  const random = seededRandom(seed);
  if (seed % 2 === 0) return pairFrom(randomTrace(seed, 20), randomTrace(seed + 1, 20));
  const words = wordTokens(
    Array.from({ length: random.below(400) }, () => random.pick(["a", "the", "fox.", "\n", "ran"])).join(" "),
  );
  const changed = words.flatMap((word) => {
    const roll = random.below(12);
    return roll === 0 ? [] : roll === 1 ? [word, " more", " words\n"] : roll === 2 ? [" other"] : [word];
  });
  return pairFrom(plainTrace(["start", ...words]), plainTrace(["start", ...changed]));
}

test("rows hold every token of both sides once and in order, and read the same if nothing differs", () => {
  for (let seed = 1; seed <= 60; seed++) {
    const pair = seededPair(seed);
    const { rows, blocks, left, right } = pair;
    let [leftAt, rightAt] = [0, 0];
    for (const { left: a, right: b, changes } of rows) {
      assert.deepEqual([a[0], b[0]], [leftAt, rightAt], `seed ${seed}`);
      [leftAt, rightAt] = [a[1], b[1]];
      const textOf = (texts: readonly string[], from: number, to: number) => texts.slice(from, to).join("");
      // Between the changes both sides say the same.
      let [leftFrom, rightFrom] = [a[0], b[0]];
      for (const change of [...changes, { left: [a[1], a[1]], right: [b[1], b[1]] } as const]) {
        assert.equal(
          textOf(left.side.texts, leftFrom, change.left[0]),
          textOf(right.side.texts, rightFrom, change.right[0]),
          `seed ${seed}`,
        );
        [leftFrom, rightFrom] = [change.left[1], change.right[1]];
      }
      const lines = textOf(left.side.texts, a[0], a[1] - 1).split("\n").length;
      assert.ok(lines === 1 || changes.length > 0, `seed ${seed}: a row holds ${lines} lines`);
    }
    assert.deepEqual([leftAt, rightAt], [left.side.texts.length, right.side.texts.length]);
    assert.deepEqual([blocks[0], blocks.at(-1)], rows.length === 0 ? [0, undefined] : [0, rows.length]);
    assert.ok(blocks.every((first, i) => i === 0 || first > blocks[i - 1]!));
    const differing = pair.comparison.segments.filter(({ kind }) => kind !== "same");
    assert.equal(pair.differences.length, differing.length);
  }
});

test("the arrow keys lead through every token of a side, with the ghosts where they are shown", () => {
  for (const hasGhosts of [true, false]) {
    const pair = pairFrom(randomTrace(22, 40), randomTrace(23, 40));
    for (const side of ["left", "right"] as const) {
      const { entries } = pair[side].side;
      const wanted = entries.flatMap(({ item }, entry) =>
        hasGhosts || item === null || !isGhost(item.shownClass) ? [entry] : [],
      );
      let cursor: CompareCursor = movedBy("Home", pair, { side, entry: 0 }, hasGhosts)!;
      const visited = [cursor.entry];
      for (;;) {
        const next = movedBy("ArrowRight", pair, cursor, hasGhosts)!;
        if (next === cursor) break;
        cursor = next;
        visited.push(cursor.entry);
        const item = entries[cursor.entry]!.item!;
        assert.equal(entryAt(pair[side].side, item.step, item.place), cursor.entry);
      }
      assert.deepEqual(visited, wanted);
      assert.deepEqual(movedBy("End", pair, { side, entry: 0 }, hasGhosts), cursor);
    }
  }
});

test("the tab key crosses over within the row, and a difference is reached on the side that has it", () => {
  for (let seed = 1; seed <= 40; seed++) {
    const pair = seededPair(seed);
    for (const difference of pair.differences.keys()) {
      const cursor = cursorAt(pair, difference)!;
      const row = rowOfCursor(pair, cursor);
      assert.ok(
        pair.rows[row]!.changes.some((change) => change.difference === difference),
        `seed ${seed}`,
      );
      const other = cursor.side === "left" ? "right" : "left";
      const stops = tabStops(pair, cursor);
      assert.equal(stops[cursor.side], cursor.entry);
      const range = pair.rows[row]![other];
      if (range[0] < range[1])
        assert.equal(rowOfCursor(pair, { side: other, entry: stops[other] }), row, `seed ${seed}`);
    }
  }
});

test("inherited tokens precede those of the run, in one line with them", () => {
  const whole = plainTrace(["one", " two", " three"]);
  const rest = parseTrace(serialiseTrace(whole));
  const [one, two, three] = whole.result.tokens;
  const goneOn = {
    ...rest,
    request: {
      ...rest.request,
      promptTokens: [...rest.request.promptTokens, one!, two!],
      inheritedTokens: 2,
    },
    steps: rest.steps.slice(2).map((step) => ({ ...step, index: 0, position: 2 })),
    result: { ...rest.result, tokens: [three!], text: " three", prefillTokens: 2 },
  };
  const pair = pairFrom(whole, goneOn);
  assert.equal(pair.comparison.divergence, null);
  assert.deepEqual(
    pair.right.side.entries.map(({ text, item }) => [text, item === null]),
    [
      ["one", true],
      [" two", true],
      [" three", false],
    ],
  );
  assert.equal(entryAt(pair.right.side, 0, 0), 2);
  assert.equal(entryAt(pair.right.side, -1, 1), 1);
});

table(
  "the pair shown",
  [
    { name: "as wished", left: 2, right: 0, expected: { left: 2, right: 0 } },
    { name: "one of them can't be read", left: 1, right: 0, expected: { left: 0, right: 2 } },
    { name: "one is not there", left: 0, right: 7, expected: { left: 0, right: 2 } },
    { name: "the same twice", left: 2, right: 2, expected: { left: 0, right: 2 } },
  ],
  ({ left, right, expected }) => {
    const trace = plainTrace(["a"]);
    assert.deepEqual(
      shownPlaces(readRuns(tracesMessage(trace, "no trace", trace).files), left, right),
      expected,
    );
  },
);

const KEPT = {
  uris: ["file:///a", "file:///b", "file:///c"],
  byPrompt: false,
  left: 2,
  right: 0,
  hasGhosts: true,
  hasAllFigures: true,
  cursor: { side: "right", entry: 7 },
  isCardOpen: true,
  isCardShort: false,
  scrolledPx: 120.5,
};
const NOTHING = {
  uris: [],
  byPrompt: false,
  left: 0,
  right: 1,
  hasGhosts: false,
  hasAllFigures: false,
  cursor: null,
  isCardOpen: false,
  isCardShort: true,
  scrolledPx: 0,
};
const WITHOUT_PLACE = { ...KEPT, cursor: null, isCardOpen: false, isCardShort: true, scrolledPx: 0 };
const { uris, left, right, hasGhosts, hasAllFigures } = KEPT;

table(
  "what a page kept is read back",
  [
    { name: "whole", state: KEPT, expected: KEPT },
    {
      name: "by a page that kept no place",
      state: { uris, left, right, hasGhosts, hasAllFigures },
      expected: WITHOUT_PLACE,
    },
    {
      name: "a cursor nowhere and a scroll upwards",
      state: { ...KEPT, cursor: { side: "middle", entry: 1 }, scrolledPx: -3 },
      expected: { ...KEPT, cursor: null, scrolledPx: 0 },
    },
    {
      name: "half a token",
      state: { ...KEPT, cursor: { side: "left", entry: 0.5 } },
      expected: { ...KEPT, cursor: null },
    },
    { name: "nothing", state: undefined, expected: NOTHING },
    { name: "a text", state: "x", expected: NOTHING },
    { name: "not addresses", state: { ...KEPT, uris: [1, 2] }, expected: NOTHING },
    { name: "too many", state: { ...KEPT, uris: Array(13).fill("file:///a") }, expected: NOTHING },
    {
      name: "as many, of several prompts",
      state: { ...KEPT, byPrompt: true, uris: Array(13).fill("file:///a") },
      expected: { ...KEPT, byPrompt: true, uris: Array(13).fill("file:///a") },
    },
    {
      name: "too many of several prompts",
      state: { ...KEPT, byPrompt: true, uris: Array(97).fill("file:///a") },
      expected: { ...NOTHING },
    },
    { name: "a place outside", state: { ...KEPT, left: 3 }, expected: { ...KEPT, left: 0, right: 1 } },
    { name: "the same place twice", state: { ...KEPT, left: 0 }, expected: { ...KEPT, left: 0, right: 1 } },
  ],
  ({ state, expected }) => {
    assert.deepEqual(readKeptCompare(state), expected);
  },
);

table(
  "a message of the page",
  [
    { name: "ready", given: { kind: "ready" }, expected: { kind: "ready" } },
    { name: "choose", given: { kind: "choose", place: 2, more: 1 }, expected: { kind: "choose", place: 2 } },
    { name: "not a place", given: { kind: "open", place: -1 }, expected: null },
    { name: "a place in words", given: { kind: "remove", place: "0" }, expected: null },
    { name: "an unknown kind", given: { kind: "run", place: 0 }, expected: null },
    { name: "nothing", given: null, expected: null },
  ],
  ({ given, expected }) => {
    assert.deepEqual(parse(FromCompareSchema, given), expected);
  },
);

table(
  "a figure as it is shown",
  [
    { name: "acceptance of 0.48286", figure: "acceptance", unit: "", value: 0.48286, expected: "48.3 %" },
    { name: "acceptance of 0.99999", figure: "acceptance", unit: "", value: 0.99999, expected: "99.9 %" },
    { name: "acceptance of 1", figure: "acceptance", unit: "", value: 1, expected: "100.0 %" },
    {
      name: "tokensPerSecond of 41.19",
      figure: "tokensPerSecond",
      unit: "tokens/s",
      value: 41.19,
      expected: "41.2 tokens/s",
    },
    {
      name: "natsGivenUp of 3.999",
      figure: "natsGivenUp",
      unit: "nats",
      value: 3.999,
      expected: "4.00 nats",
    },
    { name: "steps of 12", figure: "steps", unit: "steps", value: 12, expected: "12" },
    { name: "edl of 2", figure: "edl", unit: "tokens/step", value: 2, expected: "2.00" },
    { name: "edl of 1.997", figure: "edl", unit: "tokens/step", value: 1.997, expected: "2.00" },
    { name: "totalMs of 999.94", figure: "totalMs", unit: "ms", value: 999.94, expected: "999.9 ms" },
    { name: "totalMs of 999.96", figure: "totalMs", unit: "ms", value: 999.96, expected: "1.00 s" },
    { name: "totalMs of 2345.6", figure: "totalMs", unit: "ms", value: 2345.6, expected: "2.35 s" },
  ] satisfies { name: string; figure: FigureName; unit: string; value: number; expected: string }[],
  ({ figure, unit, value, expected }) => {
    assert.equal(figureText({ name: figure, unit }, value), expected);
  },
);

table(
  "a figure against the baseline's",
  [
    { name: "a ratio", figure: "edl", value: 1.999, baseline: 1, expected: ["2.00×", true] },
    { name: "shares", figure: "acceptance", value: 0.4826, baseline: 0.5, expected: ["−1.7 points", false] },
    { name: "counts", figure: "relaxed", value: 9, baseline: 3, expected: ["+6", false] },
    { name: "nats", figure: "natsGivenUp", value: 1.004, baseline: 2.496, expected: ["−1.50", true] },
    { name: "nothing", figure: "rejected", value: 4, baseline: 4, expected: ["±0", null] },
    { name: "no digit", figure: "relaxedShare", value: 0.0834, baseline: 0.0831, expected: ["±0", null] },
    { name: "no digit of a ratio", figure: "edl", value: 2.001, baseline: 2, expected: ["1.00×", null] },
  ] satisfies { name: string; figure: FigureName; value: number; baseline: number; expected: unknown[] }[],
  ({ figure, value, baseline, expected }) => {
    const { text, isBetter } = wordsOf(figure, value, baseline);
    assert.deepEqual([text, isBetter], expected);
  },
);

test("a shown difference is the one of the two shown values, and better only where they differ", () => {
  let seen = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const traces = [randomTrace(seed, 30), randomTrace(seed + 500, 30), randomTrace(seed + 900, 12)];
    for (const row of compareFigures(traces, 0))
      for (const { value, against } of row.cells) {
        if (value === null || against === null) continue;
        const [own, base] = [figureText(row, value), figureText(row, against.baseline)];
        const { text, isBetter } = relationWords(row, value, against);
        if (own === base) assert.equal(isBetter, null, `seed ${seed}, ${row.name}`);
        if (against.kind === "ratio") continue;
        const difference = Number.parseFloat(text.replace("−", "-").replace("±", ""));
        const shown = Number.parseFloat(own) - Number.parseFloat(base);
        assert.ok(Math.abs(difference - shown) < 1e-9, `seed ${seed}, ${row.name}: ${own}, ${base}, ${text}`);
        seen++;
      }
  }
  assert.ok(seen > 1000, `only ${seen} differences`);
});

/** What is said of two values, by the relation that the page works out. */
function wordsOf(name: FigureName, value: number, baseline: number): RelationWords {
  const row = compareFigures([randomTrace(1), randomTrace(2)], 0).find((found) => found.name === name)!;
  const kind = row.cells[1]?.against?.kind ?? "difference";
  const amount = kind === "ratio" ? value / baseline : value - baseline;
  const isBetter = value === baseline ? null : value > baseline === (row.better === "higher");
  return relationWords(row, value, { kind, amount, baseline, isBetter });
}

const RUN = randomTrace(3);
const changed = (request: Partial<Trace["request"]>): Trace => ({
  ...RUN,
  request: { ...RUN.request, ...request },
});
table(
  "speeds are pooled",
  [
    { name: "of runs that were made alike", other: changed({}), pooled: [2] },
    { name: "not of another strategy", other: changed({ strategy: "prompt-lookup" }), pooled: [] },
    { name: "not of another prompt", other: changed({ rendered: "another" }), pooled: [] },
    { name: "not of another limit", other: changed({ maxTokens: RUN.request.maxTokens + 1 }), pooled: [] },
    {
      name: "not of another model",
      other: { ...RUN, model: { ...RUN.model, modelBytes: 1 + RUN.model.modelBytes, sha256: null } },
      pooled: [],
    },
  ],
  ({ other, pooled }) => {
    const runs = readRuns(tracesMessage(RUN, other).files).filter(isRead);
    assert.equal(runs.length, 2);
    assert.deepEqual(
      roundsOf(runs).map(({ speeds }) => speeds.length),
      pooled,
    );
  },
);
