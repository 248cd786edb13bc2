// The ranking without sorting, against sorting everything.
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import { NONE, NodeStore } from "../../../../../server/bench/reference/nodes.ts";
import { PUBLISHED_PARAMETERS } from "../../../../../server/bench/reference/parameters.ts";
import { score, Thresholds } from "../../../../../server/bench/reference/thresholds.ts";
import { TopList } from "../../../../../server/bench/reference/topList.ts";
import { Trie } from "../../../../../server/bench/reference/trie.ts";
import { below, forAll, listOf } from "../../../../support/property.ts";
import { seededRandom, type Random } from "../../../../support/random.ts";

test("a top list is the beginning of a stable sort", () => {
  const lists = fc.record({ capacity: below(12), values: listOf(below(6), 0, 39) });
  forAll(lists, 600, ({ capacity, values }) => {
    const list = new TopList(capacity);
    values.forEach((value, item) => {
      list.offer(value, item);
    });
    const sorted = values.map((value, item) => ({ value, item })).sort((a, b) => b.value - a.value);
    const expected = sorted.slice(0, list.capacity).map(({ item }) => item);
    assert.deepEqual([...list.items.subarray(0, list.size)], expected);
  });
});

/** A trie of random texts from few tokens, some of them prompts, some of those ended, perhaps squeezed. */
function randomTrie(random: Random, store: NodeStore): Trie {
  const trie = new Trie(0, store);
  const variety = 2 + random.below(8);
  for (let text = random.below(60); text >= 0; text--) {
    const tokens = Array.from({ length: 1 + random.below(6) }, () => random.below(variety));
    trie.insert(tokens, 0, tokens.length, random.next() < 0.2 ? "prompt" : "output", null);
    if (random.next() < 0.05) trie.resetPromptCounts();
    if (random.next() < 0.05) trie.squeeze(10, 10);
  }
  return trie;
}

/** Both thresholds by sorting the whole subtree twice: the rule of notes on the published code, word for word. */
function bySorting(store: NodeStore, root: number, most: number, sure: number, weight: number) {
  const found: { item: number; output: number; score: number }[] = [];
  const visit = (parent: number): void => {
    for (let node = store.firstChild[parent]!; node !== NONE; node = store.nextSibling[node]!) {
      if (store.isStale(node)) continue;
      found.push({ item: found.length, output: store.poolCount[node]!, score: score(store, node, weight) });
      visit(node);
    }
  };
  visit(root);
  if (found.length <= most) return { minOutput: 1e9, minScore: 0 };
  const outputs = found.toSorted((a, b) => b.output - a.output).slice(0, sure);
  const scores = found.toSorted((a, b) => b.score - a.score);
  const minOutput = outputs.at(-1)?.output ?? 1e9;
  const rest = most - outputs.length;
  if (rest <= 0) return { minOutput, minScore: 1e9 };
  const chosen = new Set([...outputs, ...scores.slice(0, rest)].map(({ item }) => item));
  let count = chosen.size;
  for (const { item, score: value } of scores.slice(rest, rest + most))
    if (!chosen.has(item) && ++count >= most) return { minOutput, minScore: value };
  return { minOutput, minScore: 1e9 };
}

for (const seed of [1, 2, 3, 4])
  test(`thresholds without sorting are those of sorting (seed ${seed})`, () => {
    const random = seededRandom(seed);
    let cut = 0;
    for (let round = 0; round < 150; round++) {
      const store = new NodeStore();
      const trie = randomTrie(random, store);
      const treeTokens = 2 + random.below(20);
      const minOutputNodes = random.below(treeTokens + 1);
      const outputWeight = random.pick([1e-4, 0, 0.5, 1]);
      const thresholds = new Thresholds(store, {
        ...PUBLISHED_PARAMETERS,
        treeTokens,
        minOutputNodes,
        outputWeight,
      });
      thresholds.setFor(trie.root, treeTokens);
      const expected = bySorting(store, trie.root, treeTokens, minOutputNodes, outputWeight);
      const { minOutput, minScore } = thresholds;
      assert.deepEqual({ minOutput, minScore }, expected, `round ${round}`);
      if (minScore !== 0) cut++;
    }
    assert.ok(cut > 40, `only ${cut} trees were cut`);
  });
