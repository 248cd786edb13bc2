// Decisions in words: one sentence for each verdict and for each missing draft. The figures come from the
// verdict; nothing is judged again.
import { several, unreachable, t } from "../../base/index.ts";
import type { NoDraftReason, Rule } from "../../laser/index.ts";
import type { TracePlan, TraceRequest, TraceVerdict } from "../types.ts";

/** The parts of a request that a verdict depends on. */
export type JudgedBy = Pick<TraceRequest, "rule" | "guards" | "rowWidth" | "inheritedTokens">;

/** E.g. "rank 3, p = 0.04: the relaxed rule needs rank ≤ 2 and p > 0.10; both fail, p is 0.06 below the threshold". */
export function verdictSentence(verdict: TraceVerdict, judgedBy: JudgedBy): string {
  const { rule, guards, rowWidth } = judgedBy;
  const probability = probabilityWordsOf(verdict, rowWidth);
  const rank = rankLimit(rule);
  const limit = probabilityLimit(rule, verdict);
  switch (verdict.reason) {
    case "ownChoice":
      return t("{0}: the target's choice", probability);
    case "withinRule":
      return `${probability}: not the target's choice, but the ${rule.kind} rule keeps ${rank} and ${limit}; ${metWords(rule, verdict)}`;
    case "notOwnChoice":
      return t("{0}: the {1} rule keeps only the target's choice", probability, rule.kind);
    case "rank":
      return t(
        "{0}: the {1} rule needs {2} and {3}; the rank fails, {4}",
        probability,
        rule.kind,
        rank,
        limit,
        metWords(rule, verdict),
      );
    case "probability":
      return t(
        "{0}: the {1} rule needs {2} and {3}; the rank holds, {4}",
        probability,
        rule.kind,
        rank,
        limit,
        missedWords(rule, verdict),
      );
    case "rankAndProbability":
      return t(
        "{0}: the {1} rule needs {2} and {3}; both fail, {4}",
        probability,
        rule.kind,
        rank,
        limit,
        missedWords(rule, verdict),
      );
    case "endOfText":
      return t(
        "{0}: the target chose to end the text here, and the end-of-text guard keeps nothing else",
        probability,
      );
    case "consecutiveRelaxed":
      return t(
        "{0}: the {1} rule would keep it ({2}), but at most {3} in a row {4} allowed",
        probability,
        rule.kind,
        aboveWords(rule, verdict),
        several(guards.maxConsecutiveRelaxed ?? 0, "relaxed accept"),
        guards.maxConsecutiveRelaxed === 1 ? "is" : "are",
      );
    case "natsGivenUp":
      return t(
        "{0}: the {1} rule would keep it ({2}), but {3} would give up more than {4}",
        probability,
        rule.kind,
        aboveWords(rule, verdict),
        countedText(judgedBy),
        several(guards.maxNatsGivenUp ?? 0, "nat"),
      );
    case "shorterBranch":
      return t(
        "{0}: the {1} rule would keep it, but a longer or more probable branch of the draft is kept",
        probability,
        rule.kind,
      );
    case "behindRejection":
      return t("not reached: an earlier token of the draft was rejected ({0} at this position)", probability);
    default:
      return unreachable(verdict.reason);
  }
}

/** The text over which a run counts the nats that it gives up: a continued run counts only what it writes itself. */
export function countedText({ inheritedTokens = 0 }: Pick<TraceRequest, "inheritedTokens">): string {
  return inheritedTokens > 0 ? t("the rest of the answer") : t("the answer");
}

/** E.g. "no draft: no earlier text matches this context". @param declined the best draft that was not sent */
export function noDraftSentence(reason: NoDraftReason, declined: TracePlan["declined"] = null): string {
  return t("no draft: {0}", noDraftReason(reason, declined));
}

/** The reason alone, for a sentence that has said that there was no draft. */
export function noDraftReason(reason: NoDraftReason, declined: TracePlan["declined"] = null): string {
  switch (reason) {
    case "strategy":
      return t("plain decoding never drafts");
    case "noMatch":
      return t("no earlier text matches this context");
    case "notWorthIt":
      return declined === null ? t("not worth its time") : declinedReason(declined);
    case "noRoom":
      return t("the answer or the context has room for one more token only");
    default:
      return unreachable(reason);
  }
}

function declinedReason({
  draftedTokens,
  expectedKept,
  expectedMs,
}: NonNullable<TracePlan["declined"]>): string {
  const kept = expectedKept === null ? "" : t(", {0} expected to be kept", figure(expectedKept));
  const cost = expectedMs === null ? t("more") : t("{0} ms, more", figure(expectedMs));
  return t(
    "the best one ({0}{1}) was expected to cost {2} than it gains",
    several(draftedTokens, "token"),
    kept,
    cost,
  );
}

/** One decimal, or two digits of what is less than 0.1. */
function figure(value: number): string {
  return value === 0 || value >= 0.1 ? value.toFixed(1) : String(Number(value.toPrecision(2)));
}

/**
 * A probability with as many digits as needed, at least two decimals: 0.04, 0.31, 0.999, 0.0003, 4e-9. Shown as 0 or
 * 1, or as equal to `against`, only if it is.
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

/** E.g. "47 %", "2.4 %". Only 0 is "0 %" and only 1 is "100 %". */
export function shareWords(share: number | null): string {
  if (share === null) return "–";
  const percent = 100 * share;
  if (percent > 0 && percent < 0.1) return "< 0.1 %";
  if (percent > 99 && percent < 100) return `${(Math.floor(percent * 10) / 10).toFixed(1)} %`;
  return `${percent.toFixed(percent > 0 && percent < 10 ? 1 : 0)} %`;
}

/** The interval that contains a probability. Both ends are equal if it is known exactly. */
export interface ProbabilityInterval {
  /** The upper end, which decides. */
  readonly probability: number;
  readonly probabilityLow: number;
}

/** Whether the bounds of a probability differ as shown. */
function boundsDiffer({ probability, probabilityLow }: ProbabilityInterval, against?: number): boolean {
  return formatProbability(probability, against) !== formatProbability(probabilityLow, against);
}

/** Below this share of the upper bound, a lower one says no more than that the token is of the tail. */
const TELLING_SHARE = 0.1;

/** E.g. "0.04", "0.93–0.995" between its bounds, or "≤ 0.04" if the lower bound says little. */
export function probabilityFigure(interval: ProbabilityInterval, against?: number): string {
  const { probability, probabilityLow } = interval;
  const high = formatProbability(probability, against);
  if (!boundsDiffer(interval, against)) return high;
  return probabilityLow < TELLING_SHARE * probability
    ? `≤ ${high}`
    : `${formatProbability(probabilityLow, against)}–${high}`;
}

/** "p = 0.04", "p = 0.93–0.995" or "p ≤ 0.04", see probabilityFigure. */
export function probabilityWords(interval: ProbabilityInterval, against?: number): string {
  const figure = probabilityFigure(interval, against);
  return figure.startsWith("≤") ? `p ${figure}` : `p = ${figure}`;
}

function probabilityWordsOf(verdict: TraceVerdict, rowWidth: number): string {
  const { rank, threshold } = verdict;
  const place = rank === null ? t("not among the {0} most probable", rowWidth) : `rank ${rank}`;
  return `${place}, ${probabilityWords(verdict, threshold ?? undefined)}`;
}

/**
 * Whether the lower bound meets the limit that the upper bound meets. Delta and ratio compare a token with the best of
 * its row, whose lower bound is lower by the same ratio: the distance only shrinks.
 */
function isSurelyMet(rule: Rule, { probabilityLow, threshold }: TraceVerdict): boolean {
  return rule.kind !== "relaxed" || probabilityLow > (threshold ?? 0);
}

function metWords(rule: Rule, verdict: TraceVerdict): string {
  const margin = verdict.margin ?? 0;
  if (!isSurelyMet(rule, verdict))
    return t("the upper bound of p is {0} above the threshold", formatProbability(margin));
  return margin === 0 ? t("p is exactly at the threshold") : aboveWords(rule, verdict);
}

function aboveWords(rule: Rule, verdict: TraceVerdict): string {
  return t("p is {0} above the threshold", distanceWords(rule, verdict));
}

function missedWords(rule: Rule, verdict: TraceVerdict): string {
  if (verdict.margin !== 0) return t("p is {0} below the threshold", distanceWords(rule, verdict));
  return t(
    "{0} only equals the threshold",
    boundsDiffer(verdict, verdict.threshold ?? undefined) ? t("the upper bound of p") : "p",
  );
}

/**
 * The distance of p from the threshold: "0.06", or "at most" or "at least" 0.06 if the true one may be smaller or
 * larger. It is smaller for a fixed threshold; relative to the best of the row it shrinks and grows with that.
 */
function distanceWords(rule: Rule, verdict: TraceVerdict): string {
  const margin = verdict.margin ?? 0;
  const other = otherMargin(rule, verdict, margin);
  const figure = formatProbability(Math.abs(margin));
  if (figure === formatProbability(Math.abs(other))) return figure;
  return `${margin < 0 === other < margin ? t("at least") : t("at most")} ${figure}`;
}

/** The margin if all probabilities of the row are at their lower bounds. */
function otherMargin(rule: Rule, verdict: TraceVerdict, margin: number): number {
  const { probability, probabilityLow, threshold } = verdict;
  const part = probability > 0 ? probabilityLow / probability : 1;
  if (rule.kind === "ratio") return margin * part;
  // A threshold of 0 is one that δ is too large to raise, so it stays.
  if (rule.kind !== "delta" || threshold === 0) return margin - (probability - probabilityLow);
  return rule.delta - part * (rule.delta - margin);
}

function rankLimit(rule: Rule): string {
  return rule.kind === "strict" ? t("rank 1") : t("rank ≤ {0}", rule.topK);
}

function probabilityLimit(rule: Rule, { probability, threshold }: TraceVerdict): string {
  const figure = formatProbability(threshold ?? 0, probability);
  switch (rule.kind) {
    case "strict":
      return t("the target's choice");
    case "relaxed":
      return `p > ${figure}`;
    case "delta":
      return t("p ≥ {0} ({1} below the best)", figure, formatProbability(rule.delta));
    case "ratio":
      return t("p ≥ {0} ({1} of the best)", figure, formatProbability(rule.alpha));
    default:
      return unreachable(rule);
  }
}
