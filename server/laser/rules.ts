// The words of verification: sampling settings, rules, guards and verdicts. Types and defaults only.

/** How the target's own choice is made. Applied by our code to the K largest logits, in this order. */
export interface Sampling {
  /** 0 takes the most probable token; above 0 the draw is seeded by position and token. */
  readonly temperature: number;
  /** Keep the k most probable before the draw; 0 = off. Not the relaxed rule's k. */
  readonly topK: number;
  /** Keep the smallest set whose probability reaches this before the draw; 1 = off. */
  readonly topP: number;
  /** Keep tokens with at least this share of the best one's probability; 0 = off. */
  readonly minP: number;
  /** Divides positive and multiplies negative logits of recent tokens; 1 = off. */
  readonly repetitionPenalty: number;
  /** How many of the last tokens of the answer the penalty looks at. */
  readonly repetitionTokens: number;
  /** Any 32-bit whole number. */
  readonly seed: number;
}

export const DEFAULT_SAMPLING: Sampling = {
  temperature: 0,
  topK: 0,
  topP: 1,
  minP: 0,
  repetitionPenalty: 1,
  repetitionTokens: 128,
  seed: 0,
};

/** When a drafted token is kept. `delta` and `ratio` stand beside the published rule for comparison. */
export type Rule =
  | { readonly kind: "strict" }
  /** LASER: among the k most probable and its probability above p. */
  | { readonly kind: "relaxed"; readonly topK: number; readonly minProbability: number }
  /** Among the k most probable and P ≥ P(top) − delta. */
  | { readonly kind: "delta"; readonly topK: number; readonly delta: number }
  /** Among the k most probable and P ≥ alpha · P(top). */
  | { readonly kind: "ratio"; readonly topK: number; readonly alpha: number };

/** The published setting: k = 2, p = 0.1 (run scripts of the official code). */
export const PUBLISHED_RULE = { kind: "relaxed", topK: 2, minProbability: 0.1 } as const satisfies Rule;

export interface Guards {
  /** Where the target wants to end, keep nothing but its end. */
  readonly endOfText: boolean;
  /** The most relaxed accepts in a row; null = no limit. */
  readonly maxConsecutiveRelaxed: number | null;
  /** The most nats given up in an answer, Σ log P(top) − log P(kept); null = no limit. */
  readonly maxNatsGivenUp: number | null;
}

export const DEFAULT_GUARDS: Guards = { endOfText: true, maxConsecutiveRelaxed: null, maxNatsGivenUp: null };

/** accepted: the target's own choice · relaxed: kept by the rule though it is not · unreached: behind a rejection. */
export const VERDICT_KINDS = ["accepted", "relaxed", "rejected", "unreached"] as const;
export type VerdictKind = (typeof VERDICT_KINDS)[number];

/** Verdicts that keep a token. */
export type KeptKind = "accepted" | "relaxed";

/** Whether a verdict, or how a shown token came about, is that of a drafted token which was kept. */
export function isKept(kind: string | undefined): kind is KeptKind {
  return kind === "accepted" || kind === "relaxed";
}

export const VERDICT_REASONS = [
  "ownChoice", // accepted: it is what the target chose
  "withinRule", // relaxed: rank and probability satisfy the rule
  "notOwnChoice", // rejected by the strict rule
  "rank", // rejected: not among the k most probable
  "probability", // rejected: among them, but not probable enough
  "rankAndProbability", // rejected on both counts
  "endOfText", // rejected by the guard: the target wants to end here
  "consecutiveRelaxed", // rejected by the guard on relaxed accepts in a row
  "natsGivenUp", // rejected by the guard on log-probability given up
  "behindRejection", // unreached: an earlier token of the draft was rejected
] as const;
export type VerdictReason = (typeof VERDICT_REASONS)[number];

/** What was decided on one drafted token, and the figures it was decided on. */
export interface Verdict {
  readonly kind: VerdictKind;
  readonly reason: VerdictReason;
  /** 1 = the most probable, by penalised logit, ties by lower id; null = behind the K logits held, or too low among them to tell. */
  readonly rank: number | null;
  /** Upper end of the interval in which the true probability lies (temperature 1, before truncation). Decides. */
  readonly probability: number;
  /** Lower end of that interval. */
  readonly probabilityLow: number;
  /** What the probability had to exceed; null under the strict rule. */
  readonly threshold: number | null;
  /** probability − threshold; null under the strict rule. */
  readonly margin: number | null;
}

/** What a run of verdicts carries from one to the next. */
export interface JudgeState {
  readonly consecutiveRelaxed: number;
  /** Nats given up so far in this answer. */
  readonly natsGivenUp: number;
}

export const FRESH_JUDGE_STATE: JudgeState = { consecutiveRelaxed: 0, natsGivenUp: 0 };
