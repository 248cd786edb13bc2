// What the draft tree of a step draws: alternatives whose parent is recorded, each token once.
import assert from "node:assert/strict";
import { table } from "../../../support/check.ts";
import { panelRun } from "../../../support/webview/panelRuns.ts";
import type { TraceStep } from "../../../../core/trace/index.ts";
import { treeCaption, treeOf } from "../../../../webview/trace/draftTree.ts";

const STEPS = panelRun(22, 60).trace.steps;
const PLAIN = STEPS.find(({ draft }) => draft.length === 0)!;
const SENT = STEPS.find(({ draft, next }) => draft.length > 1 && next.kind === "bonus")!;
const at = (place: number, id: number) => ({ place, id, count: 2, share: 0.5 });

interface Case {
  readonly name: string;
  readonly step: TraceStep;
  /** Ids of the alternatives drawn, by column behind the root. */
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
    name: "the token kept is no alternative to itself",
    step: { ...PLAIN, alternatives: [at(0, PLAIN.next.id), at(0, 100_001)] },
    drawn: [[100_001]],
    caption: /, 1 alternative$/,
  },
  {
    name: "behind a sent chain the next place hangs from its last token",
    step: {
      ...SENT,
      alternatives: [at(1, 100_001), at(SENT.draft.length, 100_002), at(SENT.draft.length + 1, 100_003)],
    },
    drawn: SENT.draft.map((_, place) => (place === 1 ? [100_001] : [])).concat([[100_002]]),
    caption: /, 2 alternatives \(1 more not recorded\)$/,
  },
];

table("the tree draws what is true", CASES, ({ step, drawn, caption }) => {
  const columns = treeOf(step).slice(1);
  assert.deepEqual(
    columns.map((nodes) => nodes.filter(({ kind }) => kind === "alternative").map(({ id }) => id)),
    drawn,
  );
  assert.match(treeCaption(step), caption);
});
