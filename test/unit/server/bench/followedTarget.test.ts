// Following a recorded text: what the wrapped target evaluates, what it is made to choose, and that every drafter commits
// exactly the recording.
import assert from "node:assert/strict";
import { test } from "vitest";
import { createScriptedEngine } from "../../../../server/engine/index.ts";
import {
  BenchPool,
  createDecodeArm,
  FollowedTarget,
  type BenchPrompt,
} from "../../../../server/bench/index.ts";
import { DEFAULT_SAMPLING, type TargetModel } from "../../../../core/laser/index.ts";
import { table } from "../../../support/check.ts";
import { COSTS, countingClock } from "../../../support/decoding/scriptedBenchmark.ts";

const signal = new AbortController().signal;

/** An engine with its own answer to "go", and the recorded one in its tokens. */
function scripted(recordedText: string, maxTreeLeaves = 1) {
  const engine = createScriptedEngine({
    answers: [
      { when: "go", text: "the answer that this model would give" },
      { when: "never", text: recordedText },
    ],
    maxTreeLeaves,
  });
  const prompt = Int32Array.from(engine.tokenizer.tokenize("<|user|>go<|assistant|>", true));
  return { engine, prompt, recorded: Int32Array.from(engine.tokenizer.tokenize(recordedText, false)) };
}

/** Counts what a target really evaluates. */
function counted(target: TargetModel): { readonly target: TargetModel; readonly evaluated: number[] } {
  const evaluated: number[] = [];
  return {
    evaluated,
    target: {
      vocabularySize: target.vocabularySize,
      contextTokens: target.contextTokens,
      maxTreeLeaves: target.maxTreeLeaves,
      get repeatedTokens() {
        return target.repeatedTokens;
      },
      isEndOfText: (token) => target.isEndOfText(token),
      fullLogSumExp: (row) => target.fullLogSumExp(row),
      rollback: (kept, path) => target.rollback(kept, path),
      evaluate: (tokens, options) => {
        if (options.rows !== "none") evaluated.push(tokens.length);
        return target.evaluate(tokens, options);
      },
    },
  };
}

const RECORDED = "another text by another model which this one would not write";

table(
  "the recording is committed token for token, each evaluation made by the model",
  [
    { name: "plain", strategy: "plain", pooled: null, fewer: false },
    { name: "drafts from own text", strategy: "prompt-lookup", pooled: null, fewer: false },
    { name: "drafts from a pool that holds it", strategy: "laser-strict", pooled: RECORDED, fewer: true },
    {
      name: "drafts that turn wrong",
      strategy: "laser-strict",
      pooled: "another text by a cat",
      fewer: true,
    },
  ] as const,
  async ({ strategy, pooled, fewer, ...rest }) => {
    const treeTokens = "trees" in rest ? 15 : null;
    const { engine, prompt, recorded } = scripted(RECORDED, treeTokens === null ? 1 : 8);
    const { target, evaluated } = counted(engine.target);
    const arm = createDecodeArm({
      name: strategy,
      strategy,
      rule: { kind: "strict" },
      target,
      costs: COSTS,
      frozenCosts: true,
      batches: null,
      maxDraftTokens: 15,
      treeTokens,
      rowWidth: 16,
      now: countingClock(),
    });
    const question: BenchPrompt = {
      name: "go",
      poolId: "go",
      tokens: prompt,
      sampling: DEFAULT_SAMPLING,
      maxTokens: recorded.length,
      recorded,
    };
    const tokens = engine.tokenizer.tokenize(pooled ?? "", false);
    const pool = pooled === null ? null : new BenchPool("pool", [{ id: "other", tokens }]).without("go");
    const answer = await arm.answer(question, pool, signal);
    assert.deepEqual(answer.tokens, [...recorded]);
    assert.equal(evaluated.length, answer.stepTokens.length);
    assert.equal(evaluated.length < recorded.length, fewer);
  },
);

test("rows on the recording choose it, rows off it are the model's own", async () => {
  const { engine, prompt, recorded } = scripted(RECORDED);
  const target = new FollowedTarget(engine.target, prompt, recorded);
  await target.rollback(0);
  await target.evaluate(prompt.subarray(0, -1), { rows: "none", topK: 0, signal });
  const wrong = recorded[5]!;
  const batch = Int32Array.of(prompt.at(-1)!, recorded[0]!, wrong, recorded[2]!);
  const { ids, width } = await target.evaluate(batch, { rows: "all", topK: 8, signal });
  const chosen = Array.from(batch, (_, row) => ids[row * width]!);
  assert.deepEqual(chosen.slice(0, 2), [recorded[0], recorded[1]]);
  assert.notEqual(chosen[2], recorded[2]);
  assert.equal(new Set(ids.subarray(0, width)).size, width, "a row holds a token once");
});

test("in a tree each branch is judged by its own path", async () => {
  const { engine, prompt, recorded } = scripted(RECORDED, 4);
  const target = new FollowedTarget(engine.target, prompt, recorded);
  await target.rollback(0);
  await target.evaluate(prompt.subarray(0, -1), { rows: "none", topK: 0, signal });
  // The root, a wrong child, the right child, and a grandchild under each.
  const batch = Int32Array.of(prompt.at(-1)!, recorded[5]!, recorded[0]!, recorded[1]!, recorded[1]!);
  const parents = Int32Array.of(-1, 0, 0, 1, 2);
  const { ids, width } = await target.evaluate(batch, { rows: "all", topK: 8, parents, signal });
  const chosen = Array.from(batch, (_, row) => ids[row * width]!);
  assert.deepEqual([chosen[0], chosen[2], chosen[4]], [recorded[0], recorded[1], recorded[2]]);
  assert.notEqual(chosen[3], recorded[2]);
  await target.rollback(prompt.length - 1, Int32Array.of(0, 2, 4));
  const next = await target.evaluate(Int32Array.of(recorded[2]!), { rows: "all", topK: 8, signal });
  assert.equal(next.ids[0], recorded[3]);
});

test("a root that is not the recorded one is refused", async () => {
  const { engine, prompt, recorded } = scripted(RECORDED);
  const target = new FollowedTarget(engine.target, prompt, recorded);
  await assert.rejects(
    target.evaluate(recorded.subarray(3, 4), { rows: "all", topK: 8, signal }),
    /is not the recorded one/,
  );
});
