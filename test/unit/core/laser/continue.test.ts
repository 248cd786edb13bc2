// Continuing from tokens of an earlier run: a plain or strict run with nothing changed writes what the earlier one wrote
// from there on; another token instead is followed by what the target chooses after it.
import assert from "node:assert/strict";
import { test } from "vitest";
import { ScriptedTarget } from "../../../../server/engine/scripted/scriptedTarget.ts";
import {
  DEFAULT_SAMPLING,
  DRAFT_SOURCES,
  Pool,
  RetrievalDrafter,
  type Sampling,
} from "../../../../core/laser/index.ts";
import { prefillChunks } from "../../../../core/laser/prefill.ts";
import { table } from "../../../support/check.ts";
import {
  END_OF_TEXT,
  flatScript,
  markovScript,
  randomTokens,
  runDecode,
  type Outcome,
  type Setup,
} from "../../../support/decoding/runDecode.ts";
import { seededRandom } from "../../../support/random.ts";

const RUNS = 40;
const MAX_TOKENS = 60;

interface SamplingRow {
  readonly name: string;
  readonly sampling: Partial<Sampling>;
}
const samplings: readonly SamplingRow[] = [
  { name: "temperature 0", sampling: {} },
  { name: "temperature 0, penalty", sampling: { repetitionPenalty: 1.3, repetitionTokens: 20 } },
  { name: "temperature 0.8", sampling: { temperature: 0.8 } },
  { name: "temperature 0.8, penalty", sampling: { temperature: 0.8, repetitionPenalty: 1.3 } },
];

table("a run that continues writes the rest of the run before it", samplings, async ({ sampling }) => {
  let compared = 0;
  let accepted = 0;
  for (let seed = 1; seed <= RUNS; seed++) {
    const random = seededRandom(seed);
    const vocabularySize = 12 + random.below(30);
    const script = (seed % 3 === 0 ? flatScript : markovScript)(seed, vocabularySize);
    const target = () => new ScriptedTarget(vocabularySize, 256, END_OF_TEXT, script);
    const prompt = randomTokens(random, 1 + random.below(20), vocabularySize);
    const shared = { sampling: { ...DEFAULT_SAMPLING, ...sampling, seed }, rowWidth: 12 };
    const whole = await runDecode({ ...shared, target: target(), prompt, maxTokens: MAX_TOKENS });
    const { tokens } = whole.result;
    const cut = random.below(tokens.length);
    const setup: Omit<Setup, "target"> = {
      ...shared,
      prompt: [...prompt, ...tokens.slice(0, cut)],
      inheritedTokens: cut,
      maxTokens: MAX_TOKENS - cut,
    };
    const drafter = () => new RetrievalDrafter(vocabularySize, Pool.build([tokens]));
    for (const given of [{}, { drafter: drafter() }]) {
      const rest = await runDecode({ ...setup, ...given, target: target() });
      const where = `seed ${seed}, from ${cut} of ${tokens.length}`;
      assert.deepEqual(rest.result.tokens, tokens.slice(cut), where);
      assert.equal(rest.result.finish, whole.result.finish, where);
      assert.equal(rest.steps[0]?.position, prompt.length + cut - 1, where);
      compared += rest.result.tokens.length;
      accepted += acceptedOf(rest);
    }
  }
  assert.ok(compared > 500, `only ${compared} tokens were compared`);
  assert.ok(accepted > 100, `only ${accepted} drafted tokens were accepted`);
});

test("without the count of inherited tokens a penalty ignores them, and the rest differs", async () => {
  let different = 0;
  for (let seed = 1; seed <= RUNS; seed++) {
    const target = () => new ScriptedTarget(30, 256, END_OF_TEXT, flatScript(seed, 30));
    const sampling = { ...DEFAULT_SAMPLING, repetitionPenalty: 1.3 };
    const { result } = await runDecode({ target: target(), prompt: [1, 2], sampling });
    const prompt = [1, 2, ...result.tokens.slice(0, 20)];
    const rest = await runDecode({ target: target(), prompt, sampling, maxTokens: 20 });
    if (rest.result.tokens.join() !== result.tokens.slice(20, 40).join()) different++;
  }
  assert.ok(different > RUNS / 2, `${different} of ${RUNS}: the comparison above proves little`);
});

test("the target continues from another token instead of the earlier one", async () => {
  const script = markovScript(3, 20);
  const target = () => new ScriptedTarget(20, 256, END_OF_TEXT, script);
  const { result } = await runDecode({ target: target(), prompt: [5, 6] });
  const other = 1 + (result.tokens[4]! % 19);
  const inherited = [...result.tokens.slice(0, 4), other];
  const run = await runDecode({
    target: target(),
    prompt: [5, 6, ...inherited],
    inheritedTokens: inherited.length,
  });
  const [step] = run.steps;
  assert.equal(step?.root, other);
  const best = [...script([5, 6, ...inherited])].sort((a, b) => b.logit - a.logit)[0]!;
  assert.equal(run.result.tokens[0], best.token);
});

test("drafts from inherited tokens count as drafts from the output", async () => {
  const cycle = [3, 4, 5, 6, 7];
  const script = (sequence: readonly number[]) => [
    { token: cycle[(cycle.indexOf(sequence.at(-1)!) + 1) % cycle.length]!, logit: 9 },
  ];
  const answer = [...cycle, ...cycle];
  const sourcesOf = async (inheritedTokens: number): Promise<string[]> => {
    const { steps } = await runDecode({
      target: new ScriptedTarget(10, 256, END_OF_TEXT, script),
      prompt: [1, 2, ...answer],
      inheritedTokens,
      maxTokens: 10,
      drafter: new RetrievalDrafter(10, null),
    });
    return [...new Set(steps.flatMap(({ draft }) => Array.from(draft.sources, (at) => DRAFT_SOURCES[at]!)))];
  };
  assert.deepEqual(await sourcesOf(answer.length), ["output"]);
  assert.ok((await sourcesOf(0)).includes("prompt"));
});

table(
  "the prompt is evaluated in chunks",
  [
    { name: "nothing before the root", tokens: 1, inherited: 0, sizes: "" },
    { name: "a short prompt", tokens: 5, inherited: 0, sizes: "4" },
    { name: "a long prompt", tokens: 300, inherited: 0, sizes: "128 128 43" },
    { name: "one inherited token has a filler", tokens: 201, inherited: 1, sizes: "128 71 1+1" },
    { name: "a few inherited tokens", tokens: 220, inherited: 20, sizes: "128 71 16 4" },
    { name: "none of them alone", tokens: 217, inherited: 17, sizes: "128 71 15 2" },
    { name: "after a prompt of one token", tokens: 4, inherited: 3, sizes: "3" },
  ],
  ({ tokens, inherited, sizes }) => {
    const prompt = Int32Array.from({ length: tokens }, (_, at) => at);
    const kept: number[] = [];
    const chunks = [...prefillChunks(prompt, inherited)].map(({ tokens: chunk, keptTokens }) => {
      kept.push(...chunk.subarray(0, keptTokens));
      const fillers = chunk.length - keptTokens;
      return fillers === 0 ? String(keptTokens) : `${keptTokens}+${fillers}`;
    });
    assert.equal(chunks.join(" "), sizes);
    assert.deepEqual(kept, [...prompt.subarray(0, -1)]);
  },
);

function acceptedOf({ steps }: Outcome): number {
  return steps.flatMap(({ verdicts }) => verdicts).filter(({ kind }) => kind === "accepted").length;
}
