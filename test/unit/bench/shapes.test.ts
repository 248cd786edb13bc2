// Models with random weights: their headers are read as those of any model file, and their weights have the deviation
// that keeps logits finite.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { readGgufFileInfo } from "node-llama-cpp";
import { test } from "vitest";
import { writeModel } from "../../bench/shapes/gguf.ts";
import { SHAPES, tensorsOf, type Shape } from "../../bench/shapes/shapes.ts";
import { treeOf } from "../../bench/shapes/timing.ts";
import { halfOf, RandomBlocks, RandomWords, type WeightType } from "../../bench/shapes/weights.ts";
import { table, temporaryFolder } from "../../support/check.ts";

const SMALL: Shape = {
  ...SHAPES[0]!,
  vocabularySize: 512,
  layers: 2,
  width: 256,
  feedForward: 512,
  heads: 4,
  keyValueHeads: 2,
  embedding: "Q6_K",
};

test("a model file is as long as its header says, and holds the shape's tensors and vocabulary", async (context) => {
  const file = path.join(temporaryFolder(context), "small.gguf");
  const bytes = writeModel(file, SMALL);
  assert.equal(readFileSync(file).length, bytes);
  const { metadata, fullTensorInfo = [] } = await readGgufFileInfo(file, { logWarnings: false });
  assert.equal(metadata.tokenizer.ggml.tokens.length, 512);
  assert.equal(new Set(metadata.tokenizer.ggml.tokens).size, 512);
  assert.deepEqual(
    fullTensorInfo.map(({ name, dimensions }) => [name, dimensions.map(Number)]),
    tensorsOf(SMALL).map(({ name, columns, rows }) => [name, rows === 1 ? [columns] : [columns, rows]]),
  );
});

const halfToNumber = (bits: number): number => {
  const exponent = (bits >> 10) & 31;
  const size = exponent === 0 ? (bits & 1023) * 2 ** -24 : (1 + (bits & 1023) / 1024) * 2 ** (exponent - 15);
  return bits & 0x8000 ? -size : size;
};

table(
  "halves",
  [0, 1, -1, 0.1, 6.1e-5, 1e-6, 1 / 3, 100.5].map((value) => ({ name: String(value), value })),
  ({ value }) => {
    const error = Math.abs(halfToNumber(halfOf(value)) - value);
    assert.ok(error <= Math.max(Math.abs(value) / 2048, 2 ** -25), String(error));
  },
);

/** The weights of a block by ggml's own definitions. */
const READERS: Readonly<Partial<Record<WeightType, (bytes: Uint8Array) => number[]>>> = {
  F16: (bytes) => Array.from(new Uint16Array(bytes.buffer, 0, 4096), halfToNumber),
  Q4_0: (bytes) => {
    const scale = (at: number) => halfToNumber(bytes[at]! | (bytes[at + 1]! << 8));
    return Array.from({ length: 4096 }, (_, i) => {
      const at = 18 * (i >> 5);
      const packed = bytes[at + 2 + (i & 15)]!;
      return (((i & 16) === 0 ? packed & 15 : packed >> 4) - 8) * scale(at);
    });
  },
  Q8_0: (bytes) => {
    const signed = new Int8Array(bytes.buffer);
    return Array.from({ length: 4096 }, (_, i) => {
      const at = 34 * (i >> 5);
      return signed[at + 2 + (i & 31)]! * halfToNumber(bytes[at]! | (bytes[at + 1]! << 8));
    });
  },
};

table(
  "weights deviate by 1 ÷ √inputs",
  (["F16", "Q4_0", "Q8_0"] as const).map((type) => ({ name: type, type })),
  ({ type }) => {
    const { bytes } = new RandomBlocks(type, 1024, new RandomWords(), 2 ** 16);
    const weights = READERS[type]!(bytes);
    const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
    const variance = weights.reduce((sum, weight) => sum + (weight - mean) ** 2, 0) / weights.length;
    assert.ok(Math.abs(Math.sqrt(variance) * 32 - 1) < 0.06, String(Math.sqrt(variance)));
  },
);

test("a random tree has parents before children and no more leaves than allowed", () => {
  assert.equal(treeOf(16, 1), null);
  for (const tokens of [2, 8, 64]) {
    const parents = treeOf(tokens, 6)!;
    assert.ok(parents.every((parent, i) => parent < i));
    assert.ok(parents.filter((_, i) => !parents.includes(i)).length <= 6);
  }
});
