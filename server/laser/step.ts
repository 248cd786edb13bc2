// What one verify step leaves behind, and what a decode run reports. Values only.
// The trace stores these; this file must not know how.
import type { Draft } from "./draft.ts";
import type { Verdict } from "./rules.ts";
import type { TokenId } from "./target.ts";

/** correction: the target's choice in place of a rejected token · bonus: behind a draft kept whole · plain: no draft. */
export const NEXT_KINDS = ["correction", "bonus", "plain"] as const;
export type NextKind = (typeof NEXT_KINDS)[number];

/** The distribution at one evaluated position, as it was judged: enough to judge it again under another rule. */
export interface RowRecord {
  /** The target's own choice at this position. */
  readonly own: TokenId;
  /** The most probable tokens, penalised logits descending (ties: lower id first); at least 8 where there are 8. */
  readonly ids: Int32Array;
  /** Their logits after penalties, at temperature 1. */
  readonly logits: Float64Array;
  /** ln Σ exp(logit) over the K logits held: P(v) = exp(logit − logSumExp) at most. */
  readonly logSumExp: number;
  /** The same sum with every token outside the K as probable as it can be: P(v) = exp(logit − this) at least. */
  readonly logSumExpHigh: number;
}

/** Why no draft was sent. */
export const NO_DRAFT_REASONS = [
  "strategy", // plain decoding never drafts
  "noMatch", // nothing earlier continues this context
  "notWorthIt", // the planner expects a draft to cost more than it brings
  "noRoom", // one more token fills the context or the answer
] as const;
export type NoDraftReason = (typeof NO_DRAFT_REASONS)[number];

/** What the planner saw and chose. */
export interface PlanRecord {
  /** Tokens the drafter offered. */
  readonly offeredTokens: number;
  /** Tokens sent. */
  readonly sentTokens: number;
  /** Expected kept tokens of what was sent. */
  readonly expectedKept: number;
  /** Expected duration of the evaluation, and of one without a draft. */
  readonly expectedMs: number;
  readonly expectedPlainMs: number;
  /** λ: the run's recent rate in committed tokens per ms. */
  readonly tokensPerMs: number;
  readonly threads: number;
  readonly noDraft: NoDraftReason | null;
}

export interface Step {
  readonly index: number;
  /** Place of the root in the sequence (0 = first prompt token). */
  readonly position: number;
  readonly root: TokenId;
  readonly draft: Draft;
  /** One a drafted token, in order. */
  readonly verdicts: readonly Verdict[];
  readonly next: { readonly kind: NextKind; readonly token: TokenId };
  /** Row i is the distribution behind evaluated token i (0 = the root), unreached ones too. */
  readonly rows: readonly RowRecord[];
  readonly plan: PlanRecord;
  /** Tokens evaluated: root + draft, + 1 where a filler keeps the run reproducible. */
  readonly evaluatedTokens: number;
  readonly draftMs: number;
  readonly verifyMs: number;
  /** The rest of the step: judging, rollback, bookkeeping. */
  readonly otherMs: number;
}

/** endOfText: the target ended · maxTokens: the limit was reached · stopped: the signal was raised. */
export const FINISH_REASONS = ["endOfText", "maxTokens", "stopped"] as const;
export type FinishReason = (typeof FINISH_REASONS)[number];

export type DecodeEvent =
  | { readonly kind: "prefill"; readonly doneTokens: number; readonly totalTokens: number }
  | { readonly kind: "step"; readonly step: Step; readonly committed: readonly TokenId[] };

export interface DecodeResult {
  readonly finish: FinishReason;
  /** Every committed token, an end-of-text token at the end included. */
  readonly tokens: readonly TokenId[];
  readonly prefillTokens: number;
  readonly prefillMs: number;
}
