// Answers held to a grammar or a JSON schema: strict output stays what plain decoding writes under it, drafts hold nothing
// that it refuses, and what is written can be read by it.
import assert from "node:assert/strict";
import { test } from "vitest";
import {
  compileNetwork,
  grammarConstraint,
  Matcher,
  parseGbnf,
  schemaGrammar,
  tokenBytes,
} from "../../../../core/grammar/index.ts";
import {
  ConstraintError,
  DEFAULT_SAMPLING,
  Pool,
  PUBLISHED_RULE,
  RetrievalDrafter,
  TreeAcceptanceModel,
  TreeDrafter,
  type Drafter,
  type Sampling,
  type TokenConstraint,
} from "../../../../core/laser/index.ts";
import { pathTo } from "../../../../core/laser/verification/judgeTree.ts";
import { ScriptedTarget } from "../../../../server/engine/scripted/scriptedTarget.ts";
import { stopCheck } from "../../../../server/worker/session/stopSequences.ts";
import { table } from "../../../support/check.ts";
import { forkingDrafter } from "../../../support/decoding/forkingDrafter.ts";
import { loadedLater } from "../../../support/decoding/loadedRows.ts";
import { readingOf } from "../../../support/decoding/matchText.ts";
import {
  END_OF_TEXT,
  flatScript,
  markovScript,
  runDecode,
  type Outcome,
} from "../../../support/decoding/runDecode.ts";
import { runsOf } from "../../../support/property.ts";
import { seededRandom, type Random } from "../../../support/random.ts";

const ASCII = Array.from({ length: 95 }, (_, i) => String.fromCharCode(0x20 + i));
/** End-of-text, a control token, pieces of JSON, single characters, and a character in two tokens. */
const PIECES: readonly (string | Uint8Array | null)[] = [
  ...[
    null,
    null,
    '{"',
    '"}',
    '":',
    '": ',
    '", "',
    '",',
    "}}",
    "[]",
    "ab",
    "abc",
    "name",
    "tags",
    "true",
    "null",
  ],
  ...["23", ", ", "\n", "é", Uint8Array.of(0xc3), Uint8Array.of(0xa9), ...ASCII],
];
const VOCABULARY = PIECES.length;
const LEAVES = 6;
const CONTEXT = 300;
const PROMPT = [10, 11, 2, 12, 4, 13, 30, 7];

const bytesOf = (token: number): Uint8Array => {
  const piece = PIECES[token] ?? null;
  return typeof piece === "string" ? new TextEncoder().encode(piece) : (piece ?? new Uint8Array());
};
const BYTES = tokenBytes(VOCABULARY, (token) => (PIECES[token] === null ? null : bytesOf(token)));

const gbnf = (source: string): Matcher => new Matcher(compileNetwork(parseGbnf(source), "grammar"));
const schema = (one: unknown): Matcher => new Matcher(compileNetwork(schemaGrammar(one), "JSON schema"));

const CONSTRAINTS: readonly { readonly name: string; readonly matcher: Matcher }[] = [
  { name: "a word", matcher: gbnf('root ::= "abc" | "abcabcn"') },
  { name: "words in a list", matcher: gbnf('root ::= "[" w ("," w)* "]"\nw ::= [a-c]+ | "é"') },
  { name: "text that may end anywhere", matcher: gbnf("root ::= [a-z ]*") },
  {
    name: "an object",
    matcher: schema({
      type: "object",
      properties: {
        name: { type: "string" },
        tags: { type: "array", items: { type: "integer", minimum: 0, maximum: 23 }, maxItems: 4 },
      },
      required: ["name", "tags"],
    }),
  },
  { name: "any JSON", matcher: schema(true) },
  {
    name: "values of an enum",
    matcher: schema({ type: "array", items: { enum: ["ab", "abc", null, true, 1] }, minItems: 3 }),
  },
];

const HOT: Sampling = { ...DEFAULT_SAMPLING, temperature: 0.8, seed: 7 };
const SAMPLINGS: readonly {
  readonly name: string;
  readonly sampling: Sampling;
  readonly script: typeof markovScript;
}[] = [
  { name: "greedy", sampling: DEFAULT_SAMPLING, script: markovScript },
  { name: "greedy on flat rows", sampling: DEFAULT_SAMPLING, script: flatScript },
  { name: "at temperature 0.8", sampling: HOT, script: markovScript },
  {
    name: "at temperature 0.8, truncated",
    sampling: { ...HOT, topK: 5, topP: 0.8, minP: 0.05 },
    script: flatScript,
  },
  {
    name: "penalised",
    sampling: { ...DEFAULT_SAMPLING, repetitionPenalty: 1.4, repetitionTokens: 12 },
    script: flatScript,
  },
  { name: "penalised at temperature 0.8", sampling: { ...HOT, repetitionPenalty: 1.4 }, script: flatScript },
];

const SEEDS = 2;

function textOf(tokens: readonly number[]): Uint8Array {
  return Uint8Array.from(tokens.flatMap((token) => [...bytesOf(token)]));
}

/** What a constraint promises of any run. @returns how many tokens were drafted */
function check({ steps, result }: Outcome, matcher: Matcher, constraint: TokenConstraint): number {
  const reading = readingOf(matcher, textOf(result.tokens));
  const isWhole = result.finish === "complete" || result.finish === "endOfText";
  assert.ok(isWhole ? reading === "whole" : reading !== "refused", `${result.finish}, but ${reading}`);
  let state = constraint.start;
  let drafted = 0;
  for (const { draft, path, next } of steps) {
    for (let i = 0; i < draft.length; i++) {
      drafted++;
      const after = pathTo(draft, i).reduce(
        (at, node) => (at < 0 ? at : constraint.advance(at, draft.tokens[node]!)),
        state,
      );
      assert.ok(after >= 0, `token ${draft.tokens[i]} was drafted and is refused`);
      assert.ok(!constraint.isComplete(after), "a token was drafted that ends the answer");
    }
    for (const token of [...Array.from(path, (i) => draft.tokens[i]!), next.token])
      if (token !== END_OF_TEXT) state = constraint.advance(state, token);
  }
  return drafted;
}

/** How rows are read: at once, later by the whole row, and by their best token first. At 0.8 they draw from other rows. */
const READINGS: readonly ((target: ScriptedTarget) => ScriptedTarget)[] = [
  (target) => target,
  (target) => loadedLater(target, false),
  (target) => loadedLater(target, true),
];

function draftersFor(random: Random, answer: readonly number[]): readonly (readonly [string, Drafter])[] {
  const options = { random, vocabularySize: VOCABULARY, text: answer, maxNodes: 12, hitShare: 0.7 };
  const pool = Pool.build([answer, PROMPT]);
  return [
    ["chains around the answer", forkingDrafter({ ...options, maxLeaves: 1 })],
    ["trees around the answer", forkingDrafter({ ...options, maxLeaves: LEAVES })],
    ["retrieved chains", new RetrievalDrafter(VOCABULARY, pool)],
    ["retrieved trees", new TreeDrafter(VOCABULARY, pool, new TreeAcceptanceModel(), { maxLeaves: LEAVES })],
  ];
}

table("strict decoding equals plain decoding under", CONSTRAINTS, async ({ matcher }) => {
  const constraint = grammarConstraint(matcher, BYTES);
  let accepted = 0;
  let drafted = 0;
  for (const [row, { name, sampling, script }] of SAMPLINGS.entries())
    for (let seed = 1; seed <= runsOf(SEEDS); seed++) {
      const at = (row + seed) % READINGS.length;
      const reading = READINGS[at]!;
      const stops = row % 2 === 0 ? "c]" : null;
      const setup = () => ({
        prompt: PROMPT,
        sampling,
        rowWidth: seed % 2 === 0 ? 16 : 3,
        constraint,
        maxTokens: 25,
        stops: stops === null ? null : stopCheck([stops], bytesOf),
        target: reading(
          new ScriptedTarget(VOCABULARY, CONTEXT, END_OF_TEXT, script(seed, VOCABULARY), {}, LEAVES),
        ),
      });
      const plain = await runDecode(setup());
      check(plain, matcher, constraint);
      for (const [which, drafter] of draftersFor(seededRandom(seed), plain.result.tokens)) {
        const run = await runDecode({ ...setup(), drafter });
        const where = `${name}, seed ${seed}, ${which}, read in way ${at}`;
        assert.deepEqual(run.result.tokens, plain.result.tokens, where);
        assert.equal(run.result.finish, plain.result.finish, where);
        drafted += check(run, matcher, constraint);
        accepted += run.steps
          .flatMap(({ verdicts }) => verdicts)
          .filter(({ kind }) => kind === "accepted").length;
      }
    }
  assert.ok(
    drafted > 100 && accepted > 50,
    `${accepted} of ${drafted} accepted: the property was not put to the test`,
  );
});

table(
  "greedy decoding takes the best allowed token of the whole row under",
  CONSTRAINTS,
  async ({ matcher }) => {
    const constraint = grammarConstraint(matcher, BYTES);
    for (let seed = 1; seed <= runsOf(SEEDS); seed++)
      for (const reading of READINGS) {
        const newTarget = () =>
          reading(new ScriptedTarget(VOCABULARY, CONTEXT, END_OF_TEXT, markovScript(seed, VOCABULARY)));
        const run = await runDecode({
          target: newTarget(),
          prompt: PROMPT,
          constraint,
          rowWidth: 3,
          maxTokens: 30,
        });
        const whole = newTarget();
        const wanted: number[] = [];
        let state = constraint.start;
        for (let input = PROMPT; wanted.length < run.result.tokens.length; input = [wanted.at(-1)!]) {
          const options = { rows: "all", topK: VOCABULARY, signal: { aborted: false } } as const;
          const rows = await whole.evaluate(Int32Array.from(input), options);
          rows.load?.(input.length - 1);
          const ids = [...rows.ids.subarray((input.length - 1) * VOCABULARY)];
          const isAllowed = (id: number) =>
            id === END_OF_TEXT ? constraint.mayEnd(state) : constraint.advance(state, id) >= 0;
          const token = ids.find(isAllowed)!;
          if (token !== END_OF_TEXT) state = constraint.advance(state, token);
          wanted.push(token);
        }
        assert.deepEqual(run.result.tokens, wanted, `seed ${seed}`);
      }
  },
);

test("relaxed verification keeps only allowed tokens", async () => {
  let relaxed = 0;
  for (const { matcher } of CONSTRAINTS) {
    const constraint = grammarConstraint(matcher, BYTES);
    const script = flatScript(1, VOCABULARY);
    const newTarget = () => new ScriptedTarget(VOCABULARY, CONTEXT, END_OF_TEXT, script, {}, LEAVES);
    const common = { prompt: PROMPT, constraint, maxTokens: 40 };
    const plain = await runDecode({ ...common, target: newTarget() });
    const rule = { ...PUBLISHED_RULE, topK: 20, minProbability: 0.001 };
    for (const [, drafter] of draftersFor(seededRandom(1), plain.result.tokens)) {
      const run = await runDecode({ ...common, target: newTarget(), drafter, rule });
      check(run, matcher, constraint);
      relaxed += run.steps
        .flatMap(({ verdicts }) => verdicts)
        .filter(({ kind }) => kind === "relaxed").length;
    }
  }
  assert.ok(relaxed > 20, `only ${relaxed} tokens were relaxed`);
});

test("an answer that ends inside an object is not complete", async () => {
  const matcher = schema({ type: "array", minItems: 30, items: { const: 1 } });
  const target = new ScriptedTarget(VOCABULARY, CONTEXT, END_OF_TEXT, markovScript(1, VOCABULARY));
  const { result } = await runDecode({
    target,
    prompt: PROMPT,
    constraint: grammarConstraint(matcher, BYTES),
    maxTokens: 10,
  });
  assert.equal(result.finish, "maxTokens");
  assert.equal(readingOf(matcher, textOf(result.tokens)), "open");
});

test("a continued answer counts from its beginning", async () => {
  const matcher = gbnf('root ::= "abcabcn"');
  const constraint = grammarConstraint(matcher, BYTES);
  const newTarget = () => new ScriptedTarget(VOCABULARY, CONTEXT, END_OF_TEXT, markovScript(1, VOCABULARY));
  const [ab, c] = [PIECES.indexOf("ab"), PIECES.indexOf("c")];
  const run = await runDecode({
    target: newTarget(),
    prompt: [...PROMPT, ab, c],
    inheritedTokens: 2,
    constraint,
  });
  assert.equal(new TextDecoder().decode(textOf(run.result.tokens)), "abcn");
  assert.equal(run.result.finish, "complete");
  await assert.rejects(
    runDecode({ target: newTarget(), prompt: [...PROMPT, ab, ab], inheritedTokens: 2, constraint }),
    (error) =>
      error instanceof ConstraintError &&
      (assert.deepEqual(error.fault, { tag: "inheritedTokenRefused", position: PROMPT.length + 1 }), true),
  );
});

test("a place where no token fits is named", async () => {
  const matcher = gbnf('root ::= "ab" "ü"');
  const target = new ScriptedTarget(VOCABULARY, CONTEXT, END_OF_TEXT, markovScript(1, VOCABULARY));
  for (const reading of READINGS)
    await assert.rejects(
      runDecode({ target: reading(target), prompt: PROMPT, constraint: grammarConstraint(matcher, BYTES) }),
      (error) => error instanceof ConstraintError && error.fault.tag === "noTokenAllowed",
    );
});
