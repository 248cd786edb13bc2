// What k and p gain, by real runs: a model answers the same prompts under each rule.
import { DEFAULT_SAMPLING, Pool, type CostTable, type TargetModel } from "../../../core/laser/index.ts";
import type { RelaxedRule } from "../benchPlan.ts";
import { createDecodeArm, type BenchPrompt } from "../measure.ts";
import type { Recording } from "../recordings/recordings.ts";
import { entryOf } from "../replay/replayStrategies.ts";
import {
  figuresOfRuns,
  ruleName,
  STRICT,
  type RuleAblation,
  type RuleFigures,
  type RuleRun,
} from "./rules.ts";

/** A prompt, and how long its answer may be. */
export type RulePrompt = Pick<BenchPrompt, "tokens" | "maxTokens">;

export interface ModelRulesOptions {
  readonly target: TargetModel;
  /** Names the model in the report. */
  readonly model: string;
  readonly threads: number;
  /** Earlier answers to draft from. */
  readonly pool: readonly Recording[];
  /** The most tokens of a tree; null: chains. */
  readonly treeTokens: number | null;
  readonly draftTokens: number;
  readonly rowWidth: number;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly onProgress?: (done: number, all: number) => void;
}

/**
 * Greedy answers under the strict rule and each of the others. Every draft is sent, as in a replay: what evaluating it
 * costs on this machine is ignored.
 * @throws the signal's reason when stopped; whatever the target throws
 */
export async function measureRules(
  prompts: readonly RulePrompt[],
  rules: readonly RelaxedRule[],
  options: ModelRulesOptions,
): Promise<RuleAblation> {
  const { model, seed, signal, onProgress } = options;
  const pool = Pool.build(options.pool.map(entryOf));
  // Times count looks, so that no figure depends on the machine.
  let looks = 0;
  const now = () => looks++;
  const arms = [STRICT, ...rules].map((rule) => ({
    rule,
    runs: [] as RuleRun[],
    arm: createDecodeArm({
      name: ruleName(rule),
      strategy: rule.kind === "strict" ? "laser-strict" : "laser",
      rule,
      target: options.target,
      costs: freeTokens(options.threads),
      frozenCosts: true,
      batches: null,
      maxDraftTokens: options.draftTokens,
      treeTokens: options.treeTokens,
      rowWidth: options.rowWidth,
      now,
    }),
  }));
  for (const [i, prompt] of prompts.entries())
    for (const [j, { arm, runs }] of arms.entries()) {
      const asked = { ...prompt, name: `${i}`, poolId: `${i}`, sampling: DEFAULT_SAMPLING };
      const answer = await arm.answer(asked, pool, signal);
      signal.throwIfAborted();
      runs.push({
        steps: answer.stepTokens.length,
        committed: answer.tokens.length,
        relaxed: answer.relaxedPlaces.length,
        natsGivenUp: answer.natsGivenUp,
      });
      onProgress?.(i * arms.length + j + 1, prompts.length * arms.length);
    }
  const [strict] = arms;
  return {
    model,
    runs: prompts.length,
    withoutDrafts: [],
    rules: arms.map(({ rule, runs }): RuleFigures => ({
      name: ruleName(rule),
      rule,
      basis: { kind: "measured" },
      ...figuresOfRuns(runs, strict!.runs, seed),
    })),
  };
}

/** T(n) that is the same for all n. */
function freeTokens(threads: number): CostTable {
  return {
    points: [1, 2, 4, 8, 16, 32, 64].map((tokens) => ({ tokens, threads, baseMs: 1, msPerContextToken: 0 })),
  };
}
