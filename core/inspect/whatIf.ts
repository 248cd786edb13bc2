// Judges the recorded rows again under another rule. Exact up to the step in which the text would first
// differ, including all of that step's drafted rows, where probabilities are known exactly. An estimate after
// that, because each later step is judged on the text that was actually written. Pure.
import { isKept, type Guards, type Rule, type VerdictKind } from "../laser/index.ts";
import { keptOf, type Trace } from "../trace/index.ts";
import { draftedTokensOf, isOpen, judgeAgain } from "./judgeAgain.ts";

/** A drafted token whose verdict would change. */
export interface Flip {
  readonly step: number;
  readonly place: number;
  readonly from: VerdictKind;
  readonly to: VerdictKind;
}

/** The first token of the answer that would change. */
export interface Divergence {
  readonly step: number;
  /** Its position in the step: the number of committed tokens of the step before it. */
  readonly place: number;
  /** The number of tokens of the answer before it. */
  readonly tokensBefore: number;
  /** The token that was written, and the one that would be. */
  readonly was: number;
  readonly becomes: number;
}

/** After a divergence every figure except `drafted` and `steps` is an estimate. */
export interface WhatIf {
  readonly drafted: number;
  readonly flips: readonly Flip[];
  /** null if the text would be the same; then every figure is exact. */
  readonly divergence: Divergence | null;
  /**
   * Steps judged exactly: up to and including the divergence's step, unless verdicts after it are open. The others are
   * estimates.
   */
  readonly exactSteps: number;
  /**
   * Verdicts up to and including the divergence that are open because only intervals were recorded: they are judged
   * by the upper bounds, and a real run may decide differently. `divergence` and all figures are exact only if this
   * is 0.
   */
  readonly openDecisions: number;
  readonly steps: number;
  /** Tokens that the steps would commit; EDL is this ÷ steps. */
  readonly committed: number;
  readonly relaxed: number;
  /** Σ over relaxed accepts of ln P(most probable) − ln P(kept), as in the figures of a run. */
  readonly natsGivenUp: number;
}

/** Judges a trace under another rule and other guards. O(drafted tokens); the first call for a trace is slower. */
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
    // Kept instead of rejected, or the reverse: the answer changes here, unless the target chose the drafted token.
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
