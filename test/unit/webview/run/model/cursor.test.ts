// How keys move the cursor, and what of a kept state is believed.
import assert from "node:assert/strict";
import { test } from "vitest";
import {
  isStuck,
  itemAt,
  leftBranch,
  moved,
  moveOfKey,
  type Cursor,
  type Move,
} from "../../../../../webview/run/model/cursor.ts";
import { readKept } from "../../../../../webview/panel/keptState.ts";
import type { ShownClass } from "../../../../../webview/run/model/items.ts";
import { EMPTY_MODEL, reduce, runModelOf, type StepView } from "../../../../../webview/run/model/model.ts";
import { table } from "../../../../support/check.ts";
import { treeRun } from "../../../../support/trace/treeTraces.ts";
import { receivedRun, panelRun, READY } from "../../../../support/webview/panelRuns.ts";

const stepsOf = (seed: number): readonly StepView[] =>
  reduce(EMPTY_MODEL, { kind: "snapshot", status: READY, run: panelRun(seed).snapshot }).run!.steps;
const NONE: ReadonlySet<ShownClass> = new Set();
const GHOSTS: ReadonlySet<ShownClass> = new Set(["rejected", "unreached"]);

test("next visits every shown token once, in order, and previous goes back the same way", () => {
  for (const hidden of [NONE, GHOSTS]) {
    for (let seed = 1; seed <= 20; seed++) {
      const steps = stepsOf(seed);
      const wanted = steps.flatMap(({ items, shape }) =>
        shape.line
          .map((place) => items[place]!)
          .filter(({ shownClass }) => !hidden.has(shownClass))
          .map(({ step, place }) => ({ step, place })),
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
        .flatMap(({ items, shape }) => shape.order.map((place) => items[place]!))
        .filter((item) => item.shownClass === shownClass)
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
    [15, 15, 30, 45, 50, 40, 40, 40],
  );
});

const treeSteps = async (): Promise<readonly StepView[]> =>
  runModelOf(receivedRun(await treeRun(3, { nodes: 31, steps: 12 })).snapshot).steps;

test("in trees the arrows stay on the kept path, and b, down and the arrows reach every branch", async () => {
  const steps = await treeSteps();
  const line = steps.flatMap(({ step, shape }) => shape.line.map((place) => ({ step: step.index, place })));
  assert.deepEqual(walk(steps, line[0]!, "next", NONE), line);
  assert.deepEqual(walk(steps, line.at(-1)!, "up", NONE), line.toReversed());
  for (const { step, shape } of steps) {
    const { branches } = shape;
    const root = { step: step.index, place: shape.line[0]! };
    const into = moved(steps, root, "branches", NONE);
    if (branches.length === 0) {
      assert.ok(isStuck("branches", root, into));
      continue;
    }
    let first = into;
    while (moved(steps, first, "up", NONE) !== first) first = moved(steps, first, "up", NONE);
    const rows = walk(steps, first, "down", NONE);
    assert.deepEqual(
      rows.map(({ place }) => place),
      branches.map(({ places }) => places[0]),
    );
    rows.forEach((from, number) => {
      const { places, parent } = branches[number]!;
      const along = walk(steps, from, "next", NONE);
      assert.deepEqual(
        along.map(({ place }) => place),
        places,
      );
      const before = moved(steps, from, "previous", NONE);
      if (parent >= 0) assert.deepEqual(before, { step: step.index, place: parent });
      const left = leftBranch(steps, along.at(-1)!)!;
      assert.ok(left.step === step.index && shape.line.includes(left.place));
      assert.deepEqual(moved(steps, from, "branches", NONE), left);
    });
  }
});

test("a landmark is found in branches too, and hidden tokens nowhere", async () => {
  const steps = await treeSteps();
  const next = moveOfKey("n")!;
  const wanted = steps.flatMap(({ step, shape, items }) =>
    shape.order
      .filter((place) => items[place]!.shownClass === "rejected")
      .map((place) => ({ step: step.index, place })),
  );
  const start = moved(steps, { step: 0, place: 0 }, "first", NONE);
  assert.deepEqual(walk(steps, start, next, NONE).slice(1), wanted);
  const at = walk(steps, start, "branches", GHOSTS);
  assert.equal(at.length, 1);
});

test("a cursor outside the run does not point at a token, and no key is a move by chance", () => {
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
