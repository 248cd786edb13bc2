// What the target of every engine must do, as one suite: the core relies on each of these.
import assert from "node:assert/strict";
import { afterAll, beforeAll, describe, test } from "vitest";
import type { EvaluateOptions, PrefillChunk, TargetModel, TopRows } from "../../../core/laser/index.ts";
import { EngineError, type Engine } from "../../../server/engine/index.ts";
import { loadingRows } from "./loadedRows.ts";
import { randomTree, type Tree } from "./randomTree.ts";

/** An engine under test. */
export interface Conforming {
  readonly name: string;
  /** More than 512 tokens of room. */
  readonly load: () => Promise<Engine>;
  /** At least 620 tokens of a text. */
  readonly text: (engine: Engine) => Int32Array;
  readonly maxTreeLeaves: number;
  /** How far its sums may be from those added up here; the library adds up in single precision. */
  readonly sumTolerance: number;
  /** Whether a model evaluates: a script has nothing to dispose of, and takes any token. */
  readonly hasModel: boolean;
}

const WIDTH = 16;
const signal = { aborted: false };
/** One thread: with it, a token gets the same bits alone and in a batch, everywhere. */
const ROWS: EvaluateOptions = { rows: "all", topK: WIDTH, threads: 1, signal };
const NO_ROWS_WANTED: EvaluateOptions = { rows: "none", topK: 0, threads: 1, signal };

/** Registers the suite for one engine. */
export function testConformance(engines: Conforming): void {
  const { name, load, text, maxTreeLeaves, sumTolerance, hasModel } = engines;
  describe(name, () => {
    let engine: Engine;
    let target: TargetModel;
    let ids: Int32Array;
    beforeAll(async () => {
      engine = await load();
      target = loadingRows(engine.target);
      ids = text(engine);
    });
    afterAll(() => engine.dispose());

    const begin = async (tokens: number): Promise<void> => {
      await target.rollback(0);
      await target.evaluate(ids.subarray(0, tokens), NO_ROWS_WANTED);
    };

    test("rows are raw logits, descending, ties by id, one for each token asked", async () => {
      await target.rollback(0);
      const { rows, width, ids: found, logits } = await target.evaluate(ids.subarray(0, 3), ROWS);
      assert.deepEqual([rows, width, found.length], [3, WIDTH, 3 * WIDTH]);
      for (let i = 1; i < found.length; i++) {
        if (i % width === 0) continue;
        const isInOrder =
          logits[i - 1]! > logits[i]! || (logits[i - 1] === logits[i] && found[i - 1]! < found[i]!);
        assert.ok(isInOrder, `entry ${i}`);
      }
      assert.equal((await target.evaluate(ids.subarray(3, 4), ROWS)).rows, 1);
    });

    test("the best token of a row is its first entry, even if it is read later", async () => {
      await begin(20);
      const rows = await engine.target.evaluate(ids.subarray(20, 32), ROWS);
      if (rows.best === undefined) return;
      const best = Array.from({ length: rows.rows }, (_, row) => rows.best!(row));
      for (let row = 0; row < rows.rows; row++) {
        rows.load?.(row);
        assert.equal(rows.ids[row * WIDTH], best[row], `row ${row}`);
      }
    });

    test("sums and single logits are those of the whole row", async () => {
      await begin(20);
      const tokens = ids.subarray(20, 23);
      const whole = await target.evaluate(tokens, { ...ROWS, topK: target.vocabularySize });
      await target.rollback(20);
      const alsoTokens = Int32Array.of(7, 0, target.vocabularySize - 1);
      const some = await target.evaluate(tokens, { ...ROWS, alsoTokens });
      for (let row = 0; row < tokens.length; row++) {
        const logits = rowOf(whole, row).logits;
        const expected = logits[0]! + Math.log(logits.reduce((sum, l) => sum + Math.exp(l - logits[0]!), 0));
        const sum = some.logSumExp?.[row] ?? (await target.fullLogSumExp(row)) ?? NaN;
        assert.ok(Math.abs(sum - expected) <= sumTolerance, `row ${row}: ${sum}, expected ${expected}`);
        if (some.alsoLogits === null) continue;
        const byId = new Map(Array.from(rowOf(whole, row).ids, (id, at) => [id, logits[at]]));
        const single = some.alsoLogits.subarray(row * alsoTokens.length, (row + 1) * alsoTokens.length);
        assert.deepEqual(
          [...single],
          Array.from(alsoTokens, (id) => byId.get(id)),
        );
      }
    });

    test("evaluating again after a rollback gives the same bits, together or alone by one thread", async () => {
      await target.rollback(0);
      let read = 0;
      for (const depth of [40, 254, 600]) {
        await target.rollback(read);
        await target.evaluate(ids.subarray(read, depth), NO_ROWS_WANTED);
        read = depth;
        const draft = ids.subarray(depth, depth + 4);
        const together = await target.evaluate(draft, { ...ROWS, threads: 2 });
        await target.rollback(depth);
        for (let i = 0; i < draft.length; i++) {
          const row = await target.evaluate(draft.subarray(i, i + 1), ROWS);
          assertSameRow(row, 0, together, i, `position ${depth + i}`);
        }
      }
    });

    test("a prompt with the same beginning keeps what was read in the same way, with the same bits afterwards", async () => {
      const read = (sizes: readonly number[], threads = 1): PrefillChunk[] =>
        sizes.map((size, at) => {
          const from = sizes.slice(0, at).reduce((sum, each) => sum + each, 0);
          return { tokens: ids.subarray(from, from + size), keptTokens: size, threads };
        });
      const keep = (chunks: readonly PrefillChunk[]): Promise<number> => engine.target.keepPrefix!(chunks);
      /** Reads what is not kept, then a row after all of it. */
      const rowAfter = async (chunks: readonly PrefillChunk[]): Promise<{ kept: number; row: TopRows }> => {
        const kept = await keep(chunks);
        let at = 0;
        for (const { tokens } of chunks) {
          if (at >= kept) await target.evaluate(tokens, NO_ROWS_WANTED);
          at += tokens.length;
        }
        return { kept, row: await target.evaluate(ids.subarray(at, at + 3), ROWS) };
      };
      const fresh = async (chunks: readonly PrefillChunk[]): Promise<TopRows> => {
        await target.rollback(0);
        const { kept, row } = await rowAfter(chunks);
        assert.equal(kept, 0);
        return row;
      };
      const [first, longer, other] = [read([128, 72]), read([128, 90]), read([64, 64, 72])];
      const expected = { first: await fresh(first), longer: await fresh(longer), other: await fresh(other) };
      await fresh(first);
      for (const [chunks, kept, row] of [
        [first, 200, expected.first],
        [longer, 128, expected.longer],
        [first, 128, expected.first],
        [other, 0, expected.other],
      ] as const) {
        const found = await rowAfter(chunks);
        assert.equal(found.kept, kept);
        assertSameRow(found.row, 2, row, 2, `after ${kept} kept tokens`);
      }
      // By other threads, or after a part of it is gone, it was not read in the same way.
      await fresh(first);
      assert.equal(await keep(read([128, 72], 2)), 0);
      await fresh(first);
      await target.rollback(150);
      assert.equal(await keep(first), 128);
      await assert.rejects(
        target.evaluate(new Int32Array(target.contextTokens).fill(ids[0]!), NO_ROWS_WANTED),
        EngineError,
      );
      assertSameRow((await rowAfter(first)).row, 2, expected.first, 2, "after a refusal");
    });

    test("tokens that exceed the context are refused, and nothing is lost", async () => {
      await begin(30);
      const tooMany = new Int32Array(target.contextTokens - 29).fill(ids[0]!);
      await assert.rejects(
        target.evaluate(tooMany, NO_ROWS_WANTED),
        (error) => error instanceof EngineError && error.fault.tag === "contextOverflow",
      );
      const after = await target.evaluate(ids.subarray(30, 32), ROWS);
      await begin(30);
      assertSameRow(after, 1, await target.evaluate(ids.subarray(30, 32), ROWS), 1, "after the refusal");
    });

    test("a stopped evaluation leaves a target that continues", async () => {
      await begin(30);
      const controller = new AbortController();
      const running = target.evaluate(ids.subarray(30, 620), {
        ...NO_ROWS_WANTED,
        signal: controller.signal,
      });
      controller.abort();
      await running.catch((error: unknown) => {
        assert.ok(error instanceof Error && error.name === "AbortError", String(error));
      });
      await target.rollback(30);
      const after = await target.evaluate(ids.subarray(30, 32), ROWS);
      await begin(30);
      assertSameRow(after, 1, await target.evaluate(ids.subarray(30, 32), ROWS), 1, "after the stop");
    });

    if (hasModel)
      test("a token that the model doesn't know is refused, and nothing is lost", async () => {
        await begin(30);
        const unknown = Int32Array.of(ids[30]!, target.vocabularySize);
        await assert.rejects(
          target.evaluate(unknown, ROWS),
          (error) => error instanceof EngineError && error.fault.tag === "evaluationFailed",
        );
        const after = await target.evaluate(ids.subarray(30, 32), ROWS);
        await begin(30);
        assertSameRow(after, 1, await target.evaluate(ids.subarray(30, 32), ROWS), 1, "after the refusal");
      });

    test(`trees have up to ${maxTreeLeaves} leaves`, () => {
      assert.equal(target.maxTreeLeaves, maxTreeLeaves);
    });

    if (maxTreeLeaves > 1)
      test("a tree gives the bits of its chains, also after one of its paths was kept", async () => {
        for (let seed = 1; seed <= 4; seed++)
          await checkTree(target, ids, randomTree(seed, maxTreeLeaves), 60 + seed);
      });

    test("an engine disposed of while it evaluates lets that end, and evaluates no more", async () => {
      const other = await load();
      const running = other.target.evaluate(ids.subarray(0, 300), ROWS);
      const settled = running.then(
        ({ rows }) => {
          assert.equal(rows, 300);
        },
        (error: unknown) => {
          assert.ok(error instanceof EngineError, String(error));
        },
      );
      await other.dispose();
      await settled;
      if (hasModel) await assert.rejects(other.target.evaluate(ids.subarray(0, 1), ROWS), EngineError);
    });
  });
}

/** Compares a tree after `base` tokens with its chains, keeps a path, and compares what follows. */
async function checkTree(target: TargetModel, ids: Int32Array, tree: Tree, base: number): Promise<void> {
  const { parents, paths, kept } = tree;
  const tokens = ids.subarray(base, base + parents.length);
  const next = ids.subarray(base + parents.length, base + parents.length + 3);
  const startChain = async (path: Int32Array): Promise<TopRows> => {
    await target.rollback(base);
    return target.evaluate(
      path.map((index) => tokens[index]!),
      ROWS,
    );
  };
  await target.rollback(0);
  await target.evaluate(ids.subarray(0, base), NO_ROWS_WANTED);
  const whole = await target.evaluate(tokens, { ...ROWS, parents });
  await target.rollback(base);
  for (const path of paths) {
    const chain = await startChain(path);
    path.forEach((index, i) => {
      assertSameRow(whole, index, chain, i, `tree ${parents.join(" ")}, token ${index}`);
    });
  }
  await startChain(kept);
  const expected = await target.evaluate(next, ROWS);
  await target.rollback(base);
  await target.evaluate(tokens, { ...ROWS, parents });
  await target.rollback(base, kept);
  assert.ok(target.repeatedTokens < kept.length + 1);
  const found = await target.evaluate(next, ROWS);
  assert.equal(target.repeatedTokens, 0);
  next.forEach((_, i) => {
    assertSameRow(found, i, expected, i, `tree ${parents.join(" ")}, after ${kept.join(" ")}`);
  });
}

function assertSameRow(a: TopRows, rowA: number, b: TopRows, rowB: number, what: string): void {
  assert.deepEqual(rowOf(a, rowA), rowOf(b, rowB), what);
}

/** One row of several. */
export function rowOf(
  { width, ids, logits, logSumExp }: TopRows,
  row: number,
): { ids: Int32Array; logits: Float32Array; logSumExp: number | null } {
  return {
    ids: ids.slice(row * width, (row + 1) * width),
    logits: logits.slice(row * width, (row + 1) * width),
    logSumExp: logSumExp?.[row] ?? null,
  };
}
