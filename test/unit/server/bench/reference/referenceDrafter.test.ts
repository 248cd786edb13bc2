// The drafter on the reference index: its chain, its provenance, and what stays in the index after a request.
import assert from "node:assert/strict";
import { test } from "vitest";
import { ScriptedTarget } from "../../../../../server/engine/scripted/scriptedTarget.ts";
import { DRAFT_SOURCES } from "../../../../../core/laser/index.ts";
import { ReferenceDrafter, ReferenceIndex } from "../../../../../server/bench/reference/index.ts";
import { table } from "../../../../support/check.ts";
import {
  END_OF_TEXT,
  markovScript,
  randomTokens,
  runDecode,
} from "../../../../support/decoding/runDecode.ts";
import { seededRandom } from "../../../../support/random.ts";

/** What a draft is and where it was read, one word per token: token:source/match/count/share. */
function described(drafter: ReferenceDrafter, limit = 12): string {
  const draft = drafter.draft(limit);
  return Array.from(draft.tokens, (token, i) => {
    const source = DRAFT_SOURCES[draft.sources[i]!]!;
    return `${token}:${source}/${draft.matchTokens[i]}/${draft.counts[i]}/${draft.voteShares[i]!.toFixed(2)}`;
  }).join(" ");
}

interface Case {
  readonly name: string;
  readonly pool?: readonly (readonly number[])[];
  readonly prompt: readonly number[];
  readonly output?: readonly number[];
  readonly limit?: number;
  readonly stopTokens?: readonly number[];
  readonly expect: string;
}

table(
  "the best chain:",
  [
    { name: "nothing known", prompt: [1, 2, 3], expect: "" },
    {
      name: "the more frequent child at each fork",
      pool: [
        [5, 6, 7, 8],
        [5, 6, 9, 8],
        [5, 6, 9, 4],
      ],
      prompt: [1, 5, 6],
      expect: "9:pool/1/2/0.67 8:pool/2/1/0.50",
    },
    {
      name: "of equally frequent ones the first seen",
      pool: [
        [6, 9, 8],
        [6, 7, 8],
      ],
      prompt: [1, 5, 6],
      expect: "9:pool/1/1/0.50 8:pool/2/1/1.00",
    },
    {
      name: "the prompt before any count of the pool",
      pool: [
        [6, 7],
        [6, 7],
        [6, 7],
      ],
      prompt: [1, 6, 8, 5, 6],
      expect: "8:prompt/1/1/1.00 5:prompt/2/1/1.00 6:prompt/3/1/1.00",
    },
    {
      name: "the first prompt token is left out",
      prompt: [6, 7, 6],
      expect: "",
    },
    {
      name: "own output, once a whole window exists",
      prompt: [1],
      output: [6, 7, 8, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 6],
      limit: 2,
      expect: "7:output/1/1/1.00 8:output/2/1/1.00",
    },
    {
      name: "a stop token is not looked up on its own",
      pool: [[6, 7, 8]],
      prompt: [1, 5, 6],
      stopTokens: [6],
      expect: "",
    },
    {
      name: "the limit",
      pool: [[6, 7, 8, 9]],
      prompt: [1, 5, 6],
      limit: 2,
      expect: "7:pool/1/1/1.00 8:pool/2/1/1.00",
    },
    { name: "no room", pool: [[6, 7, 8, 9]], prompt: [1, 5, 6], limit: 0, expect: "" },
  ] as readonly Case[],
  ({ pool = [], prompt, output, limit, stopTokens = [], expect }) => {
    const index = new ReferenceIndex({ stopTokens });
    for (const answer of pool) index.putOutput(answer);
    const drafter = new ReferenceDrafter(index, { online: false });
    drafter.begin(Int32Array.from(prompt));
    if (output !== undefined) drafter.commit(output);
    assert.equal(described(drafter, limit), expect);
  },
);

test("unsent tokens of a fork are named as alternatives, with their shares", () => {
  const index = new ReferenceIndex();
  for (const next of [7, 7, 8, 9]) index.putOutput([6, next]);
  const drafter = new ReferenceDrafter(index, { online: false });
  drafter.begin(Int32Array.of(1, 6));
  const { alternatives, entries } = drafter.draft(5);
  assert.deepEqual([...alternatives.tokens], [8, 9]);
  assert.deepEqual([...alternatives.draftIndices], [0, 0]);
  assert.deepEqual([...alternatives.voteShares], [0.25, 0.25]);
  assert.ok(
    entries.every((entry) => entry === -1),
    "the trie has no entries",
  );
});

/** Everything that lookups show of an index. */
function fingerprint(index: ReferenceIndex, vocabularySize: number): string {
  const trees: string[] = [`${index.trees} ${index.nodes}`];
  for (let first = 0; first < vocabularySize; first++)
    for (let second = 0; second < vocabularySize; second++) {
      const { size, tokens, parents } = index.lookup([first, second]);
      const [known, above] = [tokens.subarray(0, size), parents.subarray(0, size)];
      trees.push(`${first} ${second}: ${size} ${known.join(",")} ${above.join(",")}`);
    }
  return trees.join("\n");
}

test("a frozen pool is restored once a request has ended, and behaves as if it had not been", () => {
  for (let seed = 1; seed <= 30; seed++) {
    const random = seededRandom(seed);
    const text = () => randomTokens(random, random.below(60), 9);
    const parameters = {
      treeTokens: 12,
      branchTokens: 4,
      minOutputNodes: 3,
      maxNodes: 30,
      maxOutputNodes: 20,
    };
    const tried = new ReferenceIndex(parameters);
    const untouched = new ReferenceIndex(parameters);
    const frozen = new ReferenceDrafter(tried, { online: false });
    for (let round = 0; round < 4; round++) {
      const answer = text();
      tried.putOutput(answer);
      untouched.putOutput(answer);
      const before = fingerprint(tried, 10);
      frozen.begin(Int32Array.from([1, ...text(), 3, 4, 5, 6, 7, 8]));
      for (let step = 0; step < 12; step++) frozen.commit(text());
      assert.notEqual(
        fingerprint(tried, 10),
        before,
        `seed ${seed}: the request's own text is not drafted from`,
      );
      frozen.end();
      assert.equal(fingerprint(tried, 10), before, `seed ${seed}`);
      assert.equal(fingerprint(untouched, 10), before, `seed ${seed}`);
    }
  }
});

test("on line, an answer stays and its prompt's counts do not", () => {
  const index = new ReferenceIndex();
  const drafter = new ReferenceDrafter(index, { online: true });
  drafter.begin(Int32Array.of(1, 20, 21, 22));
  drafter.commit([6, 7, 8]);
  drafter.begin(Int32Array.of(1, 6)); // Ends the request before.
  assert.equal(described(drafter), "7:pool/1/1/1.00 8:pool/2/1/1.00");
  drafter.begin(Int32Array.of(1, 20));
  assert.equal(described(drafter), "21:pool/1/0/0.00 22:pool/2/0/0.00", "stale nodes are still drafted");
});

test("strict decoding with its chains equals plain decoding, and keeps drafts", async () => {
  let kept = 0;
  for (let seed = 1; seed <= 25; seed++) {
    const random = seededRandom(seed);
    const newTarget = () => new ScriptedTarget(50, 300, END_OF_TEXT, markovScript(seed, 50));
    const prompt = randomTokens(random, 2 + random.below(50), 50);
    const plain = await runDecode({ target: newTarget(), prompt });
    const index = new ReferenceIndex();
    index.putOutput(plain.result.tokens.map((token) => (random.next() < 0.1 ? random.below(50) : token)));
    const drafter = new ReferenceDrafter(index, { online: seed % 2 === 0 });
    const drafted = await runDecode({ target: newTarget(), prompt, drafter });
    assert.deepEqual(drafted.result.tokens, plain.result.tokens, `seed ${seed}`);
    kept += plain.steps.length - drafted.steps.length;
  }
  assert.ok(kept > 100, `only ${kept} drafted tokens kept`);
});
