// What is drafted behind a text, as a table: letters are tokens, the pool is a list of texts.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AcceptanceModel,
  buildPoolIndex,
  DRAFT_SOURCES,
  RetrievalDrafter,
  type Draft,
} from "../../../server/laser/index.ts";
import { Chain } from "../../../server/laser/chain.ts";
import { seededRandom } from "../../support/random.ts";

const VOCABULARY = 128;
const ids = (text: string) => Array.from(text, (letter) => letter.charCodeAt(0));
const text = (draft: Draft) => String.fromCharCode(...draft.tokens);

interface Case {
  readonly name: string;
  readonly prompt: string;
  readonly output?: string;
  readonly pool?: readonly string[];
  readonly limit?: number;
  readonly expect: string;
  /** Source of the first drafted token. */
  readonly source?: string;
}

function draftOf({ prompt, output = "", pool, limit = 6 }: Omit<Case, "name" | "expect">): Draft {
  const drafter = new RetrievalDrafter(VOCABULARY, pool ? buildPoolIndex(pool.map(ids)) : null);
  drafter.begin(Int32Array.from(ids(prompt)));
  drafter.commit(ids(output));
  return drafter.draft(limit);
}

function check({ name, expect, source, ...given }: Case): void {
  test(name, () => {
    const draft = draftOf(given);
    assert.equal(text(draft), expect);
    if (source !== undefined) assert.equal(DRAFT_SOURCES[draft.sources[0]!], source);
  });
}

const cases: Case[] = [
  { name: "nothing matches", prompt: "abcdef", expect: "" },
  { name: "an empty pool", prompt: "abcdef", pool: [], expect: "" },
  { name: "one token of match is too little", prompt: "abca", expect: "" },
  { name: "the prompt continues the match", prompt: "abcdxyab", expect: "cdxyab", source: "prompt" },
  {
    name: "own output continues the match",
    prompt: "zz",
    output: "abcd--ab",
    expect: "cd--ab",
    source: "output",
  },
  {
    name: "a match that runs into now copies the loop",
    prompt: "xyxy",
    limit: 9,
    expect: "xyxyxyxyx",
    source: "prompt",
  },
  { name: "the longest match wins over the newest", prompt: "1abcX 2abY 1ab", limit: 2, expect: "cX" },
  { name: "the majority wins over the newest", prompt: "abX1abX2abY3ab", limit: 1, expect: "X" },
  { name: "a tie goes to the newest", prompt: "abX1abY2ab", limit: 1, expect: "Y" },
  { name: "no more than asked for", prompt: "abcdxyab", limit: 2, expect: "cd" },
  { name: "no room", prompt: "abcdxyab", limit: 0, expect: "" },
  {
    name: "the pool continues the match",
    prompt: "the cat",
    pool: ["a cat sat", "a dog"],
    expect: " sat",
    source: "pool",
  },
  {
    name: "the pool's majority",
    prompt: "cat",
    pool: ["cat sat", "cat ran", "cat ran"],
    limit: 4,
    expect: " ran",
  },
  {
    name: "the pool's longest match",
    prompt: "the cat",
    pool: ["a cat sat", "the cat ran"],
    limit: 4,
    expect: " ran",
  },
  { name: "an answer's end is no token", prompt: "cat", pool: ["the cat"], expect: "" },
  {
    name: "a match at the answer's end gives way to a shorter one that goes on",
    prompt: "the cat",
    pool: ["the cat", "a cat sat"],
    expect: " sat",
  },
  {
    name: "the surer source wins: a long match in the pool",
    prompt: "the cat at",
    pool: ["see the cat at home"],
    limit: 5,
    expect: " home",
    source: "pool",
  },
  {
    name: "the surer source wins: a long match in the text",
    prompt: "see the cat at home the cat at",
    pool: ["3 at X"],
    limit: 5,
    expect: " home",
    source: "prompt",
  },
];
cases.forEach(check);

test("every drafted token names its source, match, count, share and entries", () => {
  const draft = draftOf({
    prompt: "a cat",
    pool: ["my cat sat", "the cat sat", "one cat ran", "no cats"],
    limit: 3,
  });
  assert.equal(text(draft), " sa");
  assert.deepEqual([...draft.matchTokens], [4, 5, 6]);
  assert.deepEqual([...draft.counts], [3, 2, 2]);
  assert.deepEqual([...draft.shares], [3 / 4, 2 / 3, 1]);
  assert.deepEqual([...draft.entries.subarray(3, 6)].sort(), [-1, 0, 1]);
  const others = Array.from(
    draft.alternatives.tokens,
    (id, i) => `${draft.alternatives.places[i]}${String.fromCharCode(id)}`,
  );
  assert.deepEqual(others, ["0s", "1r"]);
});

test("a chain is compared with what is committed, sent or not, and its class of drafts trusted accordingly", () => {
  const chanceAfter = (kept: boolean) => {
    const acceptance = new AcceptanceModel();
    for (let round = 0; round < 30; round++) {
      const drafter = new RetrievalDrafter(VOCABULARY, null, acceptance);
      drafter.begin(Int32Array.from(ids("abcd-ab")));
      drafter.draft(3);
      drafter.commit(ids(kept ? "cd-" : "cx-"));
    }
    const drafter = new RetrievalDrafter(VOCABULARY, null, acceptance);
    drafter.begin(Int32Array.from(ids("abcd-ab")));
    return [...drafter.draft(3).chances].map((chance) => Math.round(chance * 10) / 10);
  };
  assert.deepEqual(chanceAfter(true), [0.9, 0.9, 0.9]);
  assert.deepEqual(chanceAfter(false), [0.9, 0.1, 0.6]);
});

test("the pool finds what a naive search finds, over random texts", () => {
  for (let seed = 1; seed <= 40; seed++) {
    const random = seededRandom(seed);
    const letters = 2 + random.below(5);
    const answers = Array.from({ length: 1 + random.below(8) }, () =>
      Array.from({ length: random.below(60) }, () => random.below(letters)),
    );
    const pool = buildPoolIndex(answers);
    assert.deepEqual(pool.check(), []);
    const chain = new Chain();
    for (let query = 0; query < 30; query++) {
      const context = Array.from({ length: 2 + random.below(20) }, () => random.below(letters));
      pool.fill(chain, Int32Array.from(context), context.length, 1);
      const told = `seed ${seed}, context ${context.join(" ")}`;
      const { length, counts } = naive(answers, context);
      assert.equal(chain.length === 0 ? 0 : chain.matchTokens[0], length, told);
      if (length === 0) continue;
      assert.equal(chain.counts[0], counts.get(chain.tokens[0]!), told);
      if (sum(counts) <= 64) assert.equal(chain.counts[0], Math.max(...counts.values()), told);
    }
  }
});

/** The longest suffix (2 … 16) of the context that is continued anywhere, and how often by which token. */
function naive(
  answers: readonly number[][],
  context: readonly number[],
): { length: number; counts: Map<number, number> } {
  for (let length = Math.min(16, context.length); length >= 2; length--) {
    const suffix = context.slice(-length).join(" ");
    const counts = new Map<number, number>();
    for (const answer of answers)
      for (let at = 0; at + length < answer.length; at++)
        if (answer.slice(at, at + length).join(" ") === suffix) {
          const next = answer[at + length]!;
          counts.set(next, (counts.get(next) ?? 0) + 1);
        }
    if (counts.size > 0) return { length, counts };
  }
  return { length: 0, counts: new Map() };
}

const sum = (counts: ReadonlyMap<number, number>) =>
  [...counts.values()].reduce((total, count) => total + count, 0);
