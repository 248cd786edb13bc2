// The record of one step, and the events and result of a run. Values only; traces are made of them.
import type { Draft } from "./draft.ts";
import type { Verdict } from "./rules.ts";
import type { TokenId } from "./target.ts";

/** correction: the target's choice instead of a rejected token · bonus: after a draft kept whole · plain: no draft. */
export const NEXT_KINDS = ["correction", "bonus", "plain"] as const;
export type NextKind = (typeof NEXT_KINDS)[number];

/** The distribution at one evaluated position: enough to judge its drafted token again under another rule. */
export interface RowRecord {
  /** The target's choice at this position. */
  readonly targetToken: TokenId;
  /**
   * The most probable tokens, by penalised logit descending (ties: lower id first); 8, or all where fewer were read.
   */
  readonly ids: Int32Array;
  /** Their logits after penalties, at temperature 1. */
  readonly logits: Float64Array;
  /** ln Σ exp(logit) over the K logits read: P(v) = exp(logit − logSumExp) at most. */
  readonly logSumExp: number;
  /** The same sum with every token outside the K as probable as it can be: P(v) = exp(logit − this) at least. */
  readonly logSumExpHigh: number;
}

/** Why no draft was sent. */
export const NO_DRAFT_REASONS = [
  "strategy", // plain decoding never drafts
  "noMatch", // nothing earlier continues this context
  "notWorthIt", // the planner expects a draft to cost more than it gains
  "noRoom", // one more token fills the context or the answer
] as const;
export type NoDraftReason = (typeof NO_DRAFT_REASONS)[number];

/** What the planner chose, and why. */
export interface PlanRecord {
  /** Drafted tokens that the drafter offered. */
  readonly offeredTokens: number;
  /** How many of them were sent to the target. */
  readonly sentTokens: number;
  /** How many of those were expected to be kept. */
  readonly expectedKept: number;
  /** Expected durations of the evaluation, and of one without a draft. */
  readonly expectedMs: number;
  readonly expectedPlainMs: number;
  /** λ: the run's recent rate in committed tokens per ms. */
  readonly tokensPerMs: number;
  readonly threads: number;
  readonly noDraft: NoDraftReason | null;
  /** The best draft that was not sent, if none was: its expected gain and cost. */
  readonly declined: DeclinedDraft | null;
}

/** The best draft of an offer of which the planner sent nothing. */
export interface DeclinedDraft {
  readonly draftedTokens: number;
  readonly expectedKept: number;
  readonly expectedMs: number;
}

/** One round of draft and verification. */
export interface Step {
  /** From 0. */
  readonly index: number;
  /** Position of the root in the sequence (0 = first prompt token). */
  readonly position: number;
  /** The last committed token, evaluated with the draft. */
  readonly root: TokenId;
  readonly draft: Draft;
  /** One per drafted token, in order. */
  readonly verdicts: readonly Verdict[];
  /** Indices of the drafted tokens that are kept, from the root down: 0, 1, 2 … in a chain. */
  readonly path: Int32Array;
  /** The target's own token, committed after the kept ones. */
  readonly next: { readonly kind: NextKind; readonly token: TokenId };
  /** Row i is the distribution after evaluated token i (0 = the root), unreached ones included. */
  readonly rows: readonly RowRecord[];
  readonly plan: PlanRecord;
  /** Root + draft, + fillers if they keep the run reproducible or the shape of the evaluation. */
  readonly evaluatedTokens: number;
  /** Kept tokens that the target computed again ahead of these; see TargetModel. */
  readonly repeatedTokens: number;
  readonly draftMs: number;
  readonly verifyMs: number;
  /** The rest of the step: judging, rollback, bookkeeping. */
  readonly otherMs: number;
}

/**
 * endOfText: the target ended the text · stop: a stop sequence was completed · loop: it repeated itself · complete: the
 * constraint allows nothing more · maxTokens: the limit was reached · stopped: the signal was aborted.
 */
export const FINISH_REASONS = ["endOfText", "stop", "loop", "complete", "maxTokens", "stopped"] as const;
export type FinishReason = (typeof FINISH_REASONS)[number];

/**
 * prefill: after each evaluated chunk, with the time since the run began · step: after each step, with the tokens it
 * committed.
 */
export type DecodeEvent =
  | {
      readonly kind: "prefill";
      /** Tokens before the first root that the target keeps now, of `totalTokens`. */
      readonly doneTokens: number;
      readonly totalTokens: number;
      /** Of those done, how many it still held from the run before. */
      readonly heldTokens: number;
      /** Since the run began. */
      readonly ms: number;
    }
  | { readonly kind: "step"; readonly step: Step; readonly committed: readonly TokenId[] };

/** How a run ended. */
export interface DecodeResult {
  readonly finish: FinishReason;
  /** All committed tokens, including an end-of-text token at the end. */
  readonly tokens: readonly TokenId[];
  /** Prompt tokens evaluated before the first root; those that the target still held are not among them. */
  readonly prefillTokens: number;
  readonly prefillMs: number;
}
