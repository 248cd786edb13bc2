// Decides how much of an offered draft to send. With T(n) the cost of n tokens, E(n) the expected kept tokens of
// the first n drafted and λ the run's recent rate, it sends the n that maximises (1 + E(n)) − λ·T(n + 1): the
// renewal-reward optimum. It must not know where drafts come from or how they are judged.
import type { Cost, CostModel } from "./costs.ts";
import { EMPTY_DRAFT, type Draft } from "./draft.ts";
import { Hindsight } from "./hindsight.ts";
import type { NoDraftReason, PlanRecord } from "./step.ts";
import type { TokenId } from "./target.ts";
import { Trust } from "./trust.ts";

/** λ looks back over about this many committed tokens. */
const RATE_MEMORY_TOKENS = 300;

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
  readonly committed: readonly TokenId[];
  /** Whether the rule would have kept the first offered token that was not sent, another one committed or not. */
  readonly wouldKeepNext: boolean;
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

export class RenewalPlanner implements Planner {
  private readonly trust = new Trust();
  /** The draft of the step that is under way. */
  private offered = EMPTY_DRAFT;
  /** How many tokens of what was sent were expected to be kept, before hindsight; 0: nothing was sent. */
  private hopedFor = 0;
  private recentTokens = 0;
  private recentMs = 0;
  /** By number of tokens: expected kept of that many drafted, cost and threads of that many evaluated. */
  private kept = new Float64Array(0);
  private ms = new Float64Array(0);
  private threads = new Int32Array(0);

  /**
   * @param exactAlone given for a reproducible run, which never evaluates a token alone where that changes bits
   * @param hindsight shared between requests, so that what one learned serves the next
   */
  constructor(
    private readonly costs: CostModel,
    private readonly exactAlone: ExactAlone | null = null,
    private readonly hindsight = new Hindsight(),
  ) {}

  plan(draft: Draft, contextTokens: number): Plan {
    this.offered = draft;
    this.makeRoom(draft.length);
    const { kept, ms, threads } = this;
    const plain = this.plainCost(contextTokens);
    const rate = this.recentTokens > 0 ? this.recentTokens / this.recentMs : 1 / plain.ms;
    this.trust.expectKept(draft, kept);
    this.costs.cheapestByCount(contextTokens, draft.length + 1, ms, threads);
    const { factor } = this.hindsight;
    let sent = 0;
    let most = 1 - rate * plain.ms;
    for (let drafted = 1; drafted <= draft.length; drafted++) {
      const gain = 1 + factor * kept[drafted]! - rate * ms[drafted + 1]!;
      if (gain <= most) continue;
      most = gain;
      sent = drafted;
    }
    this.hopedFor = kept[sent]!;
    return {
      evaluatedTokens: sent === 0 ? plain.tokens : sent + 1,
      record: {
        offeredTokens: draft.length,
        sentTokens: sent,
        expectedKept: factor * kept[sent]!,
        expectedMs: sent === 0 ? plain.ms : ms[sent + 1]!,
        expectedPlainMs: plain.ms,
        tokensPerMs: rate,
        threads: sent === 0 ? plain.threads : threads[sent + 1]!,
        noDraft: sent > 0 ? null : noDraftReason(draft),
      },
    };
  }

  private makeRoom(draftTokens: number): void {
    if (this.kept.length >= draftTokens + 2) return;
    this.kept = new Float64Array(draftTokens + 2);
    this.ms = new Float64Array(draftTokens + 2);
    this.threads = new Int32Array(draftTokens + 2);
  }

  private plainCost(contextTokens: number): Cost & { readonly tokens: 1 | 2 } {
    const { costs, exactAlone } = this;
    if (exactAlone === null) return { ...costs.cheapest(1, contextTokens), tokens: 1 };
    return costs.cheapestExactAlone(contextTokens, (threads) => exactAlone(contextTokens, threads));
  }

  observe(step: FinishedStep): void {
    this.costs.observe(step.evaluatedTokens, step.threads, step.contextTokens, step.verifyMs);
    if (this.hopedFor > 0) this.hindsight.observe(this.hopedFor, step.committed.length - 1);
    this.compare(step);
    const fade = Math.max(0, 1 - step.committed.length / RATE_MEMORY_TOKENS);
    this.recentTokens = this.recentTokens * fade + step.committed.length;
    this.recentMs = this.recentMs * fade + step.stepMs;
  }

  /** What was committed shows how good the offer was, sent or not: a plain step judges its first token for nothing. */
  private compare({ committed, wouldKeepNext }: FinishedStep): void {
    const { length, tokens } = this.offered;
    const known = Math.min(committed.length, length);
    let matched = 0;
    while (matched < known && tokens[matched] === committed[matched]) matched++;
    if (wouldKeepNext) matched = known;
    if (known > 0) this.trust.observe(this.offered, matched, matched < known);
    this.offered = EMPTY_DRAFT;
  }
}

function noDraftReason(draft: Draft): NoDraftReason {
  return draft.length === 0 ? "noMatch" : "notWorthIt";
}
