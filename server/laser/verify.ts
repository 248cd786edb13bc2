// Verification: is a drafted token kept? One pure function, the same for live decoding and what-if.
// Second door of laser/ (the webview imports this file too). It must not know models, drafters or recordings.
import type { Distribution } from "./process.ts";
import type { Guards, JudgeState, Rule, Verdict, VerdictKind, VerdictReason } from "./rules.ts";
import { unreachable } from "./fault.ts";

/** Where a token stands in a distribution. */
export interface Standing {
  /** 1 = the most probable; null = not among the entries held, or so low that others outside may stand above it. */
  readonly rank: number | null;
  /** Upper end of the interval that holds the true probability at temperature 1. */
  readonly probability: number;
  /** Lower end; 0 for a token not among the entries held. */
  readonly probabilityLow: number;
}

/** Finds a token among the entries of a distribution; O(entries). */
export function standing(token: number, row: Distribution): Standing {
  for (let i = 0; i < row.size; i++) {
    if (row.ids[i] !== token) continue;
    return {
      rank: row.logits[i]! >= row.outsideLogit ? i + 1 : null,
      probability: Math.exp(row.logits[i]! - row.logSumExp),
      probabilityLow: Math.exp(row.logits[i]! - row.logSumExpHigh),
    };
  }
  return { rank: null, probability: Math.exp(row.outsideLogit - row.logSumExp), probabilityLow: 0 };
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

/** What a decision on a drafted token hangs on. */
export interface Judged {
  readonly isOwnChoice: boolean;
  readonly rank: number | null;
  readonly probability: number;
  /** Probability of the best entry at its place. */
  readonly topProbability: number;
  /** Whether the target's own choice there ends the text. */
  readonly ownEndsText: boolean;
}

/**
 * Judges one drafted token. Accepted iff it is the target's own choice; else relaxed iff the rule and the guards
 * allow it; else rejected. Under the published rule (relaxed) the probability must be strictly above p.
 */
export function judge(
  token: number,
  row: Distribution,
  rule: Rule,
  guards: Guards,
  state: JudgeState,
): Verdict {
  const place = standing(token, row);
  const topProbability = Math.exp(row.logits[0]! - row.logSumExp);
  const limit = threshold(rule, topProbability);
  const { rank, probability } = place;
  const { ownEndsText } = row;
  const judged = { isOwnChoice: token === row.own, rank, probability, topProbability, ownEndsText };
  const reason = reasonFor(judged, rule, guards, state);
  return {
    kind: kindFor(reason),
    reason,
    ...place,
    threshold: limit,
    margin: limit === null ? null : probability - limit,
  };
}

/** The rule itself: why a token that is reached is accepted, relaxed or rejected. Allocates nothing. */
export function reasonFor(
  { isOwnChoice, rank, probability, topProbability, ownEndsText }: Judged,
  rule: Rule,
  guards: Guards,
  state: JudgeState,
): VerdictReason {
  if (isOwnChoice) return "ownChoice";
  const limit = threshold(rule, topProbability);
  if (rule.kind === "strict" || limit === null) return "notOwnChoice";
  if (guards.endOfText && ownEndsText) return "endOfText";

  const rankPasses = rank !== null && rank <= rule.topK;
  const probabilityPasses = rule.kind === "relaxed" ? probability > limit : probability >= limit;
  if (!rankPasses || !probabilityPasses) {
    if (rankPasses) return "probability";
    return probabilityPasses ? "rank" : "rankAndProbability";
  }
  if (guards.maxConsecutiveRelaxed !== null && state.consecutiveRelaxed >= guards.maxConsecutiveRelaxed)
    return "consecutiveRelaxed";
  const nats = Math.log(topProbability / probability);
  if (guards.maxNatsGivenUp !== null && state.natsGivenUp + nats > guards.maxNatsGivenUp)
    return "natsGivenUp";
  return "withinRule";
}

/** What a reason of `reasonFor` decides. */
export function kindFor(reason: VerdictReason): VerdictKind {
  if (reason === "ownChoice") return "accepted";
  return reason === "withinRule" ? "relaxed" : "rejected";
}

/** The verdict on a token behind a rejection: where it stood, for what-if; it was not judged. */
export function unreached(token: number, row: Distribution, rule: Rule): Verdict {
  const place = standing(token, row);
  const limit = threshold(rule, Math.exp(row.logits[0]! - row.logSumExp));
  return {
    kind: "unreached",
    reason: "behindRejection",
    ...place,
    threshold: limit,
    margin: limit === null ? null : place.probability - limit,
  };
}

/** The state behind a verdict, or behind the target's own token (`verdict` null), which ends a run of relaxed ones. */
export function afterVerdict(state: JudgeState, verdict: Verdict | null, row: Distribution): JudgeState {
  if (verdict?.kind !== "relaxed") {
    return state.consecutiveRelaxed === 0 ? state : { ...state, consecutiveRelaxed: 0 };
  }
  const top = Math.exp(row.logits[0]! - row.logSumExp);
  return {
    consecutiveRelaxed: state.consecutiveRelaxed + 1,
    natsGivenUp: state.natsGivenUp + Math.log(top / verdict.probability),
  };
}
