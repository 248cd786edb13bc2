// A benchmark over a scripted engine and a clock that counts its looks: every figure of it can be worked out by hand.
import { createScriptedEngine, type Engine } from "../../../server/engine/index.ts";
import {
  armSpecs,
  BenchPool,
  bestPlainThreads,
  createDecodeArm,
  pointsOf,
  runBenchmark,
  type Arm,
  type BenchmarkOptions,
  type BenchmarkRun,
  type BenchPrompt,
  type RelaxedRule,
} from "../../../server/bench/index.ts";
import { ANY_BATCH, DEFAULT_SAMPLING, STRATEGIES, type CostTable } from "../../../core/laser/index.ts";

export const ANSWERS = [
  "The ship sails over the cold sea and the captain looks for the lost island.",
  "The ship sails over the warm sea and the sailor looks for the old island.",
  "A horse tells of its life and the rider listens to the tale of its life.",
] as const;

/** T(n) of one thread, and of two for which a single token is dearer. */
export const COSTS: CostTable = {
  points: [1, 2, 4, 8, 12, 16].flatMap((tokens) => [
    { tokens, threads: 1, baseMs: 10 + tokens, msPerContextToken: 0 },
    { tokens, threads: 2, baseMs: 13 + tokens / 2, msPerContextToken: 0 },
  ]),
};

/** An engine that recites the n-th answer to "tell n", and the prompts. */
export function scriptedBench(texts: readonly string[] = ANSWERS): {
  engine: Engine;
  prompts: BenchPrompt[];
} {
  const engine = createScriptedEngine({ answers: texts.map((text, i) => ({ when: `tell ${i}`, text })) });
  const prompts = texts.map((_, i): BenchPrompt => ({
    name: `tell ${i}`,
    poolId: `tell ${i}`,
    tokens: Int32Array.from(engine.tokenizer.tokenize(`<|user|>tell ${i}<|assistant|>`, true)),
    sampling: DEFAULT_SAMPLING,
    maxTokens: 100,
  }));
  return { engine, prompts };
}

/** A pool of answers; an id of "tell n" makes it the answer to that prompt. */
export function poolOf(engine: Engine, entries: readonly { id: string; text: string }[]): BenchPool {
  const answers = entries.map(({ id, text }) => ({ id, tokens: engine.tokenizer.tokenize(text, false) }));
  return new BenchPool("answers", answers);
}

/** A clock that advances 1 ms per look. */
export function countingClock(): () => number {
  let looks = 0;
  return () => looks++;
}

export const PUBLISHED: RelaxedRule = { kind: "relaxed", topK: 2, minProbability: 0.1 };

export function decodeArms(engine: Engine, costs = COSTS): Arm[] {
  const now = countingClock();
  return armSpecs(STRATEGIES, [PUBLISHED]).map((spec) =>
    createDecodeArm({
      ...spec,
      target: engine.target,
      costs: spec.strategy === "plain" ? pointsOf(costs, bestPlainThreads(costs)) : costs,
      frozenCosts: true,
      batches: spec.strategy !== "laser" && spec.strategy !== "plain" ? ANY_BATCH : null,
      maxDraftTokens: 15,
      rowWidth: 16,
      now,
    }),
  );
}

/** Runs all strategies on the scripted prompts; no pool unless one is given. */
export async function scriptedRun(
  { engine, prompts }: ReturnType<typeof scriptedBench>,
  options: Partial<BenchmarkOptions> = {},
): Promise<BenchmarkRun & { readonly arms: readonly Arm[] }> {
  const arms = options.arms ?? decodeArms(engine);
  const run = await runBenchmark({
    arms,
    prompts,
    warmUp: prompts[0]!,
    pool: null,
    online: false,
    repeats: 1,
    seed: 1,
    costs: COSTS,
    plainThreads: bestPlainThreads(COSTS),
    maxDraftTokens: 15,
    target: engine.target,
    reference: null,
    signal: new AbortController().signal,
    ...options,
  });
  return { ...run, arms };
}
