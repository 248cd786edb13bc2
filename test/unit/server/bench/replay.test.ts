// What a replay counts: small answers by hand, then what must hold for any recordings, then hostile ones.
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "vitest";
import {
  BenchError,
  figuresOf,
  parseStrategies,
  readRecordings,
  replay,
  REPLAY_STRATEGIES,
  type Recording,
  type Replay,
  type ReplayOptions,
  type ReplayStrategy,
} from "../../../../server/bench/index.ts";
import type { CalibrationBin } from "../../../../core/laser/index.ts";
import { repositoryFolder, table } from "../../../support/check.ts";
import { seededRandom } from "../../../support/random.ts";

const ids = (text: string) => Int32Array.from(text, (letter) => letter.charCodeAt(0));
const recorded = (out: string, prompt = "?", group: string | null = null): Recording => ({
  k: out,
  kind: "item",
  group,
  prompt: ids(prompt),
  out: ids(out),
  ms: null,
});
const filled = (tokens: number, token = 7): Int32Array => new Int32Array(tokens).fill(token);

function run(recordings: readonly Recording[], options: Partial<ReplayOptions> = {}): Replay {
  return replay(recordings, {
    path: "answers.jsonl",
    poolAnswers: 0,
    testAnswers: null,
    strategies: REPLAY_STRATEGIES,
    online: false,
    groups: ["global"],
    draftTokens: 15,
    now: () => 0,
    ...options,
  });
}

/** Steps of each test answer under one strategy. */
function stepsOf(
  recordings: readonly Recording[],
  strategy: ReplayStrategy,
  options: Partial<ReplayOptions> = {},
): number[] {
  const [only] = run(recordings, { ...options, strategies: [strategy] }).strategies;
  return only!.answers.map(({ steps }) => steps);
}

const ANSWER = "the quick brown fox jumps";

table<{
  name: string;
  pool: string[];
  answer: string;
  strategy: ReplayStrategy;
  draftTokens?: number;
  steps: number;
}>(
  "steps of one answer",
  [
    { name: "nothing to draft from", pool: [], answer: "abcdef", strategy: "laser-strict", steps: 6 },
    // The pool knows what follows the prompt's end: 25 tokens in two steps of 16 and 9.
    { name: "the pool holds the answer", pool: [ANSWER], answer: ANSWER, strategy: "laser-strict", steps: 2 },
    {
      name: "and longest-suffix finds it too",
      pool: [ANSWER],
      answer: ANSWER,
      strategy: "longest-suffix",
      steps: 2,
    },
    // The published index holds only answers, so t is new. Branches of 12: 24 tokens in two steps of 13 and 11.
    {
      name: "a tree holds it in branches",
      pool: [ANSWER],
      answer: ANSWER,
      strategy: "reference-tree",
      steps: 3,
    },
    // Two answers of three end otherwise: a chain drafts only their end.
    {
      name: "a chain follows one branch",
      pool: ["abcdefg-xyz", "abcdefg-xyz", "abcdefg+uvw"],
      answer: "abcdefg+uvw",
      strategy: "laser-strict",
      steps: 2,
    },
    {
      name: "a tree follows both",
      pool: ["abcdefg-xyz", "abcdefg-xyz", "abcdefg+uvw"],
      answer: "abcdefg+uvw",
      strategy: "laser-tree-15",
      steps: 1,
    },
    {
      name: "a tree of 31 holds the answer",
      pool: [ANSWER],
      answer: ANSWER,
      strategy: "laser-tree-31",
      draftTokens: 1,
      steps: 1,
    },
    {
      name: "a pool is nothing to prompt lookup",
      pool: ["abcdef"],
      answer: "abcdef",
      strategy: "prompt-lookup",
      steps: 6,
    },
    // a b c a | then the loop b c a …, copied while it is made.
    { name: "an own loop is copied", pool: [], answer: "abcabcabcabc", strategy: "prompt-lookup", steps: 5 },
    {
      name: "a chain is no longer than asked",
      pool: [ANSWER],
      answer: ANSWER,
      strategy: "laser-strict",
      draftTokens: 1,
      steps: 13,
    },
    {
      name: "no drafts at all",
      pool: [ANSWER],
      answer: ANSWER,
      strategy: "laser-strict",
      draftTokens: 0,
      steps: 25,
    },
  ],
  ({ pool, answer, strategy, draftTokens = 15, steps }) => {
    const recordings = [...pool, answer].map((out) => recorded(out));
    assert.deepEqual(stepsOf(recordings, strategy, { poolAnswers: pool.length, draftTokens }), [steps]);
  },
);

test("a frozen pool never learns, an on-line one learns each answer when it has ended", () => {
  const twice = [recorded(ANSWER), recorded(ANSWER)];
  const strategies = {
    "laser-strict": 2,
    "laser-tree-15": 2,
    "longest-suffix": 2,
    reference: 3,
    "reference-tree": 3,
  } as const;
  for (const strategy of Object.keys(strategies) as (keyof typeof strategies)[]) {
    const [first, frozen] = stepsOf(twice, strategy);
    assert.equal(frozen, first, strategy);
    const [firstOnline, second] = stepsOf(twice, strategy, { online: true });
    assert.equal(firstOnline, first, `${strategy}: an answer does not serve itself`);
    assert.equal(second, strategies[strategy], strategy);
  }
});

test("grouped requests draft from their own group, those of a small group from all", () => {
  const pool = [
    ...Array.from({ length: 8 }, () => recorded("xabcdefgh", "?", "large")),
    ...Array.from({ length: 9 }, () => recorded("xstuvwxyz", "?", "other")),
  ];
  const inLarge = [...pool, recorded("xabcdefgh", "?", "large")];
  const inSmall = [...pool, recorded("xabcdefgh", "?", "small")];
  const options = { poolAnswers: pool.length };
  assert.deepEqual(stepsOf(inLarge, "laser-strict", options), [2], "all: the other group outvotes");
  assert.deepEqual(stepsOf(inLarge, "laser-strict", { ...options, groups: ["hard"] }), [1]);
  assert.deepEqual(stepsOf(inSmall, "laser-strict", { ...options, groups: ["hard"] }), [2]);
  assert.deepEqual(stepsOf(inLarge, "resd", { ...options, groups: ["hard"] }), [2], "resd has no groups");
});

test("in any recordings: tokens = kept + steps, kept ≤ drafted, a tree keeps as much as its best chain", async () => {
  const scripted = await readRecordings(
    path.join(repositoryFolder, "test", "fixtures", "recordings", "scripted.jsonl"),
  );
  for (const [recordings, online] of [
    [scripted, false],
    [scripted, true],
    [madeUp(11), false],
    [madeUp(12), true],
  ] as const) {
    const { strategies } = run(recordings, { poolAnswers: 12, online });
    for (const { answers } of strategies)
      for (const [
        i,
        { tokens, steps, drafted, kept, tokensBeforeLoop, stepsBeforeLoop },
      ] of answers.entries()) {
        assert.equal(tokens, recordings[12 + i]!.out.length);
        assert.equal(tokens, kept + steps);
        assert.ok(kept <= drafted && steps <= tokens);
        assert.ok(tokensBeforeLoop <= tokens && stepsBeforeLoop <= steps);
        assert.ok(stepsBeforeLoop <= tokensBeforeLoop);
      }
    const edl = new Map(strategies.map((one) => [one.strategy, figuresOf(one, strategies[0]!).edl.value]));
    assert.ok(edl.get("reference-tree")! >= edl.get("reference")!);
    assert.equal(edl.get("laser-strict"), edl.get("resd"), "the same pool, not grouped");
  }
});

/** Strategy, tokens, steps and drafted tokens. */
const GOLDEN = [
  ["laser-strict", 2268, 681, 7875],
  ["laser-tree-15", 2268, 635, 7784],
  ["laser-tree-31", 2268, 579, 14316],
  ["laser-tree-63", 2268, 544, 26707],
];

test("steps of recorded answers, under chain and trees", async () => {
  const recordings = await readRecordings(
    path.join(repositoryFolder, "test", "fixtures", "recordings", "scripted.jsonl"),
  );
  const strategies = ["laser-strict", "laser-tree-15", "laser-tree-31", "laser-tree-63"] as const;
  const { strategies: found } = run(recordings, { poolAnswers: 12, strategies });
  const totals = found.map((one) => {
    const { tokens, steps, drafted } = figuresOf(one, found[0]!);
    return [one.strategy, tokens, steps, drafted];
  });
  // A change of these figures is a change of what is drafted: measure it on more recordings before it is written here.
  assert.deepEqual(totals, GOLDEN);
});

test("expected and kept tokens of drafts are compared, by expectation", () => {
  const { strategies } = run(madeUp(7), { poolAnswers: 8 });
  for (const one of strategies) {
    const { drafted, kept, keptOfExpected } = figuresOf(one, strategies[0]!);
    if (one.calibration === null) {
      assert.ok(Number.isNaN(keptOfExpected), one.strategy);
      continue;
    }
    const sum = (count: (bin: CalibrationBin) => number) =>
      one.calibration!.reduce((total, bin) => total + count(bin), 0);
    assert.equal(
      sum(({ tokens }) => tokens),
      drafted,
      one.strategy,
    );
    assert.equal(
      sum(({ accepted }) => accepted),
      kept,
      one.strategy,
    );
    assert.equal(keptOfExpected, kept / sum(({ expectedAccepted }) => expectedAccepted));
    for (const { from, to, tokens, expectedAccepted } of one.calibration)
      assert.ok(expectedAccepted >= tokens * from - 1e-9 && expectedAccepted <= tokens * to + 1e-9);
  }
  const expecting = strategies.filter(({ calibration }) => calibration !== null);
  assert.equal(expecting.length, 6, "our own chains and trees");
});

test("the tests of a strategy do not depend on the others", () => {
  const recordings = madeUp(5);
  const together = run(recordings, { poolAnswers: 8 }).strategies;
  for (const { strategy, answers } of together) {
    const [alone] = run(recordings, { poolAnswers: 8, strategies: [strategy] }).strategies;
    assert.deepEqual(alone!.answers, answers, strategy);
  }
});

test("figures by hand", () => {
  let clock = 0;
  const looping = "abcdefgh-abcdefgh!";
  const result = run([recorded(ANSWER), recorded(ANSWER), recorded(looping)], {
    poolAnswers: 1,
    strategies: ["laser-strict", "prompt-lookup"],
    // Each lookup reads the clock twice and so takes 1 ms.
    now: () => clock++,
  });
  assert.equal(result.loopingAnswers, 1);
  assert.equal(result.poolTokens, 25);
  const [laser, lookup] = result.strategies;
  const figures = figuresOf(laser!, laser!);
  assert.equal(figures.tokens, 25 + 18);
  assert.equal(figures.difference, null);
  assert.equal(figures.edl.value, figures.tokens / figures.steps);
  assert.equal(figures.acceptance, figures.kept / figures.drafted);
  assert.equal(figures.lookupP50Us, 1000);
  assert.equal(figures.lookupP99Us, 1000);
  const [, loop] = laser!.answers;
  assert.equal(loop!.tokensBeforeLoop, 16);
  const other = figuresOf(lookup!, laser!);
  assert.equal(other.difference!.value, other.edl.value - figures.edl.value);
});

const equal: Recording = { ...recorded(""), prompt: filled(3), out: filled(4_000) };

table<{ name: string; recording: Recording; steps: number }>(
  "hostile",
  [
    { name: "an empty answer", recording: recorded("", "abc"), steps: 0 },
    { name: "an answer of one token", recording: recorded("a", "abc"), steps: 1 },
    { name: "no prompt", recording: recorded("abc", ""), steps: 3 },
    { name: "neither prompt nor answer", recording: recorded("", ""), steps: 0 },
    {
      name: "a prompt of 100,000 equal tokens",
      recording: { ...recorded("xyz"), prompt: filled(100_000) },
      steps: 3,
    },
    // The prompt holds a match at once: 250 steps of 16 tokens.
    { name: "an answer of 4,000 equal tokens", recording: equal, steps: 250 },
  ],
  ({ recording, steps }) => {
    assert.deepEqual(stepsOf([recording], "laser-strict"), [steps]);
    for (const online of [false, true]) {
      const { strategies } = run([recording, recording, recorded("abc")], { poolAnswers: 1, online });
      for (const { answers } of strategies)
        assert.deepEqual(
          answers.map(({ tokens }) => tokens),
          [recording.out.length, 3],
        );
    }
  },
);

table<{ name: string; options: Partial<ReplayOptions>; tag: string }>(
  "refused",
  [
    { name: "a pool of all answers", options: { poolAnswers: 2 }, tag: "noTests" },
    { name: "a pool larger than the file", options: { poolAnswers: 99 }, tag: "noTests" },
    { name: "more tests than are left", options: { poolAnswers: 1, testAnswers: 2 }, tag: "tooFewTests" },
  ],
  ({ options, tag }) => {
    const isFault = (error: unknown) => error instanceof BenchError && error.fault.tag === tag;
    assert.throws(() => run([recorded("a"), recorded("b")], options), isFault);
  },
);

test("strategies are named once each, and unknown ones refused with the list", () => {
  assert.deepEqual(parseStrategies([]), REPLAY_STRATEGIES);
  assert.deepEqual(parseStrategies(["resd", "reference"]), ["resd", "reference"]);
  assert.throws(
    () => parseStrategies(["resd", "eagle"]),
    (error) =>
      error instanceof BenchError &&
      error.fault.tag === "replayStrategyUnknown" &&
      error.fault.name === "eagle" &&
      error.fault.known === REPLAY_STRATEGIES,
  );
  assert.throws(() => parseStrategies(["resd", "resd"]), BenchError);
});

/** Twenty answers that share phrases, some of them empty or short. */
function madeUp(seed: number): Recording[] {
  const random = seededRandom(seed);
  const phrases = Array.from({ length: 6 }, () =>
    Array.from({ length: 1 + random.below(20) }, () => random.below(12)),
  );
  const text = () =>
    Int32Array.from(Array.from({ length: random.below(6) }, () => random.pick(phrases)).flat());
  return Array.from({ length: 20 }, (_, k) => ({
    k,
    kind: "item",
    group: random.pick(["a", "b", null]),
    prompt: text(),
    out: text(),
    ms: null,
  }));
}
