// Both engines of a real model keep the same rules, and return the same bits.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, test } from "vitest";
import type { TopRows } from "../../core/laser/index.ts";
import type { Engine } from "../../server/engine/index.ts";
import { repositoryFolder } from "../support/check.ts";
import { rowOf, testConformance, type Conforming } from "../support/decoding/conformance.ts";
import { loadingRows } from "../support/decoding/loadedRows.ts";
import { loadTestEngine } from "../support/decoding/realModel.ts";

const BATCHES = [1, 4, 16];
const answers = readFileSync(join(repositoryFolder, "samples", "answers.jsonl"), "utf8").slice(0, 6000);
const text = ({ tokenizer }: Engine) => Int32Array.from(tokenizer.tokenize(answers, false));

const engines: readonly Conforming[] = [
  {
    name: "native",
    load: () => loadTestEngine({ engine: "native" }),
    text,
    maxTreeLeaves: 32,
    sumTolerance: 3e-6,
    hasModel: true,
  },
  {
    name: "library",
    load: () => loadTestEngine({ engine: "library" }),
    text,
    maxTreeLeaves: 1,
    sumTolerance: 1e-3,
    hasModel: true,
  },
];
for (const engine of engines) testConformance(engine);

testConformance({
  ...engines[0]!,
  name: "native, one lane of three",
  async load() {
    const engine = await loadTestEngine({ engine: "native" });
    const { targets } = await engine.openLanes({ lanes: 3, contextTokens: 1024, trees: true });
    return { ...engine, target: targets[1]! };
  },
});

describe("native and library", () => {
  const loaded: Engine[] = [];
  beforeAll(async () => {
    for (const { load } of engines) loaded.push(await load());
  });
  afterAll(() => Promise.all(loaded.map((engine) => engine.dispose())));

  test("return the same bits for batches of any size, in short and long contexts", async () => {
    const ids = text(loaded[0]!);
    let rows = 0;
    for (const [depth, threads] of [
      [30, 1],
      [250, 1],
      [300, 2],
    ] as const) {
      const results: TopRows[][] = [];
      for (const engine of loaded) {
        const target = loadingRows(engine.target);
        const options = { topK: 128, threads, signal: { aborted: false } };
        await target.rollback(0);
        await target.evaluate(ids.subarray(0, depth), { ...options, rows: "none" });
        const own: TopRows[] = [];
        for (const tokens of BATCHES) {
          const batch = ids.subarray(depth, depth + tokens);
          own.push(await target.evaluate(batch, { ...options, rows: "all" }));
          await target.rollback(depth);
        }
        results.push(own);
      }
      BATCHES.forEach((tokens, at) => {
        for (let row = 0; row < tokens; row++) {
          const [native, library] = results.map((own) => rowOf(own[at]!, row));
          assert.deepEqual(native!.logits, library!.logits, `${depth} + ${tokens}, row ${row}`);
          assert.deepEqual(native!.ids, library!.ids, `${depth} + ${tokens}, row ${row}`);
          rows++;
        }
      });
    }
    console.info(`${rows} rows of 128 logits are equal bit for bit`);
  });

  test("tokenize alike, and say the same of the model", () => {
    const [native, library] = loaded;
    assert.deepEqual(native!.model, library!.model);
    assert.deepEqual(native!.chat, library!.chat);
    const special = "<|im_start|>a b\n<|im_end|> Schöne 😀";
    for (const control of [true, false])
      assert.deepEqual(
        native!.tokenizer.tokenize(special, control),
        library!.tokenizer.tokenize(special, control),
      );
    assert.deepEqual(
      loaded.map(({ device: { engine, engineReason } }) => [engine, engineReason]),
      [
        ["native", null],
        ["library", "LASER_ENGINE asks for it"],
      ],
    );
  });
});

test("threads kept between evaluations give the same bits as new ones, and end with the engine", async () => {
  const rows = [];
  const lines: string[] = [];
  const log = (_: string, line: string): void => void lines.push(line);
  for (const poolFromThreads of [2, Infinity]) {
    const engine = await loadTestEngine({ engine: "native", maxThreads: 2, poolFromThreads, log });
    const target = loadingRows(engine.target);
    const ids = text(engine);
    for (const [tokens, threads] of [
      [16, 2],
      [4, 1],
      [1, 2],
    ] as const) {
      const options = { rows: "all", topK: 16, threads, signal: { aborted: false } } as const;
      rows.push(rowOf(await target.evaluate(ids.subarray(0, tokens), options), tokens - 1));
    }
    await engine.dispose();
  }
  assert.deepEqual(rows.slice(0, 3), rows.slice(3));
  assert.ok(!lines.some((line) => line.includes("threads are started")), lines.join("\n"));
});
