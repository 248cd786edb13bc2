// Several requests at once: how many tokens per second all of them together get, by plain decoding and with drafts. A wave
// of prompts is decoded by each arm in turn, several at once; a lane takes the next prompt when it has finished one.
import {
  AcceptanceModel,
  CostModel,
  decode,
  MAX_CHAIN_TOKENS,
  PlannerMemory,
  RetrievalDrafter,
  runLanes,
  type SharedPlanner,
  STRATEGY_TRAITS,
  TreeAcceptanceModel,
  TreeDrafter,
  type CostTable,
  type Drafter,
  type Guards,
  type PoolIndex,
  type TokenId,
} from "../../core/laser/index.ts";
import { lanePlanner, type LaneEvaluation, type LaneGroup } from "../engine/index.ts";
import { shuffled, type ArmSpec, type BenchPool } from "./benchPlan.ts";
import { targetFor, type BenchPrompt } from "./measure.ts";

/** Prompts of a wave for each lane: so that lanes are seldom idle at its end. */
const PROMPTS_A_LANE = 2;
/** The fewest prompts of a wave. */
const MIN_PROMPTS = 4;
/** Tokens written by each lane to warm up. */
const WARM_UP_TOKENS = 32;

export interface ParallelOptions {
  readonly group: LaneGroup;
  /** The baseline first. */
  readonly arms: readonly ArmSpec[];
  readonly prompts: readonly BenchPrompt[];
  /** Answered by each lane before measuring. */
  readonly warmUp: BenchPrompt;
  readonly pool: BenchPool | null;
  readonly repeats: number;
  readonly seed: number;
  /** T(n) by the tokens of all lanes together. */
  readonly costs: CostTable;
  readonly frozenCosts: boolean;
  readonly guards: Guards;
  readonly maxDraftTokens: number;
  /** The most tokens of a draft tree; null: chains. */
  readonly treeTokens: number | null;
  readonly rowWidth: number;
  readonly now: () => number;
  readonly signal: AbortSignal;
  readonly onProgress?: (doneWaves: number, allWaves: number, doing: string) => void;
}

/** What one arm made of one wave. */
export interface WaveSample {
  readonly arm: string;
  /** Counted over all repeats: samples of the same wave decoded the same prompts. */
  readonly wave: number;
  /** Indices of the prompts, and what was written after each. */
  readonly prompts: readonly number[];
  readonly answers: readonly (readonly TokenId[])[];
  /** From the start of the first request to the end of the last, reading of prompts included. */
  readonly ms: number;
  readonly tokens: number;
  /** Steps of all requests, drafted tokens and kept ones. */
  readonly steps: number;
  readonly drafted: number;
  readonly kept: number;
  /** Evaluations that held no prompts; their tokens, fillers included; and the requests in them. */
  readonly evaluations: number;
  readonly evaluatedTokens: number;
  readonly fillers: number;
  readonly evaluatedRequests: number;
  readonly evaluateMs: number;
}

export interface ParallelRun {
  /** Complete waves only: one sample of every arm. */
  readonly samples: readonly WaveSample[];
  readonly stopped: boolean;
}

/** A raised signal ends it soon; the unfinished wave is dropped. @throws the fault of the first request that fails */
export async function runParallel(options: ParallelOptions): Promise<ParallelRun> {
  const { arms, prompts, repeats, seed, signal } = options;
  const lanes = options.group.targets.length;
  const waves = wavesOf(prompts.length, lanes, repeats, seed);
  const running = arms.map((spec) => new LaneArm(spec, options));
  const pools = new Map<string, PoolIndex | null>();
  const poolFor = ({ poolId }: BenchPrompt) => {
    const found = pools.get(poolId);
    if (found !== undefined) return found;
    const pool = options.pool?.without(poolId) ?? null;
    pools.set(poolId, pool);
    return pool;
  };
  const samples: WaveSample[] = [];
  const warmUp = { ...options.warmUp, maxTokens: Math.min(WARM_UP_TOKENS, options.warmUp.maxTokens) };
  for (const spec of arms) {
    options.onProgress?.(0, waves.length, `${lanes} at once, warming up ${spec.name}`);
    const queued = Array.from({ length: lanes }, () => [0, warmUp] as const);
    await new LaneArm(spec, options).wave(-1, queued, poolFor, signal);
  }
  for (const [index, wave] of waves.entries()) {
    const done: WaveSample[] = [];
    const own = wave.map((prompt) => [prompt, prompts[prompt]!] as const);
    for (const [, prompt] of own) poolFor(prompt); // Built before time is taken.
    for (const which of shuffled(running.length, seed, index, -2)) {
      const arm = running[which]!;
      options.onProgress?.(index, waves.length, `${lanes} at once, ${arm.spec.name}`);
      done.push(await arm.wave(index, own, poolFor, signal));
      if (signal.aborted) return { samples, stopped: true };
    }
    samples.push(...done);
  }
  return { samples, stopped: signal.aborted };
}

/** Every prompt once per repeat, in a new order; what would be a short last wave joins the one before. */
export function wavesOf(prompts: number, lanes: number, repeats: number, seed: number): readonly number[][] {
  const size = Math.max(MIN_PROMPTS, PROMPTS_A_LANE * lanes);
  return Array.from({ length: repeats }, (_, repeat) => {
    const order = shuffled(prompts, seed, repeat, -3);
    const count = Math.max(1, Math.floor(prompts / size));
    return Array.from({ length: count }, (__, wave) =>
      order.slice(wave * size, wave === count - 1 ? undefined : (wave + 1) * size),
    );
  }).flat();
}

type Queued = readonly [index: number, prompt: BenchPrompt];

/** One strategy, with its own costs and what it learned, as in a batch that runs only it. */
class LaneArm {
  private readonly costs: CostModel;
  private readonly acceptance = new AcceptanceModel();
  private readonly treeAcceptance = new TreeAcceptanceModel();
  private readonly memory = new PlannerMemory();

  constructor(
    readonly spec: ArmSpec,
    private readonly options: ParallelOptions,
  ) {
    this.costs = new CostModel(options.costs, options.frozenCosts);
  }

  async wave(
    wave: number,
    queued: readonly Queued[],
    poolFor: (prompt: BenchPrompt) => PoolIndex | null,
    signal: AbortSignal,
  ): Promise<WaveSample> {
    const { group, now } = this.options;
    const planner = lanePlanner(group, { costs: this.costs, memory: this.memory, now });
    const counts = new Counts();
    group.onEvaluated = (evaluation) => {
      counts.take(evaluation);
      if (evaluation.promptTokens === 0) planner.evaluated(evaluation.tokens, evaluation.ms);
    };
    const remove = group.gathering.add(planner);
    const answers = new Map<Queued, readonly TokenId[]>();
    const failures: unknown[] = [];
    const startedAt = now();
    try {
      await runLanes({
        lanes: group,
        parallel: group.targets.length,
        jobs: queued,
        run: ([, prompt], lane) => this.answer(prompt, lane, planner, poolFor(prompt), counts, signal),
        onOutcome: (job, outcome) => {
          if (outcome.kind === "failed") failures.push(outcome.error);
          else answers.set(job, outcome.result);
        },
        signal,
      });
    } finally {
      remove();
      group.onEvaluated = null;
    }
    const ms = now() - startedAt;
    if (failures.length > 0) throw failures[0];
    const written = queued.map((job) => answers.get(job) ?? []);
    return {
      arm: this.spec.name,
      wave,
      prompts: queued.map(([index]) => index),
      answers: written,
      ms,
      tokens: written.reduce((sum, tokens) => sum + tokens.length, 0),
      ...counts.figures,
    };
  }

  private async answer(
    prompt: BenchPrompt,
    lane: number,
    planner: SharedPlanner,
    pool: PoolIndex | null,
    counts: Counts,
    signal: AbortSignal,
  ): Promise<readonly TokenId[]> {
    const { group, guards, rowWidth, now, maxDraftTokens, treeTokens } = this.options;
    const { rule, strategy } = this.spec;
    const traits = STRATEGY_TRAITS[strategy];
    const target = targetFor(prompt, group.targets[lane]!);
    const run = decode({
      target,
      prompt: prompt.tokens,
      maxTokens: prompt.maxTokens,
      sampling: prompt.sampling,
      constraint: prompt.constraint ?? null,
      rule,
      guards,
      drafter: traits.drafts ? this.drafter(traits.usesPool ? pool : null) : null,
      planner: planner.forRequest(lane),
      maxDraftTokens: treeTokens === null ? maxDraftTokens : MAX_CHAIN_TOKENS,
      rowWidth,
      recordsRows: false, // No trace is kept.
      signal,
      now,
    });
    for (;;) {
      const { done, value } = await run.next();
      if (done) return value.tokens;
      if (value.kind === "step") counts.step(value.step.draft.length, value.step.path.length);
    }
  }

  private drafter(pool: PoolIndex | null): Drafter {
    const { group, treeTokens } = this.options;
    const { vocabularySize, maxTreeLeaves: maxLeaves } = group.targets[0]!;
    if (treeTokens === null) return new RetrievalDrafter(vocabularySize, pool, this.acceptance);
    return new TreeDrafter(vocabularySize, pool, this.treeAcceptance, { maxNodes: treeTokens, maxLeaves });
  }
}

/** What happened in a wave. */
class Counts {
  readonly figures = {
    steps: 0,
    drafted: 0,
    kept: 0,
    evaluations: 0,
    evaluatedTokens: 0,
    fillers: 0,
    evaluatedRequests: 0,
    evaluateMs: 0,
  };

  take({ tokens, promptTokens, fillers, lanes, ms }: LaneEvaluation): void {
    if (promptTokens > 0) return;
    this.figures.evaluations++;
    this.figures.evaluatedTokens += tokens;
    this.figures.fillers += fillers;
    this.figures.evaluatedRequests += lanes;
    this.figures.evaluateMs += ms;
  }

  step(drafted: number, kept: number): void {
    this.figures.steps++;
    this.figures.drafted += drafted;
    this.figures.kept += kept;
  }
}
