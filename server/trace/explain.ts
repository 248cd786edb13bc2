// Decisions in words: one sentence for each verdict and for each missing draft.
// The figures come from the verdict; nothing is judged again here. It must not know where a sentence is shown.
import { unreachable, type NoDraftReason, type Rule } from "../laser/index.ts";
import type { TraceRequest, TraceVerdict } from "./types.ts";

/** What was asked for, as far as a verdict depends on it. */
export type JudgedBy = Pick<TraceRequest, "rule" | "guards" | "rowWidth">;

/** E.g. "rank 3, p = 0.04: relaxed rule needs rank ≤ 2 and p > 0.10". */
export function verdictSentence(verdict: TraceVerdict, { rule, guards, rowWidth }: JudgedBy): string {
  const standing = standingOf(verdict, rowWidth);
  const rank = rankLimit(rule);
  const limit = probabilityLimit(rule, verdict);
  switch (verdict.reason) {
    case "ownChoice":
      return `${standing}: the target's own choice`;
    case "withinRule":
      return `${standing}: not the target's choice, but ${rule.kind} rule keeps ${rank} and ${limit}`;
    case "notOwnChoice":
      return `${standing}: ${rule.kind} rule keeps only the target's own choice`;
    case "rank":
      return `${standing}: ${rule.kind} rule needs ${rank} (and ${limit}, which holds)`;
    case "probability":
      return `${standing}: ${rule.kind} rule needs ${limit} (and ${rank}, which holds)`;
    case "rankAndProbability":
      return `${standing}: ${rule.kind} rule needs ${rank} and ${limit}`;
    case "endOfText":
      return `${standing}: the target wants to end here, and then only its end is kept`;
    case "consecutiveRelaxed":
      return `${standing}: ${rule.kind} rule is met, but at most ${several(guards.maxConsecutiveRelaxed, "relaxed accept")} in a row may be kept`;
    case "natsGivenUp":
      return `${standing}: ${rule.kind} rule is met, but the answer would give up more than ${several(guards.maxNatsGivenUp, "nat")}`;
    case "behindRejection":
      return `not reached, behind a rejected token (${standing} at this place)`;
    default:
      return unreachable(verdict.reason);
  }
}

/** Why a step has no draft, e.g. "no draft: nothing earlier continues this context". */
export function noDraftSentence(reason: NoDraftReason): string {
  switch (reason) {
    case "strategy":
      return "no draft: plain decoding never drafts";
    case "noMatch":
      return "no draft: nothing earlier continues this context";
    case "notWorthIt":
      return "no draft: it was expected to cost more time than it brings";
    case "noRoom":
      return "no draft: one more token fills the answer or the context";
    default:
      return unreachable(reason);
  }
}

/**
 * A probability with as many digits as it needs, two decimals at least: 0.04, 0.31, 0.999, 0.0003, 4e-9.
 * Never like 0 or 1 unless it is, and never like `against` unless it is equal.
 */
export function formatProbability(probability: number, against?: number): string {
  for (let decimals = 2; decimals <= 6; decimals++) {
    const text = probability.toFixed(decimals);
    const rounded = Number(text);
    const isCoarse = Math.abs(rounded - probability) > 0.2 * probability;
    const looksCertain = rounded === 1 && probability !== 1;
    const looksEqual =
      against !== undefined && probability !== against && rounded === Number(against.toFixed(decimals));
    if (!isCoarse && !looksCertain && !looksEqual) return text;
  }
  const short = probability < 1e-6 ? probability.toExponential(0) : String(probability);
  return Number(short) === against ? String(probability) : short;
}

function standingOf({ rank, probability, threshold }: TraceVerdict, rowWidth: number): string {
  const figure = formatProbability(probability, threshold ?? undefined);
  // Behind the logits held only bounds are known.
  return rank === null
    ? `not among the ${rowWidth} most probable, p ≤ ${figure}`
    : `rank ${rank}, p = ${figure}`;
}

function rankLimit(rule: Rule): string {
  return rule.kind === "strict" ? "rank 1" : `rank ≤ ${rule.topK}`;
}

function probabilityLimit(rule: Rule, { probability, threshold }: TraceVerdict): string {
  const figure = formatProbability(threshold ?? 0, probability);
  switch (rule.kind) {
    case "strict":
      return "the target's own choice";
    case "relaxed":
      return `p > ${figure}`;
    case "delta":
      return `p ≥ ${figure} (${formatProbability(rule.delta)} under the best)`;
    case "ratio":
      return `p ≥ ${figure} (${formatProbability(rule.alpha)} of the best)`;
    default:
      return unreachable(rule);
  }
}

function several(limit: number | null, thing: string): string {
  return `${limit ?? 0} ${thing}${limit === 1 ? "" : "s"}`;
}
