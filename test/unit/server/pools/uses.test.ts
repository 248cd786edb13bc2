// Uses noted beside a pool file: counted once each, whoever notes and changes at the same time, and never at the cost of an
// answer.
import assert from "node:assert/strict";
import { appendFileSync, chmodSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test, type TestContext } from "vitest";
import { withLock } from "../../../../server/files/index.ts";
import {
  dropNotedUses,
  evictToBudget,
  listPool,
  mergePools,
  noteUses,
  prune,
  readPoolFile,
  withNotedUses,
  writePoolFile,
  type EntryUse,
  type StoredPool,
} from "../../../../server/pools/index.ts";
import { createScriptedEngine } from "../../../../server/engine/index.ts";
import { storedPool } from "../../../../server/worker/index.ts";
import { table, temporaryFolder } from "../../../support/check.ts";
import { seededRandom } from "../../../support/random.ts";

const ANSWERS = ["one two", "three four", "five six", "seven eight"].map((text, at) => ({
  ...{ id: `item-${at}`, group: null, text, timeMs: 1000 + at },
}));

async function poolIn(context: TestContext, answers = ANSWERS): Promise<string> {
  const file = path.join(temporaryFolder(context), "some.laserpool");
  await writePoolFile(file, storedPool(answers, createScriptedEngine({ answers: ANSWERS }), 5000));
  return file;
}

const use = (entry: number, answers = 1): EntryUse => ({ entry, addedMs: 1000 + entry, answers });

const read = async (file: string) => withNotedUses(file, await readPoolFile(file, null));

const usesIn = ({ entries }: StoredPool): number[] => entries.map(({ uses }) => uses ?? 0);

/** As `laser pool` changes a file. */
async function change(file: string, how: (stored: StoredPool) => StoredPool): Promise<void> {
  await withLock(`${file}.lock`, { pollMs: 5 }, async ({ check }) => {
    await writePoolFile(file, how(await read(file)), { beforeReplace: check });
    await dropNotedUses(file);
  });
}

test("uses are counted, with the last of their times, and the pool file does not change by them", async (context) => {
  const file = await poolIn(context);
  const before = readFileSync(file);
  assert.equal(await noteUses(file, [use(0), use(2, 3)], 9000), true);
  assert.equal(await noteUses(file, [use(2)], 8000), true);
  assert.deepEqual(readFileSync(file), before);
  assert.equal(statSync(`${file}.uses`).mode & 0o777, 0o600);
  const noted = await read(file);
  assert.deepEqual(usesIn(noted), [1, 0, 4, 0]);
  assert.deepEqual([...noted.pool.arrays().lastUse], [9000, 1001, 9000, 1003]);
  const { entries } = await listPool(file, { limit: 9 });
  assert.deepEqual(
    entries.map(({ uses }) => uses),
    [0, 4, 0, 1],
  );
});

test("who changes the pool takes the notes into it, once", async (context) => {
  const file = await poolIn(context);
  await noteUses(file, [use(1)], 9000);
  const notes = readFileSync(`${file}.uses`);
  await change(file, (stored) => stored);
  assert.equal(existsSync(`${file}.uses`), false);
  assert.deepEqual(usesIn(await readPoolFile(file, null)), [0, 1, 0, 0]);
  // A crash between the two steps leaves the notes: they are of the content before.
  writeFileSync(`${file}.uses`, notes);
  assert.deepEqual(usesIn(await read(file)), [0, 1, 0, 0]);
  await noteUses(file, [use(1)], 9500);
  assert.deepEqual(usesIn(await read(file)), [0, 2, 0, 0]);
});

table(
  "what can't be a note of this pool is left out",
  [
    { name: "a torn line", line: '{"pool":"' },
    { name: "another pool", line: JSON.stringify({ pool: "0".repeat(16), uses: [[0, 1000, 5, 9000]] }) },
    { name: "another answer of that number", line: null, uses: { entry: 0, addedMs: 7, answers: 5 } },
    { name: "a number that the pool has not", line: null, uses: { entry: 77, addedMs: 1000, answers: 5 } },
    { name: "negative counts", line: null, uses: { entry: 0, addedMs: 1000, answers: -5 } },
  ],
  async ({ line, uses }: { name: string; line: string | null; uses?: EntryUse }, context) => {
    const file = await poolIn(context);
    if (line !== null) appendFileSync(`${file}.uses`, line);
    else await noteUses(file, [uses!], 9000);
    await noteUses(file, [use(3)], 9000);
    assert.deepEqual(usesIn(await read(file)), [0, 0, 0, 1]);
  },
);

test("a frozen pool, a locked one and a missing one are left as they are", async (context) => {
  const file = await poolIn(context);
  await withLock(`${file}.lock`, {}, async () => {
    assert.equal(await noteUses(file, [use(0)], 9000, 20), false);
  });
  chmodSync(file, 0o444);
  assert.equal(await noteUses(file, [use(0)], 9000), false);
  assert.equal(existsSync(`${file}.uses`), false);
  assert.equal(await noteUses(`${file}.gone`, [use(0)], 9000), false);
  assert.equal(existsSync(`${file}.gone`), false);
  assert.equal(await noteUses(file, [], 9000), false);
});

test("notes and changes at once lose no answer, and count each use once", async (context) => {
  for (let seed = 1; seed <= 3; seed++) {
    const file = await poolIn(context);
    const random = seededRandom(seed);
    const expected = [0, 0, 0, 0];
    const work = Array.from({ length: 24 }, async () => {
      if (random.below(4) === 0) return change(file, (stored) => stored);
      const entry = random.below(4);
      expected[entry]!++;
      assert.equal(await noteUses(file, [use(entry)], 9000, 600_000), true);
    });
    await Promise.all(work);
    const left = await read(file);
    assert.deepEqual(usesIn(left), expected, `seed ${seed}`);
    assert.deepEqual(
      left.entries.map(({ text }) => text),
      ANSWERS.map(({ text }) => text),
    );
  }
}, 60_000);

test("many notes become one, of the same sum", async (context) => {
  const file = await poolIn(context);
  await noteUses(file, [use(0)], 7000);
  const line = readFileSync(`${file}.uses`, "utf8");
  appendFileSync(`${file}.uses`, `\n${line}`.repeat(6000));
  const before = statSync(`${file}.uses`).size;
  await noteUses(file, [use(0), use(3)], 9000);
  assert.equal(statSync(`${file}.uses`).size < before / 100, true);
  const left = await read(file);
  assert.deepEqual(usesIn(left), [6002, 0, 0, 1]);
  assert.equal(left.pool.arrays().lastUse[0], 9000);
});

const FREE = { addedSince: -Infinity, usedSince: -Infinity, minUses: 0, sparedSince: Infinity };

table(
  "what pruning and budgets remove, by use",
  [
    { name: "used less than twice", left: ["item-2", "item-3"], how: { ...FREE, minUses: 2 } },
    {
      name: "the same, except for what is new",
      left: ["item-1", "item-2", "item-3"],
      how: { ...FREE, minUses: 2, sparedSince: 1001 },
    },
    { name: "not used since", left: ["item-0", "item-2"], how: { ...FREE, usedSince: 8500 } },
    { name: "least used first", left: ["item-2", "item-3"], how: "least-used" as const },
    { name: "last used longest ago first", left: ["item-0", "item-2"], how: "last-used" as const },
  ],
  async ({ left, how }, context) => {
    const file = await poolIn(context);
    await noteUses(file, [use(0), use(2, 2)], 9000);
    await noteUses(file, [use(3, 5)], 8000);
    const stored = await read(file);
    const tokens = stored.pool.arrays().entryTokens[0]! - stored.opening.length;
    const after =
      typeof how === "string"
        ? evictToBudget(stored, { totalTokens: 2 * tokens, groupTokens: Infinity, order: how })
        : prune(stored, how);
    assert.deepEqual(
      after.entries.map(({ key }) => key),
      left,
    );
  },
);

test("a merged pool sums the uses of equal answers", async (context) => {
  const [one, two] = [await poolIn(context), await poolIn(context, ANSWERS.slice(0, 2))];
  await noteUses(one, [use(0), use(3)], 9000);
  await noteUses(two, [use(0, 2)], 9500);
  const { stored } = mergePools([
    { path: one, stored: await read(one) },
    { path: two, stored: await read(two) },
  ]);
  assert.deepEqual(usesIn(stored), [3, 0, 0, 1]);
});
