// Compares two recorded runs: where and why their answers first diverge, and how they continue. Nothing is
// judged again.
import type { KeptKind, NextKind } from "../../laser/index.ts";
import {
  committedClassOf,
  committedOf,
  committedPlaces,
  inheritedOf,
  type Trace,
  type TraceVerdict,
} from "../../trace/index.ts";
import { alignAnswers, type Segment } from "./align.ts";
import { answerPieces } from "./answerText.ts";
import { sameAnswerConditions } from "./conditions.ts";

/** A token of an answer and where it came from. */
export interface AnswerToken {
  /** Index into the tokens of the answer, inherited ones first. */
  readonly token: number;
  readonly id: number;
  /** null for an inherited token: an earlier run wrote it, or a person chose it. */
  readonly written: WrittenToken | null;
}

export interface WrittenToken {
  readonly step: number;
  /** Position in the draft; the draft's length for the target's token after it. */
  readonly place: number;
  readonly tokenClass: KeptKind | NextKind;
  /** null for the target's token: it was chosen, not judged. */
  readonly verdict: TraceVerdict | null;
}

export interface AnswerDivergence {
  /** Tokens of each side before it. */
  readonly leftTokens: number;
  readonly rightTokens: number;
  /** What each wrote there; null if its answer had ended. */
  readonly left: AnswerToken | null;
  readonly right: AnswerToken | null;
  /**
   * ended: one answer continues where the other ended · inherited: one had another token, inherited from an earlier
   * run or chosen there · relaxed: one kept a token that was not the target's choice · conditions: both wrote the
   * target's choice, under different conditions · numerics: the conditions were the same, so the logits differ, by
   * rounding or because a run was not reproducible.
   */
  readonly cause: "ended" | "inherited" | "relaxed" | "conditions" | "numerics";
}

export interface Comparison {
  readonly segments: readonly Segment[];
  /** null if both answers are the same text. */
  readonly divergence: AnswerDivergence | null;
}

/** Compares two answers. Exchanging the arguments exchanges left and right in the result. */
export function compareAnswers(left: Trace, right: Trace): Comparison {
  const segments = alignAnswers(left, right);
  return { segments, divergence: divergenceOf(left, right, segments) };
}

function divergenceOf(left: Trace, right: Trace, segments: readonly Segment[]): AnswerDivergence | null {
  const first = segments.find(({ kind }) => kind !== "same");
  if (first === undefined) return null;
  const [leftTokens, rightTokens] = [first.left[0], first.right[0]];
  const alike = partsAlike(left, leftTokens, right, rightTokens);
  const leftToken = answerTokenAt(left, leftTokens + alike);
  const rightToken = answerTokenAt(right, rightTokens + alike);
  return {
    leftTokens: leftTokens + alike,
    rightTokens: rightTokens + alike,
    left: leftToken,
    right: rightToken,
    cause: causeOf(left, leftToken, right, rightToken),
  };
}

/**
 * Counts the equal tokens that hold only part of a character: they have no text yet, or U+FFFD at the end of an answer,
 * and so count as differing.
 */
function partsAlike(left: Trace, leftAt: number, right: Trace, rightAt: number): number {
  const partsOf = (trace: Trace, at: number): string[] =>
    answerPieces(trace)
      .slice(at)
      .map(({ id }) => JSON.stringify(trace.tokens[String(id)]));
  const [a, b] = [partsOf(left, leftAt), partsOf(right, rightAt)];
  let alike = 0;
  while (alike < Math.min(a.length, b.length) && a[alike] === b[alike]) alike++;
  return alike;
}

function causeOf(
  left: Trace,
  leftToken: AnswerToken | null,
  right: Trace,
  rightToken: AnswerToken | null,
): AnswerDivergence["cause"] {
  if (leftToken === null || rightToken === null) return "ended";
  const [a, b] = [leftToken.written, rightToken.written];
  if (a === null || b === null) return "inherited";
  if (a.tokenClass === "relaxed" || b.tokenClass === "relaxed") return "relaxed";
  return sameAnswerConditions(left, right) ? "numerics" : "conditions";
}

/** A token of an answer by its index, inherited ones first; null after the end. */
export function answerTokenAt(trace: Trace, token: number): AnswerToken | null {
  const inherited = inheritedOf(trace.request);
  const inheritedId = inherited[token];
  if (inheritedId !== undefined) return { token, id: inheritedId, written: null };
  let before = inherited.length;
  for (const step of trace.steps) {
    const committed = committedOf(step);
    const at = token - before;
    if (at < committed.length) {
      const place = committedPlaces(step)[at]!;
      const tokenClass = committedClassOf(step, at);
      const written = { step: step.index, place, tokenClass, verdict: step.verdicts[place] ?? null };
      return { token, id: committed[at]!, written };
    }
    before += committed.length;
  }
  return null;
}
