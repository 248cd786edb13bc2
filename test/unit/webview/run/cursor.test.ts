// How keys move the cursor, and what of a kept state is believed.
import assert from "node:assert/strict";
import { test } from "vitest";
import { itemAt, moved, moveOfKey, type Cursor, type Move } from "../../../../webview/run/cursor.ts";
import { readKept } from "../../../../webview/panel/keptState.ts";
import type { ShownClass } from "../../../../webview/run/items.ts";
import { EMPTY_MODEL, reduce, type StepView } from "../../../../webview/run/model.ts";
import { table } from "../../../support/check.ts";
import { panelRun, READY } from "../../../support/webview/panelRuns.ts";

const stepsOf = (seed: number): readonly StepView[] =>
  reduce(EMPTY_MODEL, { kind: "snapshot", status: READY, run: panelRun(seed).snapshot }).run!.steps;
const NONE: ReadonlySet<ShownClass> = new Set();
const GHOSTS: ReadonlySet<ShownClass> = new Set(["rejected", "unreached"]);

test("next visits every shown token once, in order, and previous goes back the same way", () => {
  for (const hidden of [NONE, GHOSTS]) {
    for (let seed = 1; seed <= 20; seed++) {
      const steps = stepsOf(seed);
      const wanted = steps.flatMap(({ items }) =>
        items.filter(({ shownClass }) => !hidden.has(shownClass)).map(({ step, place }) => ({ step, place })),
      );
      const first = moved(steps, { step: 0, place: 0 }, "first", hidden);
      const last = moved(steps, first, "last", hidden);
      const there = walk(steps, first, "next", hidden);
      assert.deepEqual(there, wanted, `seed ${seed}`);
      assert.deepEqual(walk(steps, last, "previous", hidden), wanted.toReversed(), `seed ${seed}`);
    }
  }
});

table(
  "keys go from landmark to landmark",
  [
    { name: "rejections", there: "n", back: "p", shownClass: "rejected" },
    { name: "relaxed tokens", there: "r", back: "R", shownClass: "relaxed" },
    { name: "steps without a draft", there: "d", back: "D", shownClass: "plain" },
  ],
  ({ there, back, shownClass }) => {
    const [next, previous] = [moveOfKey(there)!, moveOfKey(back)!];
    let seen = 0;
    for (const seed of [3, 8, 22, 31]) {
      const steps = stepsOf(seed);
      const wanted = steps
        .flatMap(({ items }) => items.filter((item) => item.shownClass === shownClass))
        .map(({ step, place }) => ({ step, place }));
      const found = walk(steps, { step: 0, place: -1 }, next, NONE).slice(1);
      assert.deepEqual(found, wanted, `seed ${seed}`);
      if (found.length > 1) assert.deepEqual(moved(steps, found[1]!, previous, NONE), found[0]);
      seen += found.length;
    }
    assert.ok(seen > 2, `only ${seen} seen`);
  },
);

table(
  "a kept state",
  [
    { name: "nothing", state: undefined, cursor: null, hidden: [] },
    { name: "another shape", state: "x", cursor: null, hidden: [] },
    { name: "a cursor without a place", state: { cursor: { step: 1 } }, cursor: null, hidden: [] },
    { name: "an unknown class", state: { hidden: ["bonus", "glow"] }, cursor: null, hidden: ["bonus"] },
    { name: "whole", state: { cursor: { step: 1, place: 2 } }, cursor: { step: 1, place: 2 }, hidden: [] },
  ],
  ({ state, cursor, hidden }) => {
    const kept = readKept(state);
    assert.deepEqual(kept.cursor, cursor);
    assert.deepEqual(kept.hidden, hidden);
  },
);

test("the card's kept height stays within its bounds", () => {
  const shares = [-5, 0, 30, 44.6, 900, NaN, "30", undefined];
  assert.deepEqual(
    shares.map((cardShare) => readKept({ cardShare }).cardShare),
    [15, 15, 30, 45, 45, 40, 40, 40],
  );
});

test("a cursor outside the run names no token, and no key is a move by chance", () => {
  assert.equal(itemAt(stepsOf(3), { step: 9999, place: 0 }), null);
  assert.equal(moveOfKey("toString"), null);
});

function walk(
  steps: readonly StepView[],
  from: Cursor,
  move: Move,
  hidden: ReadonlySet<ShownClass>,
): Cursor[] {
  const way = [from];
  for (;;) {
    const at = way.at(-1)!;
    const to = moved(steps, at, move, hidden);
    if (to === at) return way;
    way.push(to);
  }
}
