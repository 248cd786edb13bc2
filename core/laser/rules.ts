// The vocabulary of verification: sampling settings, rules, guards and verdicts. Types and defaults only.

/** How the target's choice is made from the K largest logits: penalty first, then truncation, then the draw. */
export interface Sampling {
  /** 0: the most probable token. Above 0: a draw, seeded by `seed`, position and token. */
  readonly temperature: number;
  /** Draw from the k most probable; 0 = off. Not the relaxed rule's k. */
  readonly topK: number;
  /** Draw from the smallest set whose total probability reaches this; 1 = off. */
  readonly topP: number;
  /** Draw from tokens at least this fraction as probable as the top one; 0 = off. */
  readonly minP: number;
  /** Divides positive and multiplies negative logits of recent tokens; 1 = off. */
  readonly repetitionPenalty: number;
  /** How many of the last answer tokens the penalty considers. */
  readonly repetitionTokens: number;
  /** Any 32-bit integer. */
  readonly seed: number;
}

/** Greedy, without a penalty. */
export const DEFAULT_SAMPLING: Sampling = {
  temperature: 0,
  topK: 0,
  topP: 1,
  minP: 0,
  repetitionPenalty: 1,
  repetitionTokens: 128,
  seed: 0,
};

/** When a drafted token that is not the target's choice is kept. `delta` and `ratio` serve for comparison. */
export type Rule =
  | { readonly kind: "strict" }
  /** The published LASER rule: among the k most probable, and P > p. */
  | { readonly kind: "relaxed"; readonly topK: number; readonly minProbability: number }
  /** Among the k most probable and P ≥ P(top) − delta. */
  | { readonly kind: "delta"; readonly topK: number; readonly delta: number }
  /** Among the k most probable and P ≥ alpha · P(top). */
  | { readonly kind: "ratio"; readonly topK: number; readonly alpha: number };

/** The published setting: k = 2, p = 0.1 (run scripts of the official code). */
export const PUBLISHED_RULE = { kind: "relaxed", topK: 2, minProbability: 0.1 } as const satisfies Rule;

/** Limits on what a relaxed rule may keep. */
export interface Guards {
  /** If the target's choice is end-of-text, keep nothing else. */
  readonly endOfText: boolean;
  /** The most relaxed accepts in a row; null = no limit. */
  readonly maxConsecutiveRelaxed: number | null;
  /** The largest total log-probability gap in an answer, Σ ln P(top) − ln P(kept), in nats; null = no limit. */
  readonly maxNatsGivenUp: number | null;
}

export const DEFAULT_GUARDS: Guards = { endOfText: true, maxConsecutiveRelaxed: null, maxNatsGivenUp: null };

/** accepted: the target's choice · relaxed: another token that the rule keeps · unreached: after a rejection. */
export const VERDICT_KINDS = ["accepted", "relaxed", "rejected", "unreached"] as const;
export type VerdictKind = (typeof VERDICT_KINDS)[number];

/** Verdicts that keep a token. */
export type KeptKind = "accepted" | "relaxed";

/** Whether a verdict kind, or the kind of a committed token, is that of a drafted token which was kept. */
export function isKept(kind: string | undefined): kind is KeptKind {
  return kind === "accepted" || kind === "relaxed";
}

/** Why a verdict is what it is. */
export const VERDICT_REASONS = [
  "ownChoice", // accepted: it is what the target chose
  "withinRule", // relaxed: rank and probability satisfy the rule
  "notOwnChoice", // rejected by the strict rule
  "rank", // rejected: not among the k most probable
  "probability", // rejected: among them, but not probable enough
  "rankAndProbability", // rejected on both counts
  "endOfText", // rejected by the guard: the target chose to end here
  "consecutiveRelaxed", // rejected by the guard on relaxed accepts in a row
  "natsGivenUp", // rejected by the guard on the total log-probability gap
  "shorterBranch", // rejected: rule and guards would keep it, but a longer branch of the tree was kept
  "behindRejection", // unreached: an earlier token of the draft was rejected
] as const;
export type VerdictReason = (typeof VERDICT_REASONS)[number];

/** The decision on one drafted token, and the figures that led to it. */
export interface Verdict {
  readonly kind: VerdictKind;
  readonly reason: VerdictReason;
  /**
   * 1 = the most probable, by penalised logit, ties by lower id; null = not among the K, or too low among them to know.
   */
  readonly rank: number | null;
  /** Upper end of the interval that holds the true probability (temperature 1, before truncation). The rule uses it. */
  readonly probability: number;
  /** Lower end of that interval. */
  readonly probabilityLow: number;
  /** What the probability had to exceed; null under the strict rule. */
  readonly threshold: number | null;
  /** probability − threshold; null under the strict rule. */
  readonly margin: number | null;
}

/** What the guards carry from verdict to verdict. */
export interface JudgeState {
  readonly consecutiveRelaxed: number;
  /** Total log-probability gap so far in this answer, in nats. */
  readonly natsGivenUp: number;
}

/** At the start of an answer. */
export const INITIAL_JUDGE_STATE: JudgeState = { consecutiveRelaxed: 0, natsGivenUp: 0 };
