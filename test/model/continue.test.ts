// On the real model: a run that continues from a place of a recorded answer, with nothing changed, writes the rest of it
// token for token. Some places come before, others after the position from which single tokens go through different kernels.
import assert from "node:assert/strict";
import { afterAll, beforeAll, test } from "vitest";
import { continuationOf, type ContinuationChoice } from "../../server/protocol/continuation.ts";
import { DEFAULT_SETTINGS, type GenerationSettings } from "../../core/settings/index.ts";
import {
  checkIdentities,
  parseTrace,
  serialiseTrace,
  wholeAnswer,
  type Trace,
} from "../../core/trace/index.ts";
import { continuePrompt } from "../../server/worker/index.ts";
import { table } from "../support/check.ts";
import {
  loadModelWithPool,
  runSample,
  samplePrompt,
  type ModelWithPool,
} from "../support/decoding/realModel.ts";

const TOKENS = 24;
const ONE_THREAD = 1;
/** They evaluate a lone token by other kernels from position 256 on; one run is enough, since they spin while they wait. */
const TWO_THREADS = 2;

let model: ModelWithPool;
let modelOfTwo: ModelWithPool;
beforeAll(async () => {
  model = await loadModelWithPool();
  modelOfTwo = await loadModelWithPool({ maxThreads: TWO_THREADS });
});
afterAll(async () => {
  await model.engine.dispose();
  await modelOfTwo.engine.dispose();
});

const modelFor = (threads: number): ModelWithPool => (threads === TWO_THREADS ? modelOfTwo : model);

async function record(
  sample: { readonly file: string; readonly padding: string },
  threads: number,
  settings: Partial<GenerationSettings>,
): Promise<Trace> {
  const prompt = await samplePrompt(modelFor(threads).engine, sample);
  return runSample(modelFor(threads), threads, {
    prompt,
    settings: { ...DEFAULT_SETTINGS, maxTokens: TOKENS, ...settings },
  });
}

/** As client and worker do it. */
function continueRun(trace: Trace, threads: number, choice: ContinuationChoice): Promise<Trace> {
  const found = continuationOf(trace, "before.lasertrace", choice);
  assert.ok(found !== null);
  const { continueFrom, promptFile, settings } = found;
  const of = modelFor(threads);
  return runSample(of, threads, continuePrompt(continueFrom, promptFile, settings, of.engine));
}

const strict = { strategy: "laser-strict" } as const;
const plain = { strategy: "plain", reproducible: "on" } as const;
table(
  "continuing with nothing changed writes the rest",
  // Plain at temperature 0 writes what strict does (strict.test.ts).
  [
    { run: strict, temperature: 0, repetitionPenalty: 1, threads: ONE_THREAD },
    { run: strict, temperature: 0.8, repetitionPenalty: 1.15, threads: TWO_THREADS },
    { run: plain, temperature: 0.8, repetitionPenalty: 1.15, threads: ONE_THREAD },
  ].map(({ run, temperature, repetitionPenalty, threads }) => ({
    name: `${run.strategy}, temperature ${temperature}, penalty ${repetitionPenalty}`,
    run,
    threads,
    sampling: { ...DEFAULT_SETTINGS.sampling, temperature, repetitionPenalty, seed: 7 },
  })),
  async ({ run, sampling, threads: late }) => {
    let farthest = 0;
    // The padding moves the answer over the position 256, and no further: a prompt takes longer than an answer.
    for (const [file, padding, threads, cuts] of [
      ["book.prompty", "", ONE_THREAD, [1, 18]],
      ["film.prompty", "Read this with care. ".repeat(2), late, [2, 19]],
    ] as const) {
      const whole = await record({ file, padding }, threads, { ...run, sampling });
      const { tokens } = whole.result;
      for (const cut of cuts.filter((at) => at < tokens.length)) {
        const rest = await continueRun(whole, threads, { tokensBefore: cut, token: null });
        assert.deepEqual(rest.result.tokens, tokens.slice(cut), `${file} from ${cut}`);
        assert.equal(wholeAnswer(rest), whole.result.text);
        assert.deepEqual(checkIdentities(rest), []);
        farthest = Math.max(farthest, rest.request.promptTokens.length);
      }
    }
    assert.ok(farthest > 260, `no place lies after 256: ${farthest}`);
  },
);

test("another token and another rule: the trace says from where, and can be continued again", async () => {
  const whole = await record({ file: "book.prompty", padding: "" }, ONE_THREAD, strict);
  const [first] = whole.steps;
  const other = first!.rows[0]!.ids[1]!;
  const rule = { kind: "relaxed", topK: 3, minProbability: 0.05 } as const;
  const next = await continueRun(whole, ONE_THREAD, { tokensBefore: 0, token: other, rule });
  assert.deepEqual(parseTrace(serialiseTrace(next)), next);
  assert.deepEqual(next.request.parent, {
    createdAt: whole.createdAt,
    file: "before.lasertrace",
    tokensBefore: 0,
    token: other,
    was: whole.result.tokens[0],
  });
  assert.deepEqual([next.request.strategy, next.request.rule], ["laser", rule]);
  assert.equal(next.request.maxTokens, TOKENS - 1);
  assert.equal(next.steps[0]?.root, other);

  const again = await continueRun(next, ONE_THREAD, {
    tokensBefore: 5,
    token: null,
    rule: { kind: "strict" },
  });
  const { inheritedTokens, reproducible, strategy, maxTokens } = again.request;
  assert.deepEqual(
    { inheritedTokens, reproducible, strategy, maxTokens },
    { inheritedTokens: 6, reproducible: true, strategy: "laser-strict", maxTokens: TOKENS - 6 },
  );
  assert.ok(wholeAnswer(next).startsWith(wholeAnswer({ ...again, result: { ...again.result, text: "" } })));
});
