// What is drafted after a text, as a table: letters are tokens, the pool is a list of texts.
import assert from "node:assert/strict";
import { test } from "vitest";
import {
  AcceptanceModel,
  Pool,
  DRAFT_SOURCES,
  RetrievalDrafter,
  type CommitFeedback,
  type Draft,
} from "../../../../core/laser/index.ts";

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
  const drafter = new RetrievalDrafter(VOCABULARY, pool ? Pool.build(pool.map(ids)) : null);
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
  { name: "one token of match is enough", prompt: "abca", limit: 4, expect: "bcab", source: "prompt" },
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
    limit: 4,
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
  { name: "an answer's end is not a token", prompt: "x", pool: ["ax", "bx"], expect: "" },
  {
    name: "a match at the answer's end gives way to a shorter one that continues",
    prompt: "the cat",
    pool: ["the cat", "a cat sat"],
    limit: 4,
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

test("every drafted token names its source, match, supporters, share and entries", () => {
  const draft = draftOf({
    prompt: "a cat",
    pool: ["my cat sat", "the cat sat", "one cat ran", "no cats"],
    limit: 3,
  });
  assert.equal(text(draft), " sa");
  assert.deepEqual([...draft.matchTokens], [4, 5, 6]);
  assert.deepEqual([...draft.counts], [3, 2, 2]);
  assert.deepEqual([...draft.entries.subarray(3, 6)].sort(), [-1, 0, 1]);
  const others = Array.from(
    draft.alternatives.tokens,
    (id, i) => `${draft.alternatives.draftIndices[i]}${String.fromCharCode(id)}`,
  );
  assert.deepEqual(others.slice(0, 3), ["0s", "0h", "1r"]);
  for (const share of draft.voteShares) assert.ok(share > 0 && share < 1);
});

test("a chain is compared with what is committed, sent or not, and its class of drafts trusted accordingly", () => {
  const chancesAfter = (rounds: number, committed: string, relaxed: CommitFeedback | null = null) => {
    const acceptance = new AcceptanceModel();
    const begun = () => {
      const drafter = new RetrievalDrafter(VOCABULARY, null, acceptance);
      drafter.begin(Int32Array.from(ids("abcd-ab")));
      return drafter;
    };
    for (let round = 0; round < rounds; round++) {
      const drafter = begun();
      drafter.draft(3);
      drafter.commit(ids(committed), relaxed);
    }
    return begun().draft(3).acceptanceProbabilities;
  };
  const before = chancesAfter(0, "");
  const kept = chancesAfter(30, "cd-");
  const refused = chancesAfter(30, "cx-");
  for (let place = 0; place < 3; place++) assert.ok(kept[place]! > before[place]!, `place ${place}`);
  assert.ok(refused[1]! < before[1]! / 2, "the second token was always refused");
  assert.ok(refused[0]! > before[0]!, "the first was always kept");
  const wouldKeep = chancesAfter(30, "cx", { nextUnsentAccepted: true });
  assert.ok(wouldKeep[1]! > before[1]!, "the second would have been kept, though another was committed");
  assert.equal(wouldKeep[2], before[2], "nothing is known of the third");
});
