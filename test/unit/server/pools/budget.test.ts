// Evicting by least recent use and forgetting a key: what is left, and that nothing else was touched.
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import { Pool } from "../../../../core/laser/index.ts";
import {
  answerTokens,
  evictToBudget,
  forgetKey,
  groupFigures,
  type PoolEntry,
  type StoredPool,
} from "../../../../server/pools/index.ts";
import { table } from "../../../support/check.ts";
import { below, forAll, listOf } from "../../../support/property.ts";

const OPENING = [901, 902];
const GROUPS = ["Comedy", "Drama", null];

interface Made extends StoredPool {
  /** Tokens and last use of each answer by its text, which is unlike all others. */
  readonly facts: ReadonlyMap<
    string,
    { readonly tokens: readonly number[]; readonly usedAt: number; readonly age: number }
  >;
}

const answers = fc.record({
  tokens: listOf(below(300), 1, 30),
  // Few different times, so that some are equal and age decides.
  usedAt: below(10),
  // Numbers get gaps: some entries are gone before.
  isGone: below(5).map((one) => one === 0),
  key: below(8).map((key) => `key ${key}`),
  group: fc.constantFrom(...GROUPS),
});
type Answer = typeof answers extends fc.Arbitrary<infer Value> ? Value : never;

function made(all: readonly Answer[]): Made {
  const pool = new Pool();
  const entries: PoolEntry[] = [];
  const facts = new Map<string, { tokens: readonly number[]; usedAt: number; age: number }>();
  for (const [i, { tokens, usedAt, isGone, key, group }] of all.entries()) {
    const id = pool.insert([...OPENING, ...tokens], i);
    const text = `text ${i}`;
    pool.touch(id, usedAt);
    if (isGone) {
      pool.evict(id);
      continue;
    }
    entries.push({ key, group, text, timeMs: i });
    facts.set(text, { tokens, usedAt, age: i });
  }
  return { tokenizer: { fingerprint: "f", model: "m" }, opening: OPENING, pool, entries, facts };
}

/** Each entry's answer as the index holds it. */
function answersIn({ pool, entries, opening }: StoredPool): Map<string, number[]> {
  const { text, entryTokens } = pool.arrays();
  const answers = new Map<string, number[]>();
  let at = 16;
  entries.forEach((entry, slot) => {
    const whole = [...text.subarray(at, at + entryTokens[slot]!)];
    assert.deepEqual(whole.slice(0, opening.length), opening);
    answers.set(entry.text, whole.slice(opening.length));
    at += entryTokens[slot]! + 1;
  });
  assert.equal(at, text.length, "entries and texts are as many");
  return answers;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

test("the most recently used survive, within each group and in all, and keep their tokens and texts", () => {
  let evictedInGroups = 0;
  let evictedInAll = 0;
  const cases = fc.record({
    all: listOf(answers, 0, 39),
    groupTokens: below(200).map((more) => 20 + more),
    totalTokens: fc.oneof(
      { weight: 1, arbitrary: below(300).map((more) => 40 + more) },
      { weight: 2, arbitrary: fc.constant(Infinity) },
    ),
  });
  forAll(cases, 300, ({ all, groupTokens, totalTokens }) => {
    const stored = made(all);
    const { facts } = stored;
    const tokensOf = ({ text }: PoolEntry): number => facts.get(text)!.tokens.length;
    /** The longest run of the most recently used ones that keeps the budget: by another way than the product's. */
    const recent = (entries: readonly PoolEntry[], budget: number): PoolEntry[] => {
      const newestFirst = entries.toSorted((a, b) => {
        const [one, other] = [facts.get(a.text)!, facts.get(b.text)!];
        return other.usedAt - one.usedAt || other.age - one.age;
      });
      while (sum(newestFirst.map(tokensOf)) > budget) newestFirst.pop();
      return newestFirst;
    };
    const inGroups = GROUPS.flatMap((group) =>
      recent(
        stored.entries.filter((entry) => entry.group === group),
        groupTokens,
      ),
    );
    const expected = recent(inGroups, totalTokens);
    evictedInGroups += stored.entries.length - inGroups.length;
    evictedInAll += inGroups.length - expected.length;

    const left = evictToBudget(stored, { totalTokens, groupTokens });

    const inOrder = stored.entries.filter((entry) => expected.includes(entry));
    assert.deepEqual(left.entries, inOrder);
    for (const { tokens } of groupFigures(left)) assert.ok(tokens <= groupTokens);
    assert.ok(sum([...answerTokens(left)]) <= totalTokens);
    for (const [text, tokens] of answersIn(left)) assert.deepEqual(tokens, facts.get(text)!.tokens);
    assert.deepEqual(left.pool.check(), []);
  });
  assert.ok(
    evictedInGroups > 500 && evictedInAll > 100,
    `${evictedInGroups} and ${evictedInAll} were evicted`,
  );
});

table(
  "forgetting",
  [
    { name: "takes every entry of the key", key: "key 3", some: true },
    { name: "takes nothing by a part of the key", key: "key", some: false },
    { name: "takes nothing by another case", key: "KEY 3", some: false },
  ],
  ({ key, some }) => {
    const stored = made(fc.sample(listOf(answers, 39, 39), { seed: 4, numRuns: 1 })[0]!);
    const { facts } = stored;
    const left = forgetKey(stored, key);
    assert.deepEqual(
      left.entries,
      stored.entries.filter((entry) => entry.key !== key),
    );
    assert.equal(left.entries.length < stored.entries.length, some);
    for (const [text, tokens] of answersIn(left)) assert.deepEqual(tokens, facts.get(text)!.tokens);
    assert.deepEqual(left.pool.check(), []);
  },
);
