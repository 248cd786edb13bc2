// The values behind the compare page: rows hold every token of both sides once, keys move through all of them, kept state
// and messages of other versions do no harm, figures are cut and never rounded up.
import assert from "node:assert/strict";
import { test } from "node:test";
import { readFromCompare, readKeptCompare } from "../../../extension/protocol/compare.ts";
import { serialiseTrace, type Trace } from "../../../server/trace/index.ts";
import {
  cursorAt,
  movedBy,
  rowOfCursor,
  tabStops,
  type CompareCursor,
} from "../../../webview/compareCursor.ts";
import { isRead, pairOf, readRuns, shownPlaces, type Pair } from "../../../webview/compareModel.ts";
import { entryAt } from "../../../webview/compareSide.ts";
import { figureText, floored, relationText } from "../../../webview/compareWords.ts";
import { isGhost } from "../../../webview/items.ts";
import { table } from "../../support/check.ts";
import { tracesMessage } from "../../support/comparePages.ts";
import { plainTrace, wordTokens } from "../../support/plainTraces.ts";
import { seededRandom } from "../../support/random.ts";
import { randomTrace } from "../../support/traces.ts";

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

test("rows hold every token of both sides once and in order, and read alike where nothing differs", () => {
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

test("the tab key crosses over within the row, and a difference is gone to on the side that has it", () => {
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

test("inherited tokens stand before those of the run, in one line with them", () => {
  const whole = plainTrace(["one", " two", " three"]);
  const rest: typeof whole = JSON.parse(serialiseTrace(whole)) as typeof whole;
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
  "the pair on show",
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
    { name: "addresses that are none", state: { ...KEPT, uris: [1, 2] }, expected: NOTHING },
    { name: "too many", state: { ...KEPT, uris: Array(13).fill("file:///a") }, expected: NOTHING },
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
    { name: "a place that is none", given: { kind: "open", place: -1 }, expected: null },
    { name: "a place in words", given: { kind: "remove", place: "0" }, expected: null },
    { name: "an unknown kind", given: { kind: "run", place: 0 }, expected: null },
    { name: "nothing", given: null, expected: null },
  ],
  ({ given, expected }) => {
    assert.deepEqual(readFromCompare(given), expected);
  },
);

table(
  "a figure is cut, not rounded",
  [
    { name: "just under", text: floored(1.9999, 2), expected: "1.99" },
    { name: "exact but for the last bit", text: floored(1.15, 2), expected: "1.15" },
    { name: "a share", text: figureText({ name: "acceptance", unit: "" }, 0.9999), expected: "99.9 %" },
    {
      name: "a speed",
      text: figureText({ name: "tokensPerSecond", unit: "tokens/s" }, 41.19),
      expected: "41.1 tokens/s",
    },
    { name: "a count", text: figureText({ name: "steps", unit: "steps" }, 12), expected: "12" },
    { name: "EDL", text: figureText({ name: "edl", unit: "tokens/step" }, 2), expected: "2.00" },
    { name: "a long time", text: figureText({ name: "totalMs", unit: "ms" }, 2345.6), expected: "2.34 s" },
    {
      name: "a ratio",
      text: relationText({ name: "edl" }, { kind: "ratio", amount: 1.999, isBetter: true }),
      expected: "1.99×",
    },
    {
      name: "a difference of shares",
      text: relationText({ name: "acceptance" }, { kind: "difference", amount: -0.0459, isBetter: false }),
      expected: "−4.5 points",
    },
    {
      name: "no difference",
      text: relationText({ name: "rejected" }, { kind: "difference", amount: 0, isBetter: null }),
      expected: "±0",
    },
  ],
  ({ text, expected }) => {
    assert.equal(text, expected);
  },
);
