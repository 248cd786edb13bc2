// Verification: is a drafted token kept? One pure function, the same for live decoding and what-if.
// The webview imports this file directly, without the rest of laser/.
import type { Distribution } from "./distribution.ts";
import type { Guards, JudgeState, Rule, Verdict, VerdictKind, VerdictReason } from "../rules.ts";
import { unreachable } from "../../base/index.ts";

/** Rank and probability of a token in a distribution. */
export interface TokenProbability {
  /** 1 = the most probable; null = not among the entries, or so low that tokens outside them may rank above it. */
  readonly rank: number | null;
  /** Upper end of the interval that holds the true probability at temperature 1. */
  readonly probability: number;
  /** Lower end; 0 for a token not among the entries. */
  readonly probabilityLow: number;
}

/** Looks a token up among the entries of a distribution and the other known tokens; O(entries). */
export function probabilityOf(token: number, row: Distribution): TokenProbability {
  for (let i = 0; i < row.size; i++) {
    if (row.ids[i] !== token) continue;
    return {
      rank: row.logits[i]! >= row.outsideLogit ? i + 1 : null,
      probability: Math.exp(row.logits[i]! - row.logSumExp),
      probabilityLow: Math.exp(row.logits[i]! - row.logSumExpHigh),
    };
  }
  for (let i = 0; i < (row.alsoIds?.length ?? 0); i++) {
    if (row.alsoIds![i] !== token) continue;
    const probability = Math.exp(row.alsoLogits![i]! - row.logSumExp);
    return { rank: null, probability, probabilityLow: probability };
  }
  return { rank: null, probability: Math.exp(row.outsideLogit - row.logSumExp), probabilityLow: 0 };
}

/** Probability of the most probable token, 0 … 1. */
export function topProbability({ logits, logSumExp }: Pick<Distribution, "logits" | "logSumExp">): number {
  return Math.exp((logits[0] ?? -Infinity) - logSumExp);
}

/** ln P(top) − ln P(token): how many nats are given up by keeping a token instead of the most probable one. */
export function logProbabilityGap(topProbability: number, probability: number): number {
  return Math.log(topProbability / probability);
}

/** What the probability must exceed (or, for delta and ratio, reach); null under the strict rule. */
export function threshold(rule: Rule, topProbability: number): number | null {
  switch (rule.kind) {
    case "strict":
      return null;
    case "relaxed":
      return rule.minProbability;
    case "delta":
      return Math.max(0, topProbability - rule.delta);
    case "ratio":
      return topProbability * rule.alpha;
    default:
      return unreachable(rule);
  }
}

/** What the decision on a drafted token depends on, besides rule, guards and state. */
export interface JudgeInput {
  readonly isTargetChoice: boolean;
  /** As in TokenProbability. */
  readonly rank: number | null;
  readonly probability: number;
  /** Probability of the most probable token at its position. */
  readonly topProbability: number;
  /** Whether the target's choice there is an end-of-text token. */
  readonly targetEndsText: boolean;
}

/**
 * Judges one drafted token. Accepted iff it is the target's choice; else relaxed iff rule and guards allow it; else
 * rejected. Under the published rule (relaxed) the probability must be strictly above p.
 */
export function judge(
  token: number,
  row: Distribution,
  rule: Rule,
  guards: Guards,
  state: JudgeState,
): Verdict {
  const found = probabilityOf(token, row);
  const top = topProbability(row);
  const limit = threshold(rule, top);
  const { rank, probability } = found;
  const { targetToken, targetEndsText } = row;
  const input = {
    isTargetChoice: token === targetToken,
    rank,
    probability,
    topProbability: top,
    targetEndsText,
  };
  const reason = reasonFor(input, rule, guards, state);
  return {
    kind: kindFor(reason),
    reason,
    ...found,
    threshold: limit,
    margin: limit === null ? null : probability - limit,
  };
}

/** The rule itself: why a token after kept ones is accepted, relaxed or rejected. Allocates nothing. */
export function reasonFor(
  { isTargetChoice, rank, probability, topProbability, targetEndsText }: JudgeInput,
  rule: Rule,
  guards: Guards,
  state: JudgeState,
): VerdictReason {
  if (isTargetChoice) return "ownChoice";
  const limit = threshold(rule, topProbability);
  if (rule.kind === "strict" || limit === null) return "notOwnChoice";
  if (guards.endOfText && targetEndsText) return "endOfText";

  const rankPasses = rank !== null && rank <= rule.topK;
  const probabilityPasses = rule.kind === "relaxed" ? probability > limit : probability >= limit;
  if (!rankPasses || !probabilityPasses) {
    if (rankPasses) return "probability";
    return probabilityPasses ? "rank" : "rankAndProbability";
  }
  if (guards.maxConsecutiveRelaxed !== null && state.consecutiveRelaxed >= guards.maxConsecutiveRelaxed)
    return "consecutiveRelaxed";
  const nats = logProbabilityGap(topProbability, probability);
  if (guards.maxNatsGivenUp !== null && state.natsGivenUp + nats > guards.maxNatsGivenUp)
    return "natsGivenUp";
  return "withinRule";
}

/** The verdict that a reason of `reasonFor` implies. */
export function kindFor(reason: VerdictReason): VerdictKind {
  if (reason === "ownChoice") return "accepted";
  return reason === "withinRule" ? "relaxed" : "rejected";
}

/** The verdict on a token after a rejection. It was not judged; rank and probability are kept for what-if. */
export function unreached(token: number, row: Distribution, rule: Rule): Verdict {
  const found = probabilityOf(token, row);
  const limit = threshold(rule, topProbability(row));
  return {
    kind: "unreached",
    reason: "behindRejection",
    ...found,
    threshold: limit,
    margin: limit === null ? null : found.probability - limit,
  };
}

/**
 * The state after a verdict, or after a token of the target itself (`verdict` null), which ends a run of relaxed ones.
 */
export function stateAfter(state: JudgeState, verdict: Verdict | null, row: Distribution): JudgeState {
  if (verdict?.kind !== "relaxed") {
    return state.consecutiveRelaxed === 0 ? state : { ...state, consecutiveRelaxed: 0 };
  }
  return {
    consecutiveRelaxed: state.consecutiveRelaxed + 1,
    natsGivenUp: state.natsGivenUp + logProbabilityGap(topProbability(row), verdict.probability),
  };
}
