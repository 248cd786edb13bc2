// What a user's own earlier answers would gain: each is decoded on a clock that adds T(n), drafted from the others. No
// model is evaluated: under the strict rule the text does not depend on the drafts.
import {
  batchesOf,
  CostModel,
  DEFAULT_SAMPLING,
  Pool,
  type BatchClass,
  type CostTable,
  type TargetModel,
} from "../../../core/laser/index.ts";
import { shuffled } from "../benchPlan.ts";
import { BenchError } from "../errors.ts";
import { createDecodeArm, type Arm, type MeasuredAnswer } from "../measure.ts";
import { PricedTarget } from "./pricedTarget.ts";
import type { Recording } from "../recordings/recordings.ts";
import { entryOf } from "./replayStrategies.ts";
import { medianRatio, ratioOfSums, type Interval } from "../statistics.ts";

export interface EstimateOptions {
  /** Names the answers in errors. */
  readonly path: string;
  /** T(n) as measured, and the target that it belongs to. */
  readonly costs: CostTable;
  readonly like: Pick<TargetModel, "maxTreeLeaves" | "vocabularySize">;
  /** How that target evaluates reproducibly; null: in any way. */
  readonly batches: BatchClass | null;
  readonly plainCosts: CostTable;
  readonly maxThreads: number;
  /** In how many parts the answers are cut; each is tested with the others as its pool. */
  readonly folds: number;
  readonly maxDraftTokens: number;
  /** The most tokens of a draft tree; null: chains. */
  readonly treeTokens: number | null;
  readonly rowWidth: number;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly onProgress?: (done: number, all: number) => void;
}

export interface Estimate {
  readonly answers: number;
  /** Answers left out because another has the same tokens. */
  readonly repeated: number;
  readonly folds: number;
  readonly tokens: number;
  readonly steps: number;
  readonly drafted: number;
  readonly kept: number;
  /** Tokens ÷ steps; intervals over answers. */
  readonly edl: Interval;
  /** The same if evaluating many tokens cost no more than one, so that every draft is sent. */
  readonly edlAllSent: Interval;
  /** Σ ms of plain decoding ÷ Σ ms with drafts, and the median over answers. */
  readonly speedUp: Interval;
  readonly medianSpeedUp: Interval;
  readonly plainTokensPerSecond: number;
  readonly tokensPerSecond: number;
  /** Answers that would take longer than plain decoding. */
  readonly slower: number;
}

/** @throws BenchError tooFewAnswers; the signal's reason when stopped */
export async function estimate(
  recordings: readonly Recording[],
  options: EstimateOptions,
): Promise<Estimate> {
  const { folds, seed, signal } = options;
  const answers = distinct(recordings.filter(({ out }) => out.length > 0));
  const needed = Math.max(2, folds);
  if (answers.length < needed)
    throw new BenchError({ tag: "tooFewAnswers", path: options.path, answers: answers.length, needed });
  const order = shuffled(answers.length, seed, 0, 0);
  const arms = estimateArms(answers, options);
  const pairs: {
    readonly plain: MeasuredAnswer;
    readonly drafted: MeasuredAnswer;
    readonly allSent: MeasuredAnswer;
  }[] = [];
  for (let fold = 0; fold < folds; fold++) {
    const isTest = (_: number, place: number) => place % folds === fold;
    const pool = poolOf(order.filter((at, place) => !isTest(at, place)).map((at) => answers[at]!));
    const tests = order.filter(isTest);
    // Untimed: the code is compiled.
    if (fold === 0) for (const arm of arms.all) await arm.warmUp(promptOf(answers[tests[0]!]!), pool, signal);
    for (const at of tests) {
      const prompt = promptOf(answers[at]!);
      const plain = await arms.plain.answer(prompt, null, signal);
      const drafted = await arms.drafted.answer(prompt, pool, signal);
      const allSent = await arms.allSent.answer(prompt, pool, signal);
      signal.throwIfAborted();
      pairs.push({ plain, drafted, allSent });
      options.onProgress?.(pairs.length, answers.length);
    }
  }
  const { ratios, ...sums } = sumsOf(pairs);
  return {
    answers: answers.length,
    repeated: recordings.length - answers.length,
    folds,
    ...sums,
    edl: edlOf(
      pairs.map(({ drafted }) => drafted),
      seed,
    ),
    edlAllSent: edlOf(
      pairs.map(({ allSent }) => allSent),
      seed,
    ),
    speedUp: ratioOfSums(ratios, { seed }),
    medianSpeedUp: medianRatio(ratios, { seed }),
  };
}

/** Plain decoding and strict drafting from own text and pool, both on the priced clock. */
function estimateArms(answers: readonly Recording[], options: EstimateOptions) {
  const { like, maxThreads, maxDraftTokens, treeTokens, rowWidth, now } = options;
  const contextTokens = 1 + Math.max(...answers.map(({ prompt, out }) => prompt.length + out.length));
  const arm = (strategy: "plain" | "laser-strict", costs: CostTable): Arm => {
    const target = new PricedTarget({
      costs: new CostModel(costs, true),
      like,
      vocabularySize: like.vocabularySize,
      contextTokens,
      threads: maxThreads,
    });
    return createDecodeArm({
      name: strategy,
      strategy,
      rule: { kind: "strict" },
      target,
      costs,
      frozenCosts: true,
      batches: strategy === "plain" || options.batches === null ? null : batchesOf(options.batches, Infinity),
      maxDraftTokens,
      treeTokens,
      rowWidth,
      now: () => now() + target.spentMs,
    });
  };
  const plain = arm("plain", options.plainCosts);
  const drafted = arm("laser-strict", options.costs);
  const flat = options.costs.points.map((point) => ({
    ...point,
    baseMs: 1,
    msPerContextToken: 0,
    switchMs: 0,
  }));
  const allSent = arm("laser-strict", { points: flat });
  return { plain, drafted, allSent, all: [plain, drafted, allSent] };
}

function edlOf(answers: readonly MeasuredAnswer[], seed: number): Interval {
  return ratioOfSums(
    answers.map(({ tokens, stepTokens }) => ({ numerator: tokens.length, denominator: stepTokens.length })),
    { seed },
  );
}

function promptOf({ prompt, out }: Recording) {
  const name = "answer";
  return {
    name,
    poolId: name,
    tokens: prompt,
    sampling: DEFAULT_SAMPLING,
    maxTokens: out.length,
    recorded: out,
  };
}

function poolOf(answers: readonly Recording[]): Pool {
  return Pool.build(answers.map(entryOf));
}

/** Each answer once, in its last place. */
export function distinct(recordings: readonly Recording[]): readonly Recording[] {
  return [...new Map(recordings.map((recording) => [recording.out.join(" "), recording])).values()];
}

function sumsOf(pairs: readonly { readonly plain: MeasuredAnswer; readonly drafted: MeasuredAnswer }[]) {
  const sum = (of: (pair: (typeof pairs)[number]) => number) =>
    pairs.reduce((total, pair) => total + of(pair), 0);
  const tokens = sum(({ drafted }) => drafted.tokens.length);
  return {
    tokens,
    steps: sum(({ drafted }) => drafted.stepTokens.length),
    drafted: sum(({ drafted }) => drafted.drafted),
    kept: sum(({ drafted }) => drafted.kept),
    plainTokensPerSecond: (1000 * tokens) / sum(({ plain }) => plain.decodeMs),
    tokensPerSecond: (1000 * tokens) / sum(({ drafted }) => drafted.decodeMs),
    slower: pairs.filter(({ plain, drafted }) => drafted.decodeMs > plain.decodeMs).length,
    ratios: pairs.map(({ plain, drafted }) => ({
      numerator: plain.decodeMs,
      denominator: drafted.decodeMs,
    })),
  };
}
