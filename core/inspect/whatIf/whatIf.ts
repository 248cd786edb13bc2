// Judges the recorded rows again under another rule. Exact up to the step in which the text would first
// differ, including all of that step's drafted rows, where probabilities are known exactly. An estimate after
// that, because each later step is judged on the text that was actually written. Pure.
import type { Guards, Rule, VerdictKind } from "../../laser/index.ts";
import { committedOf, isChainDraft, type Trace } from "../../trace/index.ts";
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
  const opens: { readonly step: number; readonly place: number }[] = [];
  let divergence: Divergence | null = null;
  let tokensBefore = 0;
  const projection = judgeAgain(drafted, rule, guards, (step, judged) => {
    const { draft } = trace.steps[step]!;
    const first = drafted.firstOf[step]!;
    for (let place = 0; place < draft.length; place++) {
      const token = drafted.tokens[first + place]!;
      const soFar = judged.soFarAt(place);
      if (soFar !== null && isOpen(token, rule, guards, soFar)) opens.push({ step, place });
      const to = judged.kindOf(place);
      if (token.was !== to) flips.push({ step, place, from: token.was, to });
    }
    divergence ??= divergenceOf(trace, step, judged.path, tokensBefore);
    tokensBefore += committedOf(trace.steps[step]!).length;
  });
  return {
    drafted: drafted.tokens.length,
    flips,
    divergence,
    ...exactness(trace, divergence, opens),
    ...projection,
  };
}

/** The first token of a step that is another one on this path; null if there is none. */
function divergenceOf(
  { steps, result }: Trace,
  step: number,
  path: readonly number[],
  tokensBefore: number,
): Divergence | null {
  const { draft, rows } = steps[step]!;
  const becomes = [...path.map((place) => draft[place]!.id), rows[(path.at(-1) ?? -1) + 1]!.own];
  const written = committedOf(steps[step]!);
  const place = written.findIndex((id, i) => becomes[i] !== undefined && becomes[i] !== id);
  const was = result.tokens[tokensBefore + place];
  if (place < 0 || was === undefined) return null;
  return { step, place, tokensBefore: tokensBefore + place, was, becomes: becomes[place]! };
}

function exactness(
  { steps }: Trace,
  divergence: Divergence | null,
  opens: readonly { readonly step: number; readonly place: number }[],
): Pick<WhatIf, "exactSteps" | "openDecisions"> {
  if (divergence === null) return { exactSteps: steps.length, openDecisions: opens.length };
  const { step, place } = divergence;
  // In a tree the verdict on any token may decide which branch is the longest.
  const isChain = isChainDraft(steps[step]!.draft);
  const isAfter = (open: { readonly step: number; readonly place: number }): boolean =>
    open.step === step && isChain && open.place > place;
  return {
    exactSteps: step + (opens.some(isAfter) ? 0 : 1),
    openDecisions: opens.filter((open) => !isAfter(open) && open.step <= step).length,
  };
}
