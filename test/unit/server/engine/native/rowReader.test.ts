// Rows of an evaluation as the library leaves them: who copies them, when, and what a failed copy costs.
import assert from "node:assert/strict";
import { test } from "vitest";
import { RowReader } from "../../../../../server/engine/native/rowReader.ts";
import { RowScanner } from "../../../../../server/engine/rows/rowScanner.ts";
import { table } from "../../../../support/check.ts";

const VOCABULARY = 64;
const ROWS = 16;

/** A library whose row i has its largest logit at token i; copies in the background end when told. */
function library() {
  const ends: { end: () => void; fail: (error: Error) => void }[] = [];
  let copied = 0;
  const fill = (row: number, into: Float32Array): void => {
    into.fill(1)[row % VOCABULARY] = 9;
  };
  const context = {
    copyRow(row: number, into: Float32Array) {
      copied++;
      fill(row, into);
    },
    copyRows: (first: number, into: Float32Array) =>
      new Promise<void>((resolve, reject) => {
        const end = (): void => {
          for (let i = 0; i * VOCABULARY < into.length; i++)
            fill(first + i, into.subarray(i * VOCABULARY, (i + 1) * VOCABULARY));
          resolve();
        };
        ends.push({ end, fail: reject });
      }),
  };
  const reader = new RowReader(context, new RowScanner(VOCABULARY, ROWS + 1, VOCABULARY), ROWS);
  return { reader, ends, copied: () => copied };
}

table(
  "rows are copied once, in time",
  [
    { name: "those reached", rows: "reached" as const, background: 0, copies: 1 },
    { name: "all, in the background", rows: "all" as const, background: 4, copies: 1 },
  ],
  async ({ rows, background, copies }) => {
    const { reader, ends, copied } = library();
    const read = reader.read(0, ROWS, { rows, topK: 2 });
    assert.equal(ends.length, background);
    assert.equal(read.best!(5), 5);
    read.load!(5);
    read.load!(5);
    assert.deepEqual([read.ids[10], read.logits[10]], [5, 9]);
    assert.equal(copied(), copies);
    for (const { end } of ends) end();
    await read.ready;
    await reader.settled();
    if (rows === "all") read.load!(6);
    assert.equal(copied(), copies);
  },
);

test("a copy that fails costs its own rows, not later evaluations", async () => {
  const { reader, ends } = library();
  const lost = reader.read(0, ROWS, { rows: "all", topK: 2 });
  ends[0]!.fail(new Error("no logits"));
  let isSettled = false;
  const settled = reader.settled().then(() => {
    isSettled = true;
  });
  await assert.rejects(lost.ready!, /no logits/u);
  assert.ok(!isSettled, "other threads still copy");
  for (const { end } of ends.slice(1)) end();
  await settled;
  assert.throws(() => {
    lost.load!(3);
  }, /no logits/u);
  const next = reader.read(0, ROWS, { rows: "reached", topK: 2 });
  assert.equal(next.best!(7), 7);
  assert.throws(() => lost.best!(3), RangeError);
});
