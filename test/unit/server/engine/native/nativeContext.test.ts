// llama.cpp doesn't guard a context at all: while one thread decodes, no other may touch its cells or rows, nor decode
// over rows that are still being copied. The library here only watches for it.
import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { test } from "vitest";
import type { EvaluateOptions } from "../../../../../core/laser/index.ts";
import type { Native } from "../../../../../server/engine/native/functions.ts";
import { LaneBatch } from "../../../../../server/engine/native/laneBatch.ts";
import { NativeContext, Turns } from "../../../../../server/engine/native/nativeContext.ts";
import { NativeLanes } from "../../../../../server/engine/native/nativeLanes.ts";
import { NativeTarget } from "../../../../../server/engine/native/nativeTarget.ts";
import { RowReader } from "../../../../../server/engine/native/rowReader.ts";
import { RowScanner } from "../../../../../server/engine/rows/rowScanner.ts";
import { SoleEvaluator } from "../../../../../server/engine/native/evaluator.ts";
import { TokenBatch } from "../../../../../server/engine/native/tokenBatch.ts";
import { WaitingPlace } from "../../../../../server/engine/native/waitingPlace.ts";
import { table } from "../../../../support/check.ts";
import { seededRandom } from "../../../../support/random.ts";

const VOCABULARY = 64;
const LANES = 4;
const ROWS = 16;
/** A clock by which every decode is brief, however busy the machine is. */
const noTime = (): number => 0;

/** A libllama that computes nothing and lists what would corrupt its memory. */
function watchedLibrary() {
  const found: string[] = [];
  const calls: string[] = [];
  const running = { decode: 0, copy: 0 };
  const watch = (name: string, ...forbidden: readonly (keyof typeof running)[]): void => {
    calls.push(name);
    for (const other of forbidden) if (running[other] > 0) found.push(`${name} while ${other} runs`);
  };
  /** A call on another thread, which lasts some turns of the event loop. */
  const inBackground =
    (name: string, kind: keyof typeof running | null, forbidden: readonly (keyof typeof running)[]) =>
    (...args: readonly unknown[]): void => {
      watch(name, ...forbidden);
      const done = args.at(-1) as (error: null, result: number) => void;
      if (kind !== null) running[kind]++;
      void turn()
        .then(() => turn())
        .then(() => {
          if (kind !== null) running[kind]--;
          done(null, 0);
        });
    };
  const copiedFrom: unknown[] = [];
  const copy = Object.assign((_: unknown, from: unknown) => copiedFrom.push(from), {
    async: inBackground("copy", "copy", ["decode"]),
  });
  const functions = {
    getMemory: () => 1n,
    setNThreads: () => {
      watch("set threads", "decode");
    },
    batchInit: () => ({ n_tokens: 0, token: 1n, embd: null, pos: 1n, n_seq_id: 1n, seq_id: 1n, logits: 1n }),
    batchFree: () => undefined,
    memorySeqRm: () => {
      watch("erase", "decode");
      return true;
    },
    getLogitsIth: () => {
      watch("row", "decode");
      return 1n;
    },
    copy,
    decode: Object.assign(
      () => {
        watch("decode here", "decode", "copy");
        running.decode++; // A device computes until the next call.
        return 0;
      },
      { async: inBackground("decode", "decode", ["decode", "copy"]) },
    ),
    synchronize: Object.assign(
      () => {
        running.decode--;
        watch("synchronize here", "decode", "copy");
      },
      { async: inBackground("synchronize", "decode", ["decode", "copy"]) },
    ),
    free: { async: inBackground("free", null, ["decode", "copy"]) },
  };
  return { native: { functions } as unknown as Native, found, calls, copiedFrom };
}

const batchOf = (native: Native): LaneBatch => new LaneBatch(native, 32, 2);

test("cells freed during a decode are erased after it, and rows are refused meanwhile", async () => {
  const { native, found, calls } = watchedLibrary();
  const context = new NativeContext(native, 1n, 256, null);
  const decoding = context.decode(batchOf(native).struct, 1);
  await turn();
  context.eraseSequence(3, 0);
  assert.throws(() => {
    context.copyRow(0, new Float32Array(VOCABULARY));
  }, RangeError);
  await assert.rejects(context.decode(batchOf(native).struct, 1), RangeError);
  await decoding;
  assert.deepEqual(calls, ["set threads", "decode", "synchronize", "erase"]);
  assert.deepEqual(found, []);
});

test("the library is asked once for rows that follow each other, and again after a decode", async () => {
  const { native, calls, copiedFrom } = watchedLibrary();
  const context = new NativeContext(native, 1n, 256, null);
  const into = new Float32Array(VOCABULARY);
  const rowsAsked = (): number => calls.filter((name) => name === "row").length;
  await context.decode(batchOf(native).struct, 1);
  copiedFrom.length = 0;
  for (const row of [2, 3, 6]) context.copyRow(row, into, 2);
  assert.deepEqual(copiedFrom, [1n, 1n + 256n, 1n + 1024n]);
  assert.equal(rowsAsked(), 1);
  context.copyRow(6, into);
  assert.equal(rowsAsked(), 2);
  await context.decode(batchOf(native).struct, 1);
  context.copyRow(6, into);
  assert.equal(rowsAsked(), 3);
});

test("a device's brief decode is waited for here, after what else waits for this thread", async () => {
  const { native, found, calls } = watchedLibrary();
  const context = new NativeContext(native, 1n, 256, null, null, new WaitingPlace(noTime));
  const { struct } = batchOf(native);
  await context.decode(struct, 1);
  const decoding = context.decode(struct, 1);
  setImmediate(() => calls.push("other work"));
  await turn();
  context.eraseSequence(0, 0);
  await decoding;
  const here = ["decode here", "other work", "synchronize here", "erase"];
  assert.deepEqual(calls, ["set threads", "decode", "synchronize", ...here]);
  assert.deepEqual(found, []);
});

test("a decode that took long is not waited for here the next time", () => {
  const place = new WaitingPlace(noTime);
  assert.equal(place.isHere(8), false);
  place.observe(8, 5);
  assert.deepEqual([place.isHere(8), place.isHere(16)], [true, false]);
  place.observe(8, 500);
  assert.equal(place.isHere(8), false);
});

table(
  "rows are scanned while a device computes the next ones, and before other threads of this processor do",
  [
    { name: "on a device", place: null, beside: true, before: "decode" },
    {
      name: "on a device that is waited for here",
      place: new WaitingPlace(noTime),
      beside: true,
      before: "decode here",
    },
    { name: "on the processor", place: null, beside: false, before: undefined },
  ],
  async ({ place, beside, before }) => {
    const { native, found, calls } = watchedLibrary();
    const context = new NativeContext(native, 1n, 256, null, null, place);
    const target = new NativeTarget({
      evaluator: new SoleEvaluator(context, new TokenBatch(native, 32, 1)),
      reader: new RowReader(context, new RowScanner(VOCABULARY, ROWS + 1, VOCABULARY), ROWS, beside),
      vocabularySize: VOCABULARY,
      contextTokens: 256,
      maxThreads: 1,
      onCpu: !beside,
      isEndOfText: () => false,
    });
    const options = { rows: "all", topK: 4, signal: { aborted: false } } as const;
    await target.evaluate(new Int32Array(ROWS), options);
    const rows = await target.evaluate(new Int32Array(ROWS), options);
    calls.length = 0;
    const next = target.evaluate(new Int32Array(ROWS), options);
    await rows.ready;
    rows.load!(3);
    assert.equal(calls.at(-1), before);
    await next;
    await target.dispose();
    assert.deepEqual(found, []);
  },
);

test("a decode and the end of the context wait for copies of rows", async () => {
  const { native, found, calls } = watchedLibrary();
  const context = new NativeContext(native, 1n, 256, null);
  const copies = [0, 4].map((row) => context.copyRows(row, new Float32Array(4 * VOCABULARY)));
  await context.decode(batchOf(native).struct, 1);
  await Promise.all(copies);
  void context.copyRows(0, new Float32Array(4 * VOCABULARY));
  const last = context.decode(batchOf(native).struct, 1);
  await context.free();
  await last;
  assert.equal(calls.at(-1), "free");
  assert.deepEqual(found, []);
});

test("a decode that waits for its turn waits for copies that begin meanwhile", async () => {
  const { native, found, calls } = watchedLibrary();
  const oneAtATime = new Turns();
  const context = new NativeContext(native, 1n, 256, oneAtATime);
  let release = (): void => undefined;
  const other = oneAtATime.take(
    () =>
      new Promise<void>((resolve) => {
        release = resolve;
      }),
  );
  const decoding = context.decode(batchOf(native).struct, 1);
  await turn();
  const copying = context.copyRows(0, new Float32Array(4 * VOCABULARY));
  release();
  await Promise.all([other, decoding, copying]);
  assert.ok(calls.includes("copy") && calls.includes("decode"));
  assert.deepEqual(found, []);
});

test.each([1, 2, 3, 4])(
  "lanes that begin texts, read rows and write answers at any moment (seed %i)",
  async (seed) => {
    const { native, found } = watchedLibrary();
    const random = seededRandom(seed);
    const place = seed % 2 === 0 ? new WaitingPlace(noTime) : null;
    const context = new NativeContext(native, 1n, 4096, null, null, place);
    const lanes = new NativeLanes({
      context,
      batch: new LaneBatch(native, 256, 4),
      lanes: LANES,
      sequencesEach: 4,
      cellsEach: 300,
      maxTokensEach: 64,
      counts: [16, 64, 256],
      fillsShapes: true,
      targetOf: (evaluator) =>
        new NativeTarget({
          evaluator,
          reader: new RowReader(evaluator, new RowScanner(VOCABULARY, ROWS + 1, VOCABULARY), ROWS),
          vocabularySize: VOCABULARY,
          contextTokens: 256,
          maxThreads: 1,
          onCpu: false,
          isEndOfText: () => false,
        }),
      now: () => 0,
    });
    const options = (rows: EvaluateOptions["rows"]): EvaluateOptions => ({
      rows,
      topK: 4,
      signal: { aborted: false },
    });
    let erased = 0;
    const write = async (lane: number): Promise<void> => {
      const target = lanes.targets[lane]!;
      lanes.gathering.enter(lane);
      for (let answer = 0; answer < 20; answer++) {
        await target.rollback(0);
        erased++;
        await target.evaluate(new Int32Array(1 + random.below(100)), options("none"));
        for (let step = 1 + random.below(5); step > 0; step--)
          await target.evaluate(new Int32Array(1 + random.below(ROWS)), options("all"));
        // An answer is written to a file: the other lanes don't wait for it.
        await lanes.gathering.away(lane, async () => {
          for (let turns = random.below(6); turns > 0; turns--) await turn();
        });
      }
      lanes.gathering.leave(lane);
    };
    await Promise.all(lanes.targets.map((_, lane) => write(lane)));
    await lanes.dispose();
    assert.equal(erased, 20 * LANES);
    assert.deepEqual(found, []);
  },
);
