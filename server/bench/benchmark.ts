// Runs a benchmark: every arm answers every prompt, the arms in a new seeded order each time, after one
// warm-up answer each.
import { CostModel, type CostTable, type TargetModel, type TokenId } from "../../core/laser/index.ts";
import { openingOf } from "../pools/index.ts";
import { BenchPool, ownTransitions, shuffled, type PoolAnswer } from "./benchPlan.ts";
import { clairvoyantMs, keptAlong, plainMs, type StepCost } from "./clairvoyant.ts";
import { targetFor, type Arm, type BenchPrompt, type MeasuredAnswer } from "./measure.ts";
import { observedCosts } from "./observedCosts.ts";

/** The arm that all others are compared to. */
export const BASELINE = "plain";

export interface BenchmarkOptions {
  /** The baseline among them. */
  readonly arms: readonly Arm[];
  readonly prompts: readonly BenchPrompt[];
  /** Answered once by each arm before measuring. */
  readonly warmUp: BenchPrompt;
  /** null: no pool. */
  readonly pool: BenchPool | null;
  /**
   * Finished answers join the pool of their own arm; each repeat starts from scratch, with its prompts in
   * another order.
   */
  readonly online: boolean;
  readonly repeats: number;
  readonly seed: number;
  /** T(n, threads) as measured before the run. */
  readonly costs: CostTable;
  /** Threads used by the baseline. */
  readonly plainThreads: number;
  readonly maxDraftTokens: number;
  readonly target: TargetModel;
  /**
   * Untimed plain decoding that gives the same bits for one token and for many; null if the baseline does. Run once per
   * prompt: strict answers are compared to it.
   */
  readonly reference: Arm | null;
  readonly signal: AbortSignal;
  readonly onProgress?: (doneAnswers: number, allAnswers: number, doing: string) => void;
}

/** One measured answer, its place in the run, and what a clairvoyant planner would have needed for it. */
export interface Sample {
  readonly arm: string;
  /** Index of the prompt. */
  readonly prompt: number;
  readonly repeat: number;
  /** The position of the arm in the order of its round, from 0. */
  readonly turn: number;
  readonly answer: MeasuredAnswer;
  /** Ms of a clairvoyant planner by the run's observed T; null for an arm without an accessible drafter. */
  readonly clairvoyantMs: number | null;
  /** Ms of plain decoding of the same number of tokens, by the same T. */
  readonly plainMs: number;
}

export interface BenchmarkRun {
  /** T(n, threads) as observed in this run. */
  readonly costs: CostTable;
  /** Complete rounds only: for each prompt and repeat one sample of every arm. */
  readonly samples: readonly Sample[];
  /** By prompt, the expected strict answer; null if it was not reached. */
  readonly references: readonly (readonly TokenId[] | null)[];
  /** Rounds measured, and rounds planned. */
  readonly rounds: number;
  readonly allRounds: number;
  readonly stopped: boolean;
}

/** A raised signal ends it after at most one more step; the unfinished round is dropped. */
export async function runBenchmark(options: BenchmarkOptions): Promise<BenchmarkRun> {
  const { arms, prompts, warmUp, repeats, seed, signal, online, reference } = options;
  const allRounds = prompts.length * repeats;
  const all = (allRounds + 1) * arms.length;
  const samples: Measured[] = [];
  const references: (readonly TokenId[] | null)[] = prompts.map(() => null);
  let done = 0;
  const finished = (stopped: boolean): BenchmarkRun => {
    const costs = observedCosts(
      options.costs,
      samples.flatMap(({ answer }) => answer.evaluations),
    );
    return {
      costs,
      samples: samples.map((sample) => withExpectations(options, costs, sample)),
      references,
      rounds: samples.length / arms.length,
      allRounds,
      stopped,
    };
  };
  for (const arm of arms) {
    options.onProgress?.(done++, all, `warming up ${arm.name}`);
    await arm.warmUp(warmUp, options.pool?.without(warmUp.poolId) ?? null, signal);
    if (signal.aborted) return finished(true);
  }
  for (let repeat = 0; repeat < repeats; repeat++) {
    const added = new Map<Arm, PoolAnswer[]>(arms.map((arm) => [arm, []]));
    const promptOrder = online ? shuffled(prompts.length, seed, repeat, -1) : prompts.map((_, i) => i);
    for (const index of promptOrder) {
      const prompt = prompts[index]!;
      if (reference !== null && references[index] === null) {
        const { tokens, finish } = await reference.answer(prompt, null, signal);
        if (finish !== "stopped") references[index] = tokens;
      }
      const round: Measured[] = [];
      for (const [turn, which] of shuffled(arms.length, seed, repeat, index).entries()) {
        const arm = arms[which]!;
        options.onProgress?.(done++, all, `${prompt.name} · ${arm.name}`);
        const pool = arm.usesPool ? (options.pool?.without(prompt.poolId, added.get(arm)) ?? null) : null;
        const answer = await arm.answer(prompt, pool, signal);
        if (answer.finish === "stopped" || signal.aborted) return finished(true);
        const kept = keptOffers(options, prompt, answer, arm.drafterFor?.(pool) ?? null);
        round.push({ arm: arm.name, prompt: index, repeat, turn, answer, kept });
        if (online)
          for (const [part, tokens] of ownTransitions(answer.tokens, answer.relaxedPlaces).entries()) {
            // Only the answer's first part follows the prompt; a first part of a single token was left out.
            const beginsAnswer = part === 0 && (answer.relaxedPlaces[0] ?? Infinity) > 1;
            const opening = beginsAnswer ? openingOf(prompt.tokens) : [];
            added.get(arm)!.push({ id: prompt.poolId, opening, tokens });
          }
        if (reference === null && arm.name === BASELINE) references[index] ??= answer.tokens;
      }
      samples.push(...round);
    }
  }
  return finished(false);
}

type LookAhead = ReturnType<NonNullable<Arm["drafterFor"]>>;

/** A sample before the costs of the whole run are known; `kept` is from keptAlong, null without a drafter. */
type Measured = Omit<Sample, "clairvoyantMs" | "plainMs"> & { readonly kept: Int32Array | null };

function keptOffers(
  { target, maxDraftTokens }: BenchmarkOptions,
  prompt: BenchPrompt,
  { tokens }: MeasuredAnswer,
  drafter: LookAhead | null,
): Int32Array | null {
  if (drafter === null) return null;
  const limits = { maxTokens: prompt.maxTokens, maxDraftTokens, target: targetFor(prompt, target) };
  return keptAlong(drafter, prompt.tokens, tokens, limits);
}

/** The time of the answer by the run's own costs: for plain decoding and for a planner that knows the future. */
function withExpectations(
  { prompts, plainThreads }: BenchmarkOptions,
  costs: CostTable,
  { kept, ...sample }: Measured,
): Sample {
  const model = new CostModel(costs, true);
  const cheapest: StepCost = (count, contextTokens) => model.cheapest(count, contextTokens).ms;
  const plain: StepCost = (count, contextTokens) => model.expectedMs(count, plainThreads, contextTokens);
  const promptTokens = prompts[sample.prompt]!.tokens.length;
  return {
    ...sample,
    plainMs: plainMs(sample.answer.tokens.length, promptTokens, plain),
    clairvoyantMs: kept === null ? null : clairvoyantMs(kept, promptTokens, cheapest).ms,
  };
}

/** The number of threads with the lowest cost of one token, in the middle of an answer of a few hundred tokens. */
export function bestPlainThreads(costs: CostTable, contextTokens = 256): number {
  return new CostModel(costs, true).cheapest(1, contextTokens).threads;
}

/** The points of a table measured with one number of threads. */
export function pointsOf(costs: CostTable, threads: number): CostTable {
  return { points: costs.points.filter((point) => point.threads === threads) };
}
