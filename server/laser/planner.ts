// Decides how much of an offered draft to send. With T(n) the cost of n tokens, E(n) the expected kept tokens of
// the first n drafted and λ the run's recent rate, it sends the n that maximises (1 + E(n)) − λ·T(n + 1): the
// renewal-reward optimum. It must not know where drafts come from or how they are judged.
import type { Cost, CostModel } from "./costs.ts";
import type { Draft } from "./draft.ts";
import type { NoDraftReason, PlanRecord } from "./step.ts";

/** λ looks back over about this many committed tokens. */
const RATE_MEMORY_TOKENS = 100;

/** What to do in a step. */
export interface Plan {
  readonly record: PlanRecord;
  /** Tokens to evaluate: root and draft, + 1 where a filler keeps the run reproducible. */
  readonly evaluatedTokens: number;
}

/** (position, threads) → whether a token alone gets the same bits as among others; see TargetModel. */
export type ExactAlone = (position: number, threads: number) => boolean;

/** What a step did and took. */
export interface FinishedStep {
  readonly committed: number;
  /** The whole step. */
  readonly stepMs: number;
  /** Its evaluation: how many tokens, by how many threads, behind how many, how long. */
  readonly evaluatedTokens: number;
  readonly threads: number;
  readonly contextTokens: number;
  readonly verifyMs: number;
}

export interface Planner {
  /** Chooses how many tokens of `draft` to send behind `contextTokens` kept tokens. */
  plan(draft: Draft, contextTokens: number): Plan;
  observe(step: FinishedStep): void;
}

interface Choice {
  readonly drafted: number;
  /** Expected kept tokens. */
  readonly kept: number;
  readonly cost: Cost;
  readonly gain: number;
}

export class RenewalPlanner implements Planner {
  private readonly lengths: readonly number[];
  private recentTokens = 0;
  private recentMs = 0;

  /** @param exactAlone given for a reproducible run, which never evaluates a token alone where that changes bits */
  constructor(
    private readonly costs: CostModel,
    private readonly exactAlone: ExactAlone | null = null,
  ) {
    this.lengths = costs.measuredTokens.map((tokens) => tokens - 1).filter((drafted) => drafted > 0);
  }

  plan(draft: Draft, contextTokens: number): Plan {
    const plain = this.plainCost(contextTokens);
    const rate = this.recentTokens > 0 ? this.recentTokens / this.recentMs : 1 / plain.ms;
    let best: Choice = { drafted: 0, kept: 0, cost: plain, gain: 1 - rate * plain.ms };
    let reach = 1;
    let kept = 0;
    let candidate = 0;
    for (let drafted = 1; drafted <= draft.length; drafted++) {
      reach *= draft.chances[drafted - 1]!;
      kept += reach;
      while (candidate < this.lengths.length && this.lengths[candidate]! < drafted) candidate++;
      // Lengths between two measured ones cost as much as the longer one: only it, or the draft's end, can be best.
      if (this.lengths[candidate] !== drafted && drafted !== draft.length) continue;
      const cost = this.costs.cheapest(drafted + 1, contextTokens);
      const gain = 1 + kept - rate * cost.ms;
      if (gain > best.gain) best = { drafted, kept, cost, gain };
    }
    return {
      evaluatedTokens: best.drafted === 0 ? plain.tokens : best.drafted + 1,
      record: {
        offeredTokens: draft.length,
        sentTokens: best.drafted,
        expectedKept: best.kept,
        expectedMs: best.cost.ms,
        expectedPlainMs: plain.ms,
        tokensPerMs: rate,
        threads: best.cost.threads,
        noDraft: best.drafted > 0 ? null : noDraftReason(draft),
      },
    };
  }

  private plainCost(contextTokens: number): Cost & { readonly tokens: 1 | 2 } {
    const { costs, exactAlone } = this;
    if (exactAlone === null) return { ...costs.cheapest(1, contextTokens), tokens: 1 };
    return costs.cheapestExactAlone(contextTokens, (threads) => exactAlone(contextTokens, threads));
  }

  observe(step: FinishedStep): void {
    this.costs.observe(step.evaluatedTokens, step.threads, step.contextTokens, step.verifyMs);
    const fade = Math.max(0, 1 - step.committed / RATE_MEMORY_TOKENS);
    this.recentTokens = this.recentTokens * fade + step.committed;
    this.recentMs = this.recentMs * fade + step.stepMs;
  }
}

function noDraftReason(draft: Draft): NoDraftReason {
  return draft.length === 0 ? "noMatch" : "notWorthIt";
}
