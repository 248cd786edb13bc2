// What the draft tree of a step draws: every token once, under its parent, the answer in the first row, and alternatives
// whose parent is recorded.
import assert from "node:assert/strict";
import { test } from "vitest";
import { treeRun } from "../../../../support/trace/treeTraces.ts";
import { table } from "../../../../support/check.ts";
import { panelRun } from "../../../../support/webview/panelRuns.ts";
import type { TraceStep } from "../../../../../core/trace/index.ts";
import { treeCaption, treeOf } from "../../../../../webview/trace/draftTree/treeLayout.ts";

const STEPS = panelRun(22, 60).trace.steps;
const PLAIN = STEPS.find(({ draft }) => draft.length === 0)!;
const SENT = STEPS.find(({ draft, next }) => draft.length > 1 && next.kind === "bonus")!;
const at = (place: number, id: number) => ({ place, id, count: 2, share: 0.5 });

interface Case {
  readonly name: string;
  readonly step: TraceStep;
  /** Ids of the alternatives drawn, by column after the root. */
  readonly drawn: readonly (readonly number[])[];
  readonly caption: RegExp;
}

const CASES: readonly Case[] = [
  {
    name: "nothing was sent: only the first place hangs from the root",
    step: { ...PLAIN, alternatives: [at(0, 100_001), at(1, 100_002), at(3, 100_003)] },
    drawn: [[100_001]],
    caption: /, 1 alternative \(2 more not recorded\)$/,
  },
  {
    name: "the token kept is not an alternative to itself",
    step: { ...PLAIN, alternatives: [at(0, PLAIN.next.id), at(0, 100_001)] },
    drawn: [[100_001]],
    caption: /, 1 alternative$/,
  },
  {
    name: "after a sent chain the next place hangs from its last token",
    step: {
      ...SENT,
      alternatives: [at(1, 100_001), at(SENT.draft.length, 100_002), at(SENT.draft.length + 1, 100_003)],
    },
    drawn: SENT.draft.map((_, place) => (place === 1 ? [100_001] : [])).concat([[100_002]]),
    caption: /, 2 alternatives \(1 more not recorded\)$/,
  },
];

table("the tree draws what is true", CASES, ({ step, drawn, caption }) => {
  const alternatives = treeOf(step).filter(({ kind }) => kind === "alternative");
  assert.deepEqual(
    drawn.map((_, place) => alternatives.filter(({ column }) => column === place + 1).map(({ id }) => id)),
    drawn,
  );
  assert.match(treeCaption(step), caption);
});

test("a tree has every token once, and no places or lines overlap", async () => {
  const { trace } = await treeRun(3, { nodes: 63, steps: 40 });
  for (const step of trace.steps) {
    const nodes = treeOf(step);
    const sent = nodes.filter(({ kind }) => kind === "sent").map(({ place }) => place);
    assert.deepEqual(
      sent.toSorted((a, b) => a - b),
      step.draft.map((_, place) => place),
    );
    const committed = nodes.filter(({ isCommitted }) => isCommitted);
    assert.deepEqual(
      committed.map(({ place }) => place),
      [-1, ...step.path, step.draft.length],
    );
    assert.ok(committed.every(({ row }) => row === 0));
    assert.equal(new Set(nodes.map(({ column, row }) => `${column} ${row}`)).size, nodes.length);
    // A line goes down in front of its column: two parents of one column never need it at the same height.
    const spans = nodes
      .filter(({ children }) => children.length > 0)
      .map(({ column, row, children }) => {
        const to = Math.max(...children.map((child) => nodes[child]!.row));
        return { column, from: row, to };
      });
    for (const [i, one] of spans.entries())
      for (const other of spans.slice(i + 1))
        if (one.column === other.column)
          assert.ok(one.to < other.from || other.to < one.from, `step ${step.index + 1}`);
  }
});

test("a file with more nodes than fit is drawn in part, and says so", async () => {
  const { trace } = await treeRun(3, { nodes: 400, steps: 2 });
  const step = trace.steps.find(({ draft }) => draft.length === 400)!;
  assert.equal(treeOf(step).length, 256);
  assert.match(treeCaption(step), /^Draft tree: 400 sent, .* \(146 not drawn\)$/);
});
