// Kept traces as a tree: by prompt, with continued runs under those that they continue.
import assert from "node:assert/strict";
import { groupTraces, type TraceNode } from "../../../../extension/traces/traceGroups.ts";
import { traceFileOf, type TraceFile } from "../../../../extension/traces/traces.ts";
import type { TraceSummary } from "../../../../extension/traces/traceSummary.ts";
import { summaryOfTrace } from "../../../../extension/traces/traceSummary.ts";
import { table } from "../../../support/check.ts";
import { randomTrace } from "../../../support/trace/randomTraces.ts";

const base = { ...summaryOfTrace(randomTrace(1)), parent: null, promptUri: null };

interface Kept {
  readonly file: string;
  /** null: not read yet. */
  readonly summary: Partial<TraceSummary> | null;
}

interface Row {
  readonly name: string;
  readonly kept: readonly Kept[];
  readonly tree: readonly string[];
}

const parentOf = (file: string | null, createdAt = "") => ({
  ...{ file, createdAt, tokensBefore: 3, token: null, was: null },
});

const rows: readonly Row[] = [
  {
    name: "two prompts",
    kept: [
      { file: "3", summary: { promptFile: "b.prompty" } },
      { file: "2", summary: { promptFile: "a.prompty" } },
      { file: "1", summary: { promptFile: "b.prompty" } },
    ],
    tree: ["b: 3 1", "a: 2"],
  },
  {
    name: "continued, by the file's name",
    kept: [
      { file: "3", summary: { promptFile: "a.prompty", parent: parentOf("2.lasertrace") } },
      { file: "2", summary: { promptFile: "a.prompty", parent: parentOf("1.lasertrace") } },
      { file: "1", summary: { promptFile: "a.prompty" } },
    ],
    tree: ["a: 1(2(3))"],
  },
  {
    name: "continued, and the parent was renamed",
    kept: [
      { file: "2", summary: { promptFile: "a.prompty", parent: parentOf("gone.lasertrace", "then") } },
      { file: "good", summary: { promptFile: "a.prompty", createdAt: "then" } },
    ],
    tree: ["a: good(2)"],
  },
  {
    name: "continued, and the parent no longer exists",
    kept: [{ file: "2", summary: { promptFile: "a.prompty", parent: parentOf("1.lasertrace") } }],
    tree: ["a: 2"],
  },
  {
    name: "in a circle",
    kept: [
      {
        file: "2",
        summary: { promptFile: "a.prompty", createdAt: "x", parent: parentOf("1.lasertrace", "y") },
      },
      {
        file: "1",
        summary: { promptFile: "a.prompty", createdAt: "y", parent: parentOf("2.lasertrace", "x") },
      },
    ],
    tree: ["a: 1(2)"],
  },
  {
    name: "equal names in two folders",
    kept: [
      { file: "2", summary: { promptFile: "a.prompty", promptUri: "file:///x/a.prompty" } },
      { file: "1", summary: { promptFile: "a.prompty", promptUri: "file:///y/a.prompty" } },
    ],
    tree: ["a: 2", "a: 1"],
  },
  {
    name: "one that doesn't say where its prompt was joins the only file of the name",
    kept: [
      { file: "2", summary: { promptFile: "a.prompty", promptUri: "file:///x/a.prompty" } },
      { file: "1", summary: { promptFile: "a.prompty" } },
      { file: "2026-11-23T10-15-30-123Z-a-laser", summary: null },
    ],
    tree: ["a: 2 1 2026-11-23T10-15-30-123Z-a-laser"],
  },
];

const shownNode = ({ file, children }: TraceNode): string => {
  const name = file.path.replace(/^\/|\.lasertrace$/g, "");
  return children.length === 0 ? name : `${name}(${children.map(shownNode).join(" ")})`;
};

table("traces", rows, ({ kept, tree }) => {
  const readings = new Map<TraceFile, Partial<TraceSummary> | null>(
    kept.map(({ file, summary }) => [traceFileOf(`/${file}.lasertrace`, 0, 0), summary]),
  );
  const groups = groupTraces([...readings.keys()], (file) => {
    const summary = readings.get(file) ?? null;
    return summary === null ? null : { ok: true, summary: { ...base, ...summary } };
  });
  assert.deepEqual(
    groups.map(({ name, traces }) => `${name}: ${traces.map(shownNode).join(" ")}`),
    tree,
  );
});
