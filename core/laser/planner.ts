// Decides how much of an offered draft to send. With T(n) the cost of n tokens, E(n) the expected kept tokens of
// the first n drafted and λ the run's recent rate, it sends the n that maximises (1 + E(n)) − λ·T(n + 1): the
// renewal-reward optimum.
import { AcceptanceHmm } from "./acceptanceHmm.ts";
import type { Cost, CostModel } from "./costs.ts";
import { EMPTY_DRAFT, type Draft } from "./draft.ts";
import { SelectionBias } from "./selectionBias.ts";
import type { NoDraftReason, PlanRecord } from "./step.ts";
import type { TokenId } from "./target.ts";

/** λ averages over about this many committed tokens. */
const RATE_MEMORY_TOKENS = 300;

/** What to do in a step. */
export interface Plan {
  readonly record: PlanRecord;
  /** Tokens to evaluate: root and draft, + fillers where they keep the run reproducible or the evaluation's shape. */
  readonly evaluatedTokens: number;
}

/** As `TargetModel.isBatchInvariant`: (position, threads) → whether a token evaluated alone gets the same bits. */
export type BatchInvariance = (position: number, threads: number) => boolean;

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
  private readonly hmm = new AcceptanceHmm();
  /** The draft offered in the current step. */
  private offered = EMPTY_DRAFT;
  /** Expected accepted tokens of the sent draft, before the correction for selection bias; 0 where none was sent. */
  private expectedAccepted = 0;
  private recentTokens = 0;
  private recentMs = 0;
  /** By number of tokens: expected accepted ones of that many drafted, cost and threads of that many evaluated. */
  private expected = new Float64Array(0);
  private ms = new Float64Array(0);
  private threads = new Int32Array(0);

  /**
   * @param isBatchInvariant given for a reproducible run, which never evaluates a token alone where that changes bits
   * @param selectionBias shared between requests, so that what one request taught serves the next
   */
  constructor(
    private readonly costs: CostModel,
    private readonly isBatchInvariant: BatchInvariance | null = null,
    private readonly selectionBias = new SelectionBias(),
  ) {}

  plan(draft: Draft, contextTokens: number): Plan {
    this.offered = draft;
    this.reserve(draft.length);
    const { expected, ms, threads } = this;
    const plain = this.plainCost(contextTokens);
    const rate = this.recentTokens > 0 ? this.recentTokens / this.recentMs : 1 / plain.ms;
    this.hmm.expectAccepted(draft, expected);
    this.costs.cheapestByCount(contextTokens, draft.length + 1, ms, threads);
    const { factor } = this.selectionBias;
    let best = 0;
    let most = -Infinity;
    for (let drafted = 1; drafted <= draft.length; drafted++) {
      const gain = factor * expected[drafted]! - rate * ms[drafted + 1]!;
      if (gain <= most) continue;
      most = gain;
      best = drafted;
    }
    const sent = most > -rate * plain.ms ? best : 0;
    this.expectedAccepted = expected[sent]!;
    return {
      evaluatedTokens: sent === 0 ? plain.tokens : sent + 1,
      record: {
        offeredTokens: draft.length,
        sentTokens: sent,
        expectedKept: factor * expected[sent]!,
        expectedMs: sent === 0 ? plain.ms : ms[sent + 1]!,
        expectedPlainMs: plain.ms,
        tokensPerMs: rate,
        threads: sent === 0 ? plain.threads : threads[sent + 1]!,
        noDraft: sent > 0 ? null : noDraftReason(draft),
        declined:
          sent > 0 || best === 0
            ? null
            : { draftedTokens: best, expectedKept: factor * expected[best]!, expectedMs: ms[best + 1]! },
      },
    };
  }

  private reserve(draftTokens: number): void {
    if (this.expected.length >= draftTokens + 2) return;
    this.expected = new Float64Array(draftTokens + 2);
    this.ms = new Float64Array(draftTokens + 2);
    this.threads = new Int32Array(draftTokens + 2);
  }

  private plainCost(contextTokens: number): Cost & { readonly tokens: 1 | 2 } {
    const { costs, isBatchInvariant } = this;
    if (isBatchInvariant === null) return { ...costs.cheapest(1, contextTokens), tokens: 1 };
    return costs.cheapestReproducible(contextTokens, (threads) => isBatchInvariant(contextTokens, threads));
  }

  observe(step: FinishedStep): void {
    this.costs.observe(step.evaluatedTokens, step.threads, step.contextTokens, step.verifyMs);
    if (this.expectedAccepted > 0)
      this.selectionBias.observe(this.expectedAccepted, step.committed.length - 1);
    this.learn(step);
    const decay = Math.max(0, 1 - step.committed.length / RATE_MEMORY_TOKENS);
    this.recentTokens = this.recentTokens * decay + step.committed.length;
    this.recentMs = this.recentMs * decay + step.stepMs;
  }

  /** The committed tokens show how good the offer was, sent or not: even a plain step judges its first token. */
  private learn({ committed, nextUnsentAccepted }: FinishedStep): void {
    const { length, tokens } = this.offered;
    const known = Math.min(committed.length, length);
    let matched = 0;
    while (matched < known && tokens[matched] === committed[matched]) matched++;
    if (nextUnsentAccepted) matched = known;
    if (known > 0) this.hmm.observe(this.offered, matched, matched < known);
    this.offered = EMPTY_DRAFT;
  }
}

function noDraftReason(draft: Draft): NoDraftReason {
  return draft.length === 0 ? "noMatch" : "notWorthIt";
}
