// Upkeep of pools: merging keeps every distinct answer once, pruning removes what is old, figures add up.
import assert from "node:assert/strict";
import { test } from "vitest";
import { Candidates, MAX_CANDIDATES, Pool } from "../../../../core/laser/index.ts";
import {
  balanceOf,
  coverageOf,
  emptyGroups,
  groupFigures,
  mergePools,
  PoolError,
  prune,
  type StoredPool,
} from "../../../../server/pools/index.ts";
import { seededRandom } from "../../../support/random.ts";

const TOKENIZER = { fingerprint: "abc", model: "letters" };
const OPENING = [90, 91];

interface Made {
  readonly key: string;
  readonly group: string | null;
  readonly text: string;
  readonly timeMs: number;
  readonly lastUse: number;
}

function storedOf(made: readonly Made[], opening = OPENING): StoredPool {
  const pool = Pool.build(made.map(({ text }) => [...opening, ...Buffer.from(text)]));
  made.forEach(({ lastUse }, id) => pool.touch(id, lastUse));
  const entries = made.map(({ key, group, text, timeMs }) => ({ key, group, text, timeMs }));
  return { tokenizer: TOKENIZER, opening, pool, entries };
}

function randomEntries(seed: number): Made[] {
  const random = seededRandom(seed);
  return Array.from({ length: 12 }, () => {
    const timeMs = random.below(1000);
    return {
      key: `k${random.below(3)}`,
      group: random.pick(["a", "b", null]),
      text: random.pick(["xyz", "xy", "zzzz"]),
      timeMs,
      lastUse: timeMs + random.below(1000),
    };
  });
}

const identity = ({ key, group, text }: Pick<Made, "key" | "group" | "text">): string =>
  JSON.stringify([key, group, text]);

test("a merged pool has each distinct answer once, oldest first, and drafts from its tokens", () => {
  for (let seed = 1; seed <= 20; seed++) {
    const parts = [randomEntries(seed), randomEntries(seed + 100), randomEntries(seed + 200)];
    const all = parts.flat();
    const [first, ...others] = parts.map((part, i) => ({ path: `${i}`, stored: storedOf(part) }));
    const { stored, duplicates } = mergePools([first!, ...others]);
    assert.deepEqual(stored.pool.check(), []);
    assert.deepEqual(
      stored.entries.map(identity).sort(),
      [...new Set(all.map(identity))].sort(),
      `seed ${seed}`,
    );
    assert.equal(duplicates, all.length - stored.entries.length);
    const times = stored.entries.map(({ timeMs }) => timeMs);
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    );
    const { lastUse, entryTokens } = stored.pool.arrays();
    stored.entries.forEach((entry, slot) => {
      const same = all.filter((one) => identity(one) === identity(entry));
      assert.equal(lastUse[slot], Math.max(...same.map((one) => one.lastUse)));
      assert.equal(entry.timeMs, Math.min(...same.map((one) => one.timeMs)));
      assert.equal(entryTokens[slot], OPENING.length + entry.text.length);
    });
    const found = new Candidates();
    stored.pool.candidates(found, Int32Array.from(OPENING), 2, MAX_CANDIDATES, 2);
    assert.equal(found.size, Math.min(MAX_CANDIDATES, stored.entries.length));
  }
});

test("pools of another tokenizer or opening are not merged", () => {
  const one = { path: "one", stored: storedOf(randomEntries(1)) };
  const opened = { path: "two", stored: storedOf(randomEntries(2), [90]) };
  const other = { path: "three", stored: { ...one.stored, tokenizer: { ...TOKENIZER, fingerprint: "x" } } };
  for (const second of [opened, other]) assert.throws(() => mergePools([one, second]), PoolError);
});

const ALL = { addedSince: -Infinity, usedSince: -Infinity, minUses: 0, sparedSince: Infinity };

test("pruning removes entries added or last used before a time, and nothing else", () => {
  for (let seed = 1; seed <= 20; seed++) {
    const made = randomEntries(seed);
    const left = prune(storedOf(made), { ...ALL, addedSince: 300, usedSince: 700 });
    assert.deepEqual(
      left.entries.map(identity),
      made.filter(({ timeMs, lastUse }) => timeMs >= 300 && lastUse >= 700).map(identity),
    );
    assert.deepEqual(left.pool.check(), []);
    assert.equal(prune(storedOf(made), ALL).entries.length, 12);
  }
});

test("figures of groups add up, with balance and coverage", () => {
  const made: Made[] = [
    { key: "ann", group: "a", text: "äx", timeMs: 1, lastUse: 5 },
    { key: "bob", group: "a", text: "xyz", timeMs: 2, lastUse: 3 },
    { key: "eve", group: "b", text: "z", timeMs: 3, lastUse: 4 },
  ];
  const stored = storedOf(made);
  const [a, b] = groupFigures(stored);
  assert.deepEqual(a, { group: "a", entries: 2, tokens: 6, textBytes: 6, lastUseMs: 5, uses: 0 });
  assert.deepEqual(b, { group: "b", entries: 1, tokens: 1, textBytes: 1, lastUseMs: 4, uses: 0 });
  const groups = {
    ...emptyGroups({ by: "random", source: "t", k: 2, seed: 1, silhouette: null }),
    subjects: { ann: "a", zoe: "a", eve: "b", max: "c" },
  };
  assert.deepEqual(coverageOf(stored, groups), [
    { group: "a", subjects: 2, covered: 1 },
    { group: "b", subjects: 1, covered: 1 },
    { group: "c", subjects: 1, covered: 0 },
  ]);
  assert.equal(balanceOf([5, 5, 5]), 1);
  assert.ok(Math.abs(balanceOf([3, 1])! - 0.8113) < 1e-4);
  assert.equal(balanceOf([7]), null);
  assert.equal(balanceOf([7, 0]), null);
});
