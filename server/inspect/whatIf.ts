// What if the rule had been another? Judges the recorded rows again. Exact up to the step in which the text would first
// differ, with all of that step's drafted rows, as far as probabilities are known exactly; after it an estimate, since each later step is judged on the text that
// was really written. Pure; it must not know where the rule comes from.
import { isKept, type Guards, type Rule, type VerdictKind } from "../laser/index.ts";
import { keptOf, type Trace } from "../trace/index.ts";
import { draftedTokensOf, isOpen, judgeAgain } from "./judgeAgain.ts";

/** A drafted token whose verdict would be another. */
export interface Flip {
  readonly step: number;
  readonly place: number;
  readonly from: VerdictKind;
  readonly to: VerdictKind;
}

/** The first token of the answer that would be another. */
export interface Divergence {
  readonly step: number;
  /** Its place in the step: as many committed tokens of the step stand before it. */
  readonly place: number;
  /** How many tokens of the answer stand before it. */
  readonly tokensBefore: number;
  /** The token that was written, and the one that would be. */
  readonly was: number;
  readonly becomes: number;
}

/** Behind a divergence every figure but `drafted` and `steps` is an estimate. */
export interface WhatIf {
  readonly drafted: number;
  readonly flips: readonly Flip[];
  /** null: the text would be the same, and every figure is exact. */
  readonly divergence: Divergence | null;
  /**
   * Steps judged exactly: up to the divergence, its own step included unless verdicts after it are open. The others are
   * estimates.
   */
  readonly exactSteps: number;
  /**
   * Verdicts up to the divergence, its own among them, that the recorded probabilities leave open, being intervals: judged
   * by the upper ends, a real run may judge otherwise. So `divergence` and all figures are exact only where this is 0.
   */
  readonly openDecisions: number;
  readonly steps: number;
  /** Tokens that the steps would commit; EDL is this ÷ steps. */
  readonly committed: number;
  readonly relaxed: number;
  /** Σ over relaxed accepts of ln P(most probable) − ln P(kept), as in the figures of a run. */
  readonly natsGivenUp: number;
}

/** Judges a trace under another rule and other guards; O(drafted tokens), the first time of a trace slower than then. */
export function whatIf(trace: Trace, rule: Rule, guards: Guards): WhatIf {
  const drafted = draftedTokensOf(trace);
  const flips: Flip[] = [];
  let turn: { readonly step: number; readonly place: number; readonly becomes: number } | null = null;
  const opens: { readonly step: number; readonly place: number }[] = [];
  const projection = judgeAgain(drafted, rule, guards, (step, place, token, to, soFar) => {
    const { id, own, was } = token;
    if (soFar !== null && isOpen(token, rule, guards, soFar)) opens.push({ step, place });
    if (was === to) return;
    flips.push({ step, place, from: was, to });
    // Kept or not in place of the other: here the answer goes another way, unless the target chose the drafted token.
    if (turn === null && isKept(was) !== isKept(to) && id !== own)
      turn = { step, place, becomes: isKept(to) ? id : own };
  });
  const divergence = divergenceOf(trace, turn);
  const isAfter = (open: { readonly step: number; readonly place: number }): boolean =>
    divergence !== null && open.step === divergence.step && open.place > divergence.place;
  const isWhole = !opens.some(isAfter);
  return {
    drafted: drafted.tokens.length,
    flips,
    divergence,
    exactSteps: divergence === null ? projection.steps : divergence.step + (isWhole ? 1 : 0),
    openDecisions: opens.filter((open) => !isAfter(open) && open.step <= (divergence?.step ?? Infinity))
      .length,
    ...projection,
  };
}

function divergenceOf(
  { steps, result }: Trace,
  turn: { readonly step: number; readonly place: number; readonly becomes: number } | null,
): Divergence | null {
  if (turn === null) return null;
  let tokensBefore = turn.place;
  for (let step = 0; step < turn.step; step++) tokensBefore += keptOf(steps[step]!) + 1;
  const was = result.tokens[tokensBefore];
  return was === undefined ? null : { ...turn, tokensBefore, was };
}
