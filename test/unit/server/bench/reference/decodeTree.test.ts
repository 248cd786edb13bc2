// The loop on trees, on the scripted engine with its tree capability: properties over seeded random targets.
import assert from "node:assert/strict";
import { test } from "vitest";
import { ScriptedTarget } from "../../../../../server/engine/scripted/scriptedTarget.ts";
import {
  decodeTree,
  NO_GUARDS,
  ReferenceDrafter,
  ReferenceIndex,
  type TreeRequest,
  type TreeStep,
} from "../../../../../server/bench/reference/index.ts";
import {
  DEFAULT_SAMPLING,
  PUBLISHED_RULE,
  type Rule,
  type Sampling,
} from "../../../../../core/laser/index.ts";
import { table } from "../../../../support/check.ts";
import {
  END_OF_TEXT,
  flatScript,
  markovScript,
  randomTokens,
  runDecode,
} from "../../../../support/decoding/runDecode.ts";
import { seededRandom } from "../../../../support/random.ts";

const VOCABULARY = 40;
/** k = 1, p = 0: the published code's greedy setting. */
const GREEDY: Rule = { kind: "relaxed", topK: 1, minProbability: 0 };
const signal = { aborted: false };

async function runTree(request: TreeRequest & { target: ScriptedTarget }) {
  const run = decodeTree(request);
  const steps: TreeStep[] = [];
  const kept: number[][] = [];
  for (;;) {
    const { done, value } = await run.next();
    if (done) return { steps, kept, ...value };
    steps.push(value);
    kept.push([...request.target.kept]);
  }
}

/** The pool holds what the target will say with mistakes, and what it might say, so that trees fork. */
async function setUp(seed: number, sampling: Sampling, script = markovScript) {
  const random = seededRandom(seed);
  const scripted = script(seed, VOCABULARY);
  const newTarget = (trees: boolean) =>
    new ScriptedTarget(VOCABULARY, 400, END_OF_TEXT, scripted, {}, trees ? 64 : 1);
  const prompt = randomTokens(random, 1 + random.below(60), VOCABULARY);
  const plain = await runDecode({ target: newTarget(false), prompt, sampling, maxTokens: 80 });
  const index = new ReferenceIndex({
    treeTokens: 2 + random.below(30),
    branchTokens: 1 + random.below(8),
    minOutputNodes: random.below(4),
    // Without it the index would hold the target's end, which a draft must not.
    endTokens: random.next() < 0.5 ? [END_OF_TEXT] : [],
  });
  for (let answer = 0; answer < 4; answer++) {
    index.putOutput(
      plain.result.tokens.map((token) => (random.next() < 0.2 ? random.below(VOCABULARY) : token)),
    );
    const drawn = { ...DEFAULT_SAMPLING, temperature: 1, seed: answer };
    const other = await runDecode({ target: newTarget(false), prompt, sampling: drawn, maxTokens: 80 });
    index.putOutput(other.result.tokens);
  }
  const request = {
    target: newTarget(true),
    prompt: Int32Array.from(prompt),
    maxTokens: 80,
    sampling,
    rule: GREEDY,
    guards: NO_GUARDS,
    rowWidth: 16,
    signal,
    drafter: new ReferenceDrafter(index, { online: random.next() < 0.5 }),
    treeTokens: index.parameters.treeTokens,
    branchTokens: index.parameters.branchTokens,
  };
  return { plain, request };
}

table(
  "strict decoding of trees equals plain decoding:",
  [
    { name: "greedy", sampling: DEFAULT_SAMPLING, rule: GREEDY, script: markovScript },
    {
      name: "with a penalty",
      sampling: { ...DEFAULT_SAMPLING, repetitionPenalty: 1.3 },
      rule: GREEDY,
      script: flatScript,
    },
    {
      name: "at temperature 0.8, strict rule",
      sampling: { ...DEFAULT_SAMPLING, temperature: 0.8, seed: 5 },
      rule: { kind: "strict" } as const,
      script: markovScript,
    },
  ],
  async ({ sampling, rule, script }) => {
    let forks = 0;
    let second = 0;
    for (let seed = 1; seed <= 16; seed++) {
      const { plain, request } = await setUp(seed, sampling, script);
      const { tokens, finish, steps, kept } = await runTree({ ...request, rule });
      assert.deepEqual(tokens, plain.result.tokens, `seed ${seed}`);
      assert.equal(finish, plain.result.finish, `seed ${seed}`);
      assert.deepEqual(
        steps.flatMap(({ committed }) => committed),
        tokens,
      );
      let length = request.prompt.length;
      steps.forEach((step, i) => {
        length += step.committed.length;
        assert.deepEqual(kept[i], [...request.prompt, ...tokens].slice(0, length - 1), `seed ${seed}`);
        assert.ok(!step.tree.tokens.subarray(1).includes(END_OF_TEXT), "drafts no end");
        if (step.tree.parents.some((parent, slot) => parent !== slot - 1)) forks++;
        if (step.path.some((slot, place) => slot !== place + 1)) second++;
      });
    }
    assert.ok(forks > 50, `only ${forks} trees forked`);
    assert.ok(second > 5, `only ${second} times another branch than the first was kept`);
  },
);

test("relaxed decoding keeps what the published rule allows on the kept branch, and nothing else", async () => {
  let relaxed = 0;
  for (let seed = 1; seed <= 16; seed++) {
    const { request } = await setUp(seed, DEFAULT_SAMPLING);
    const { steps } = await runTree({ ...request, rule: PUBLISHED_RULE });
    for (const { path, verdicts, tree, next } of steps) {
      for (const slot of path) {
        const { kind, rank, probability } = verdicts[slot - 1]!;
        assert.ok(rank === 1 || (rank === 2 && probability > 0.1));
        if (kind === "relaxed") relaxed++;
      }
      const last = path.at(-1) ?? 0;
      const ahead = verdicts.filter((_, i) => tree.parents[i + 1] === last);
      assert.ok(
        ahead.every(({ kind }) => kind === "rejected"),
        "a kept child would be on the path",
      );
      assert.equal(next.kind, tree.size === 1 ? "plain" : ahead.length > 0 ? "correction" : "bonus");
    }
  }
  assert.ok(relaxed > 10, `only ${relaxed} relaxed tokens`);
});

test("a row of a tree is conditioned on its own path", async () => {
  const script = markovScript(3, VOCABULARY);
  const options = { rows: "all", topK: 8, signal } as const;
  const target = new ScriptedTarget(VOCABULARY, 50, END_OF_TEXT, script, {}, 64);
  await target.evaluate(Int32Array.of(4, 5), { ...options, rows: "none" });
  const parents = Int32Array.of(-1, 0, 1, 0, 3);
  const rows = await target.evaluate(Int32Array.of(6, 7, 8, 9, 10), { ...options, parents });
  const paths = [[6], [6, 7], [6, 7, 8], [6, 9], [6, 9, 10]];
  for (const [row, path] of paths.entries()) {
    const alone = new ScriptedTarget(VOCABULARY, 50, END_OF_TEXT, script);
    const expected = await alone.evaluate(Int32Array.of(4, 5, ...path), options);
    assert.deepEqual(rows.ids.slice(row * 8, row * 8 + 8), expected.ids.slice(-8), path.join(" "));
  }
  await target.rollback(2, Int32Array.of(0, 3, 4));
  assert.deepEqual(target.kept, [4, 5, 6, 9, 10]);
});

test("a target that can't verify trees refuses them", async () => {
  const { request } = await setUp(1, DEFAULT_SAMPLING);
  const target = new ScriptedTarget(VOCABULARY, 400, END_OF_TEXT, markovScript(1, VOCABULARY));
  await assert.rejects(runTree({ ...request, target }), /can't verify trees/);
  const parents = Int32Array.of(-1);
  await assert.rejects(
    target.evaluate(Int32Array.of(1), { rows: "all", topK: 1, signal, parents }),
    RangeError,
  );
});
