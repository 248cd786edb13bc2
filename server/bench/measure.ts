// One measured answer of an arm (a way of decoding): what it wrote, in which steps, and where the time went.
// Only decoding is timed; the prefill is measured separately.
import {
  AcceptanceModel,
  CostModel,
  decode,
  DEFAULT_GUARDS,
  logProbabilityGap,
  MAX_CHAIN_TOKENS,
  RenewalPlanner,
  RetrievalDrafter,
  PlannerMemory,
  STRATEGY_TRAITS,
  topProbability,
  TreeAcceptanceModel,
  TreeDrafter,
  type Batches,
  type CostTable,
  type DecodeResult,
  type Drafter,
  type FinishReason,
  type Guards,
  type PoolIndex,
  type Rule,
  type Sampling,
  type Step,
  type Strategy,
  type TargetModel,
  type TokenConstraint,
  type TokenId,
} from "../../core/laser/index.ts";
import { FollowedTarget } from "./followedTarget.ts";
import type { Evaluation } from "./observedCosts.ts";
import { TimedDrafter, TimedTarget } from "./timed.ts";

/** A prompt as tokens, with the settings for its answer. */
export interface BenchPrompt {
  /** Unique in a run. */
  readonly name: string;
  readonly tokens: Int32Array;
  readonly sampling: Sampling;
  readonly maxTokens: number;
  /** Entries of the pool with this id answer this same prompt and are left out. */
  readonly poolId: string;
  /** The answer to follow, `maxTokens` tokens; the model chooses its own if omitted. */
  readonly recorded?: Int32Array;
  /** What its answer is held to; nothing if omitted. */
  readonly constraint?: TokenConstraint | null;
}

/** The target as a prompt needs it: if it has a recorded answer, one that follows it. */
export function targetFor({ tokens, recorded }: BenchPrompt, target: TargetModel): TargetModel {
  return recorded === undefined ? target : new FollowedTarget(target, tokens, recorded);
}

export interface MeasuredAnswer {
  /** Every committed token, including a final end-of-text token. */
  readonly tokens: readonly TokenId[];
  readonly finish: FinishReason;
  readonly prefillMs: number;
  /** From the end of the prefill to the last token. */
  readonly decodeMs: number;
  /** For each step, the tokens committed and the ms since the prefill, up to its end. */
  readonly stepTokens: readonly number[];
  readonly stepMs: readonly number[];
  /** For each step, the tokens drafted; empty for a decoder without access to its loop. */
  readonly stepDrafted: readonly number[];
  readonly drafted: number;
  /** Drafted tokens kept, including relaxed ones. */
  readonly kept: number;
  /** Indices in `tokens` of those kept that are not the target's choice. */
  readonly relaxedPlaces: readonly number[];
  /** Σ ln P(top) − ln P(kept) over the relaxed ones. */
  readonly natsGivenUp: number;
  /** Kept drafted tokens, and ms of evaluation, expected by the planner; null for a decoder without our planner. */
  readonly expectedKept: number | null;
  readonly expectedMs: number | null;
  /** Part of decodeMs spent in the target's evaluation; null for a decoder without access to its loop. */
  readonly evaluateMs: number | null;
  /** Every evaluation of the decoding; empty for a decoder without access to its loop. */
  readonly evaluations: readonly Evaluation[];
  /** Part of decodeMs spent on drafting and planning; null likewise. */
  readonly draftMs: number | null;
  /** Duration of each draft lookup, in ms. */
  readonly lookupMs: readonly number[];
}

/** A way of decoding, ready to answer prompts. It keeps what it learns for its later answers. */
export interface Arm {
  readonly name: string;
  readonly description: string;
  readonly usesPool: boolean;
  /** Creates the drafter whose offers a clairvoyant planner chooses from; null if there is none to access. */
  readonly drafterFor: ((pool: PoolIndex | null) => Drafter) | null;
  /** Answers once, untimed, and discards what it learned. */
  warmUp(prompt: BenchPrompt, pool: PoolIndex | null, signal: AbortSignal): Promise<void>;
  answer(prompt: BenchPrompt, pool: PoolIndex | null, signal: AbortSignal): Promise<MeasuredAnswer>;
}

export interface DecodeArmOptions {
  readonly name: string;
  readonly strategy: Strategy;
  readonly rule: Rule;
  /** Default: those of the core. */
  readonly guards?: Guards;
  readonly target: TargetModel;
  /** For plain decoding with a fixed number of threads: only that number's points. */
  readonly costs: CostTable;
  /** Keeps T(n) as measured, so that draft lengths are reproducible. */
  readonly frozenCosts: boolean;
  /** How a reproducible run evaluates; null for any other. */
  readonly batches: Batches | null;
  readonly maxDraftTokens: number;
  /** The most tokens of a draft tree; null or omitted: chains. */
  readonly treeTokens?: number | null;
  readonly rowWidth: number;
  readonly now: () => number;
}

/**
 * One of the product's strategies as an arm, with its own costs and acceptance, as in a session that runs
 * only it.
 */
export function createDecodeArm(options: DecodeArmOptions): Arm {
  const traits = STRATEGY_TRAITS[options.strategy];
  const { treeTokens = null, target } = options;
  const fresh = () => ({
    costs: new CostModel(options.costs, options.frozenCosts),
    acceptance: new AcceptanceModel(),
    treeAcceptance: new TreeAcceptanceModel(),
    memory: new PlannerMemory(),
  });
  const drafterFor = (pool: PoolIndex | null, state: ReturnType<typeof fresh>): Drafter => {
    const { vocabularySize, maxTreeLeaves: maxLeaves } = target;
    const used = traits.usesPool ? pool : null;
    if (treeTokens === null) return new RetrievalDrafter(vocabularySize, used, state.acceptance);
    return new TreeDrafter(vocabularySize, used, state.treeAcceptance, { maxNodes: treeTokens, maxLeaves });
  };
  const learned = fresh();
  const run = (
    prompt: BenchPrompt,
    pool: PoolIndex | null,
    signal: AbortSignal,
    state: ReturnType<typeof fresh>,
  ) =>
    measured(
      options,
      prompt,
      traits.drafts ? new TimedDrafter(drafterFor(pool, state), options.now) : null,
      state,
      signal,
    );
  return {
    name: options.name,
    description: traits.description,
    usesPool: traits.usesPool,
    // What a planner that knows the future would send of a tree is not worked out.
    drafterFor: traits.drafts && treeTokens === null ? (pool) => drafterFor(pool, fresh()) : null,
    warmUp: async (prompt, pool, signal) => {
      await run(prompt, pool, signal, fresh());
    },
    answer: (prompt, pool, signal) => run(prompt, pool, signal, learned),
  };
}

async function measured(
  options: DecodeArmOptions,
  prompt: BenchPrompt,
  drafter: TimedDrafter | null,
  { costs, memory }: { readonly costs: CostModel; readonly memory: PlannerMemory },
  signal: AbortSignal,
): Promise<MeasuredAnswer> {
  const { now } = options;
  const target = new TimedTarget(targetFor(prompt, options.target), now);
  const run = decode({
    target,
    prompt: prompt.tokens,
    maxTokens: prompt.maxTokens,
    sampling: prompt.sampling,
    constraint: prompt.constraint ?? null,
    rule: options.rule,
    guards: options.guards ?? DEFAULT_GUARDS,
    drafter,
    planner: new RenewalPlanner(costs, options.batches, memory),
    // A tree is bounded by its nodes; its branches may be as long as a chain can be.
    batches: options.batches,
    maxDraftTokens: (options.treeTokens ?? null) === null ? options.maxDraftTokens : MAX_CHAIN_TOKENS,
    rowWidth: options.rowWidth,
    recordsRows: false, // No trace is kept.
    signal,
    now,
  });
  const steps: Step[] = [];
  const stepMs: number[] = [];
  let begun = now();
  let result: DecodeResult;
  for (;;) {
    const { done, value } = await run.next();
    if (done) {
      result = value;
      break;
    }
    if (value.kind === "prefill") begun = now();
    else {
      steps.push(value.step);
      stepMs.push(now() - begun);
    }
  }
  return {
    ...stepFigures(steps),
    tokens: result.tokens,
    finish: result.finish,
    prefillMs: result.prefillMs,
    decodeMs: now() - begun,
    stepMs,
    expectedKept: sum(steps, ({ plan }) => plan.expectedKept),
    expectedMs: sum(steps, ({ plan }) => plan.expectedMs),
    evaluateMs: target.evaluateMs,
    evaluations: steps.map(({ evaluatedTokens, repeatedTokens, plan, position, verifyMs }) => ({
      tokens: repeatedTokens + evaluatedTokens,
      threads: plan.threads,
      contextTokens: position,
      ms: verifyMs,
    })),
    draftMs: sum(steps, ({ draftMs }) => draftMs),
    lookupMs: drafter?.lookupMs ?? [],
  };
}

function stepFigures(
  steps: readonly Step[],
): Pick<MeasuredAnswer, "stepTokens" | "stepDrafted" | "drafted" | "kept" | "relaxedPlaces" | "natsGivenUp"> {
  const stepTokens: number[] = [];
  const relaxedPlaces: number[] = [];
  let committed = 0;
  let drafted = 0;
  let kept = 0;
  let natsGivenUp = 0;
  for (const { draft, verdicts, rows, path } of steps) {
    drafted += draft.length;
    for (const index of path) {
      const verdict = verdicts[index]; // Under the strict rule there may be none.
      if (verdict?.kind === "relaxed") {
        relaxedPlaces.push(committed);
        natsGivenUp += logProbabilityGap(
          topProbability(rows[draft.parents[index]! + 1]!),
          verdict.probability,
        );
      }
      kept++;
      committed++;
    }
    committed++; // The target's own token.
    stepTokens.push(committed);
  }
  return {
    stepTokens,
    stepDrafted: steps.map(({ draft }) => draft.length),
    drafted,
    kept,
    relaxedPlaces,
    natsGivenUp,
  };
}

function sum(steps: readonly Step[], of: (step: Step) => number): number {
  return steps.reduce((total, step) => total + of(step), 0);
}
