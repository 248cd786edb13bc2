// The drafted tokens of a trace, laid out once so that any rule can be held against them quickly. The decision itself is
// the core's. It must not know which rules are tried nor why.
import {
  isKept,
  kindFor,
  reasonFor,
  type Guards,
  type Judged,
  type Rule,
  type VerdictKind,
} from "../laser/index.ts";
import { endsText, natsGivenUpBy, type Trace, type TraceStep } from "../trace/index.ts";

/** A drafted token with the figures recorded for it: rank and probability as its verdict tells them. */
export interface DraftedToken extends Judged {
  readonly id: number;
  /** The target's own choice at its place. */
  readonly own: number;
  readonly was: VerdictKind;
  /** ln P(top) − ln P(it) as the guard counts it, and as the figures of a run do. */
  readonly guardNats: number;
  readonly natsGivenUp: number;
}

/** All drafted tokens; those of step s are at firstOf[s] … firstOf[s + 1] − 1. */
export interface DraftedTokens {
  readonly tokens: readonly DraftedToken[];
  readonly firstOf: Int32Array;
}

/** What the steps of a run would come to under some rule. */
export interface Projection {
  readonly steps: number;
  readonly committed: number;
  readonly relaxed: number;
  readonly natsGivenUp: number;
}

const known = new WeakMap<Trace, DraftedTokens>();

/** Lays out a trace, once for as long as it lives; O(drafted tokens). */
export function draftedTokensOf(trace: Trace): DraftedTokens {
  const found = known.get(trace);
  if (found !== undefined) return found;
  const firstOf = new Int32Array(trace.steps.length + 1);
  const tokens: DraftedToken[] = [];
  trace.steps.forEach((step, index) => {
    step.draft.forEach((_, place) => tokens.push(draftedToken(trace, step, place)));
    firstOf[index + 1] = tokens.length;
  });
  const drafted = { tokens, firstOf };
  known.set(trace, drafted);
  return drafted;
}

function draftedToken(trace: Trace, step: TraceStep, place: number): DraftedToken {
  const { id } = step.draft[place]!;
  const row = step.rows[place]!;
  const verdict = step.verdicts[place]!;
  const topProbability = Math.exp((row.logits[0] ?? -Infinity) - row.logSumExp);
  return {
    id,
    own: row.own,
    was: verdict.kind,
    isOwnChoice: id === row.own,
    rank: verdict.rank,
    probability: verdict.probability,
    topProbability,
    ownEndsText: endsText(trace, row.own),
    guardNats: Math.log(topProbability / verdict.probability),
    natsGivenUp: natsGivenUpBy(id, verdict, row),
  };
}

/**
 * Judges every drafted token again, each step on the text that was really written.
 * @param told hears each verdict, in order, unreached ones too
 */
export function judgeAgain(
  { tokens, firstOf }: DraftedTokens,
  rule: Rule,
  guards: Guards,
  told?: (step: number, place: number, token: DraftedToken, kind: VerdictKind) => void,
): Projection {
  const state = { consecutiveRelaxed: 0, natsGivenUp: 0 };
  const steps = firstOf.length - 1;
  let [kept, relaxed, natsGivenUp] = [0, 0, 0];
  for (let step = 0; step < steps; step++) {
    const [first, end] = [firstOf[step]!, firstOf[step + 1]!];
    for (let at = first; at < end; at++) {
      const token = tokens[at]!;
      const kind = kindFor(reasonFor(token, rule, guards, state));
      told?.(step, at - first, token, kind);
      if (!isKept(kind)) {
        for (let behind = at + 1; told !== undefined && behind < end; behind++)
          told(step, behind - first, tokens[behind]!, "unreached");
        break;
      }
      kept++;
      if (kind === "relaxed") {
        relaxed++;
        natsGivenUp += token.natsGivenUp;
        state.consecutiveRelaxed++;
        state.natsGivenUp += token.guardNats;
      } else state.consecutiveRelaxed = 0;
    }
    // Every step ends with the target's own token, which ends a row of relaxed accepts.
    state.consecutiveRelaxed = 0;
  }
  return { steps, committed: kept + steps, relaxed, natsGivenUp };
}
