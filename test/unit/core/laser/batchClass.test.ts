// A class of batches as a table: what is evaluated for this many tokens at a position, and how a prompt is split.
import assert from "node:assert/strict";
import { test } from "vitest";
import { batchesOf, leastSize, type BatchClass } from "../../../../core/laser/index.ts";
import { prefillChunks } from "../../../../core/laser/prefill.ts";

/** As found for Q4_K on a CPU, and as if one token alone also agreed before position 256. */
const FOURS: BatchClass = {
  anywhere: [
    { threads: 1, sizes: [4, 8, 12] },
    { threads: 2, sizes: [4, 8, 12, 16] },
  ],
  early: { before: 256, counts: [{ threads: 2, sizes: [1] }] },
  trees: true,
};

const SIZES: readonly (readonly [tokens: number, threads: number, kept: number, size: number])[] = [
  [1, 1, 0, 4],
  [4, 1, 0, 4],
  [5, 2, 300, 8],
  [13, 1, 0, Infinity],
  [13, 2, 0, 16],
  [1, 2, 255, 1], // The evaluation ends before the boundary.
  [1, 2, 256, 4],
  [2, 2, 100, 4], // Two were not found to agree.
  [1, 3, 0, Infinity], // Three threads were not tried.
  [9, 1, 500, 12],
  [9, 1, 501, Infinity], // No room for fillers.
];
for (const [tokens, threads, kept, size] of SIZES)
  test(`${tokens} tokens by ${threads} after ${kept} are evaluated as ${size}`, () => {
    assert.equal(batchesOf(FOURS, 512).sizeFor(tokens, threads, kept), size);
  });

test("every run splits a prompt alike, and reads what an earlier run wrote in batches of the class", () => {
  for (const [tokens, inherited] of [
    [2, 1],
    [5, 4],
    [18, 0],
    [200, 30],
    [330, 47],
  ] as const) {
    const prompt = Int32Array.from({ length: tokens }, (_, at) => at);
    const chunks = [...prefillChunks(prompt, inherited, batchesOf(FOURS, 512))];
    const read = chunks.flatMap(({ tokens: chunk, keptTokens }) => [...chunk.subarray(0, keptTokens)]);
    assert.deepEqual(read, [...prompt.subarray(0, -1)]);
    assert.ok(chunks.every(({ threads }) => threads === 2));
    const own = [...prefillChunks(prompt.subarray(0, tokens - inherited), 0, batchesOf(FOURS, 512))];
    assert.deepEqual(chunks.slice(0, own.length), own);
    for (const { tokens: chunk } of chunks.slice(own.length))
      assert.ok([4, 8, 12, 16].includes(chunk.length), `${chunk.length} tokens`);
  }
});

test("without room for fillers the inherited tokens end in a smaller batch of the class", () => {
  const prompt = new Int32Array(31);
  const sizes = [...prefillChunks(prompt, 30, batchesOf(FOURS, 31))].map(({ tokens }) => tokens.length);
  assert.deepEqual(sizes, [16, 12, 2]);
});

test("fillers need room for the smallest count", () => {
  assert.equal(leastSize(FOURS), 4);
});
