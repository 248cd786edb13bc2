// Trees through the decoding loop: strict output stays that of plain decoding, a relaxed path is the longest that any
// branch alone would keep, and the target keeps what a chain would have left.
import assert from "node:assert/strict";
import { test } from "vitest";
import {
  CostModel,
  DEFAULT_GUARDS,
  DEFAULT_SAMPLING,
  isChain,
  PUBLISHED_RULE,
  RenewalPlanner,
  type Draft,
  type Rule,
  type Step,
} from "../../../../core/laser/index.ts";
import { pathTo } from "../../../../core/laser/verification/judgeTree.ts";
import { StepVerifier } from "../../../../core/laser/verification/verifyStep.ts";
import { cutDraft, emptyDraftArrays } from "../../../../core/laser/draft.ts";
import { ScriptedTarget } from "../../../../server/engine/scripted/scriptedTarget.ts";
import { loadedLater } from "../../../support/decoding/loadedRows.ts";
import { forkingDrafter } from "../../../support/decoding/forkingDrafter.ts";
import {
  END_OF_TEXT,
  flatScript,
  markovScript,
  randomTokens,
  runDecode,
} from "../../../support/decoding/runDecode.ts";
import { seededRandom } from "../../../support/random.ts";
import { table } from "../../../support/check.ts";

const VOCABULARY = 40;
const LEAVES = 8;
const SEEDS = 30;

async function decodeBoth(
  seed: number,
  row: { sampling: typeof DEFAULT_SAMPLING; script: typeof markovScript; rule: Rule },
) {
  const random = seededRandom(seed);
  const script = row.script(seed, VOCABULARY);
  const newTarget = () => new ScriptedTarget(VOCABULARY, 300, END_OF_TEXT, script, {}, LEAVES);
  const prompt = randomTokens(random, 1 + random.below(30), VOCABULARY);
  const { sampling, rule } = row;
  const plain = await runDecode({ target: newTarget(), prompt, sampling });
  const drafter = forkingDrafter({
    random,
    text: plain.result.tokens,
    vocabularySize: VOCABULARY,
    maxNodes: 20,
    maxLeaves: LEAVES,
    hitShare: 0.6,
  });
  return { plain, trees: await runDecode({ target: newTarget(), prompt, sampling, rule, drafter }), prompt };
}

table(
  "strict decoding with trees equals plain decoding",
  [
    { name: "greedy", sampling: DEFAULT_SAMPLING, script: markovScript },
    { name: "with a penalty", sampling: { ...DEFAULT_SAMPLING, repetitionPenalty: 1.3 }, script: flatScript },
    {
      name: "at temperature 0.8",
      sampling: { ...DEFAULT_SAMPLING, temperature: 0.8, seed: 5 },
      script: markovScript,
    },
  ],
  async (row) => {
    let forks = 0;
    let deepest = 0;
    for (let seed = 0; seed < SEEDS; seed++) {
      const { plain, trees, prompt } = await decodeBoth(seed, { ...row, rule: { kind: "strict" } });
      assert.deepEqual(trees.result.tokens, plain.result.tokens, `seed ${seed}`);
      trees.steps.forEach((step, i) => {
        const committed = trees.steps.slice(0, i + 1).flatMap(committedBy);
        assert.deepEqual(trees.kept[i], [...prompt, ...committed].slice(0, -1), `seed ${seed}, step ${i}`);
        if (!isChain(step.draft)) forks++;
        deepest = Math.max(deepest, step.path.length);
      });
    }
    assert.ok(forks > SEEDS, `trees forked: ${forks}`);
    assert.ok(deepest > 2, `paths were kept: ${deepest}`);
  },
);

test("judged by only the largest logits, greedy steps are those of whole rows", async () => {
  for (let seed = 0; seed < SEEDS; seed++) {
    const run = async (judgesByBest: boolean, recordsRows: boolean) => {
      const random = seededRandom(seed);
      const script = markovScript(seed, VOCABULARY);
      const scripted = new ScriptedTarget(VOCABULARY, 300, END_OF_TEXT, script, {}, LEAVES);
      let loaded = 0;
      const target = loadedLater(scripted, judgesByBest, () => loaded++);
      const prompt = randomTokens(random, 1 + random.below(30), VOCABULARY);
      const text = (await runDecode({ target: scripted, prompt })).result.tokens;
      const hitShare = 0.7;
      const options = { random, text, vocabularySize: VOCABULARY, maxNodes: 20, maxLeaves: LEAVES, hitShare };
      return {
        ...(await runDecode({ target, prompt, recordsRows, drafter: forkingDrafter(options), now: () => 0 })),
        loaded,
      };
    };
    const whole = await run(false, true);
    assert.deepEqual((await run(true, true)).steps, whole.steps, `seed ${seed}`);
    const unrecorded = await run(true, false);
    assert.deepEqual(unrecorded.result.tokens, whole.result.tokens, `seed ${seed}`);
    assert.equal(unrecorded.loaded, 0);
  }
});

test("a relaxed path is the longest that any branch would keep alone", async () => {
  const guards = { ...DEFAULT_GUARDS, maxConsecutiveRelaxed: 2 };
  let shorter = 0;
  for (let seed = 0; seed < SEEDS; seed++) {
    const row = { sampling: DEFAULT_SAMPLING, script: markovScript, rule: PUBLISHED_RULE };
    const random = seededRandom(seed);
    const { plain, prompt } = await decodeBoth(seed, row);
    const text = plain.result.tokens;
    const options = {
      random,
      text,
      vocabularySize: VOCABULARY,
      maxNodes: 20,
      maxLeaves: LEAVES,
      hitShare: 0.6,
    };
    const draft = forkingDrafter(options).draft(15);
    const verified = await verifyAlone(seed, prompt, draft, guards);
    const longest = await Promise.all(
      Array.from({ length: draft.length }, async (_, last) => {
        const kept = await verifyAlone(seed, prompt, branchOf(draft, last), guards);
        return kept.path.length;
      }),
    );
    assert.equal(verified.path.length, Math.max(0, ...longest), `seed ${seed}`);
    verified.verdicts.forEach(({ kind, reason }, i) => {
      const isOnPath = verified.path.includes(i);
      assert.equal(kind === "accepted" || kind === "relaxed", isOnPath, `seed ${seed}, node ${i}`);
      if (reason === "shorterBranch") shorter++;
    });
  }
  assert.ok(shorter > 0, "a shorter branch was passed over");
});

function committedBy({ draft, path, next }: Step): number[] {
  return [...Array.from(path, (index) => draft.tokens[index]!), next.token];
}

function branchOf(draft: Draft, last: number): Draft {
  const path = pathTo(draft, last);
  const branch = emptyDraftArrays(path.length);
  branch.tokens.set(path.map((index) => draft.tokens[index]!));
  return cutDraft(branch, path.length);
}

async function verifyAlone(
  seed: number,
  prompt: readonly number[],
  draft: Draft,
  guards: typeof DEFAULT_GUARDS,
) {
  const script = markovScript(seed, VOCABULARY);
  const target = new ScriptedTarget(VOCABULARY, 300, END_OF_TEXT, script, {}, LEAVES);
  const signal = { aborted: false };
  await target.evaluate(Int32Array.from(prompt.slice(0, -1)), { rows: "none", topK: 0, signal });
  const verifier = new StepVerifier({
    target,
    sampling: DEFAULT_SAMPLING,
    rule: PUBLISHED_RULE,
    guards,
    rowWidth: 16,
    promptTokens: prompt.length,
    signal,
    now: () => 0,
  });
  const sequence = new Int32Array(301);
  sequence.set(prompt);
  const input = {
    sequence,
    position: prompt.length - 1,
    draft,
    isTree: !isChain(draft),
    evaluatedTokens: draft.length + 1,
    repeatedTokens: 0,
    threads: 1,
    nextUnsent: null,
  };
  const outcome = await verifier.judge(input, await verifier.evaluate(input));
  return { ...outcome, ...outcome.complete() };
}

test("fillers of a shape never exceed the context", async () => {
  const prompt = randomTokens(seededRandom(4), 10, VOCABULARY);
  const target = new ScriptedTarget(VOCABULARY, 40, END_OF_TEXT, markovScript(4, VOCABULARY), {}, LEAVES);
  const points = [1, 16].map((tokens) => ({
    tokens,
    threads: 1,
    baseMs: 10,
    msPerContextToken: 0,
    switchMs: 0.1,
  }));
  const planner = new RenewalPlanner(new CostModel({ points }, true));
  const text = (await runDecode({ target, prompt, maxTokens: 30 })).result.tokens;
  const drafter = forkingDrafter({
    random: seededRandom(4),
    text,
    vocabularySize: VOCABULARY,
    maxNodes: 12,
    maxLeaves: LEAVES,
    hitShare: 0.9,
  });
  const { steps, result } = await runDecode({ target, prompt, drafter, planner, maxTokens: 30 });
  assert.deepEqual(result.tokens, text);
  assert.ok(
    steps.some(({ evaluatedTokens }) => evaluatedTokens === 16),
    "a step was filled up",
  );
});
