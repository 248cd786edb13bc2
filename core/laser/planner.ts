// Decides how much of an offered draft to send. With T(n) the cost of n tokens, E(n) the expected kept tokens of
// the first n drafted and λ the run's recent rate, it sends the n that maximises (1 + E(n)) − λ·T(n + 1): the
// renewal-reward optimum. Where a change of the evaluation's shape costs time, T includes it.
import type { Cost, CostModel } from "./costs.ts";
import type { Draft } from "./draft.ts";
import { Expectation } from "./expectation.ts";
import { SelectionBias } from "./selectionBias.ts";
import type { NoDraftReason, PlanRecord } from "./step.ts";
import type { TargetModel, TokenId } from "./target.ts";

/** λ averages over about this many committed tokens. */
const RATE_MEMORY_TOKENS = 300;

/** What to do in a step. */
export interface Plan {
  readonly record: PlanRecord;
  /** Tokens to evaluate: root and draft, + fillers where they keep the run reproducible or the evaluation's shape. */
  readonly evaluatedTokens: number;
}

/** What a reproducible run needs to know of its target. */
export type BatchInvariance = Pick<TargetModel, "isBatchInvariant" | "maxInvariantTokens">;

/** What a step did, and how long it took. */
export interface FinishedStep {
  readonly committed: readonly TokenId[];
  /** Whether the rule would have kept the first offered token that was not sent, even if another one was committed. */
  readonly nextUnsentAccepted: boolean;
  /** Duration of the whole step. */
  readonly stepMs: number;
  /** The evaluation: tokens, repeated ones included, threads, tokens of context before the root, and duration. */
  readonly evaluatedTokens: number;
  readonly threads: number;
  readonly contextTokens: number;
  readonly verifyMs: number;
}

/** Chooses draft lengths: `plan` before each step, `observe` after it. */
export interface Planner {
  /**
   * Chooses how many tokens of `draft` to send after `contextTokens` tokens that the target keeps, the last
   * `repeatedTokens` of which it computes again.
   */
  plan(draft: Draft, contextTokens: number, repeatedTokens: number): Plan;
  /** Learns from the step that was planned last. */
  observe(step: FinishedStep): void;
}

/** The planner of one request; costs and selection bias may be shared. */
export class RenewalPlanner implements Planner {
  private readonly expectation = new Expectation();
  /** Expected accepted tokens of the sent draft, before the correction for selection bias; 0 where none was sent. */
  private expectedAccepted = 0;
  private recentTokens = 0;
  private recentMs = 0;
  /** Of the last step: the shape that was evaluated, and what changing to it was expected to cost. */
  private lastShape = 1;
  private switchMs = 0;
  /** By number of tokens: expected accepted ones of that many drafted, cost and threads of that many evaluated. */
  private expected = new Float64Array(0);
  private ms = new Float64Array(0);
  private threads = new Int32Array(0);

  /**
   * @param invariance given for a reproducible run, which never evaluates tokens alone, or too many, where that
   *   changes bits
   * @param selectionBias shared between requests, so that what one request taught serves the next
   */
  constructor(
    private readonly costs: CostModel,
    private readonly invariance: BatchInvariance | null = null,
    private readonly selectionBias = new SelectionBias(),
  ) {}

  plan(draft: Draft, contextTokens: number, repeatedTokens = 0): Plan {
    const before = repeatedTokens + 1; // Evaluated in any case: what the target repeats, and the root.
    this.priceCounts(before + draft.length, contextTokens);
    const { costs, expected, ms, threads } = this;
    const plain = this.plainCost(contextTokens, before);
    const rate = this.recentTokens > 0 ? this.recentTokens / this.recentMs : 1 / plain.ms;
    this.expectation.expectAccepted(draft, expected);
    const { factor } = this.selectionBias;
    let best = 0;
    let most = -Infinity;
    const maxTokens = this.invariance?.maxInvariantTokens ?? Infinity;
    for (let drafted = 1; drafted <= Math.min(draft.length, maxTokens - before); drafted++) {
      const gain = factor * expected[drafted]! - rate * ms[before + drafted]!;
      if (gain <= most) continue;
      most = gain;
      best = drafted;
    }
    const sent = most > -rate * plain.ms ? best : 0;
    this.expectedAccepted = expected[sent]!;
    const used = sent === 0 ? plain : { ms: ms[before + sent]!, threads: threads[before + sent]! };
    const total = sent === 0 ? repeatedTokens + plain.tokens : before + sent;
    const shape = costs.shapeOf(total);
    this.switchMs = shape === this.lastShape ? 0 : costs.switchMs(total, used.threads);
    this.lastShape = shape;
    return {
      // Where changing the shape costs time, fillers keep it.
      evaluatedTokens:
        (costs.switchMs(total, used.threads) > 0 && shape <= maxTokens ? shape : total) - repeatedTokens,
      record: {
        offeredTokens: draft.length,
        sentTokens: sent,
        expectedKept: factor * expected[sent]!,
        expectedMs: used.ms,
        expectedPlainMs: plain.ms,
        tokensPerMs: rate,
        threads: used.threads,
        noDraft: sent > 0 ? null : noDraftReason(draft),
        declined:
          sent > 0 || best === 0
            ? null
            : { draftedTokens: best, expectedKept: factor * expected[best]!, expectedMs: ms[before + best]! },
      },
    };
  }

  /** Writes cost and threads of evaluating 1 to `maxTokens` tokens next, a change of shape included. */
  private priceCounts(maxTokens: number, contextTokens: number): void {
    if (this.expected.length < maxTokens + 1) {
      this.expected = new Float64Array(maxTokens + 1);
      this.ms = new Float64Array(maxTokens + 1);
      this.threads = new Int32Array(maxTokens + 1);
    }
    const { costs, ms, threads, lastShape } = this;
    costs.cheapestByCount(contextTokens, maxTokens, ms, threads);
    if (!costs.hasShapes) return;
    for (let tokens = 1; tokens <= maxTokens; tokens++)
      if (costs.shapeOf(tokens) !== lastShape) ms[tokens]! += costs.switchMs(tokens, threads[tokens]!);
  }

  /** @param before tokens that are evaluated without a draft: the root, and what the target repeats */
  private plainCost(contextTokens: number, before: number): Cost & { readonly tokens: 1 | 2 } {
    const { costs, invariance, ms, threads } = this;
    if (invariance === null || before > 1) return { ms: ms[before]!, threads: threads[before]!, tokens: 1 };
    return costs.cheapestReproducible(contextTokens, (choice) =>
      invariance.isBatchInvariant(contextTokens, choice),
    );
  }

  observe(step: FinishedStep): void {
    const { committed, nextUnsentAccepted, verifyMs } = step;
    const evaluationMs = Math.max(verifyMs / 4, verifyMs - this.switchMs);
    this.costs.observe(step.evaluatedTokens, step.threads, step.contextTokens, evaluationMs);
    if (this.expectedAccepted > 0) this.selectionBias.observe(this.expectedAccepted, committed.length - 1);
    this.expectation.observe(committed, nextUnsentAccepted);
    const decay = Math.max(0, 1 - committed.length / RATE_MEMORY_TOKENS);
    this.recentTokens = this.recentTokens * decay + committed.length;
    this.recentMs = this.recentMs * decay + step.stepMs;
  }
}

function noDraftReason(draft: Draft): NoDraftReason {
  return draft.length === 0 ? "noMatch" : "notWorthIt";
}
