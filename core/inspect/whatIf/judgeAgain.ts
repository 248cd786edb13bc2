// The drafted tokens of a trace, laid out once so that any rule can be applied to them quickly. The decision
// itself is made by the core.
import {
  EXACT_FROM_PROBABILITY,
  kindFor,
  logProbabilityGap,
  reasonFor,
  topProbability,
  type Guards,
  type Rule,
} from "../../laser/index.ts";
import { endsText, natsGivenUpBy, type Trace, type TraceStep } from "../../trace/index.ts";
import { StepJudge, type DraftedToken, type JudgedSoFar } from "./judgeStep.ts";

/** All drafted tokens; those of step s have the indices firstOf[s] … firstOf[s + 1] − 1. */
export interface DraftedTokens {
  readonly tokens: readonly DraftedToken[];
  readonly firstOf: Int32Array;
  /** The most tokens of a draft. */
  readonly longest: number;
}

/** The totals of a run under some rule. */
export interface Projection {
  readonly steps: number;
  readonly committed: number;
  readonly relaxed: number;
  readonly natsGivenUp: number;
}

const known = new WeakMap<Trace, DraftedTokens>();

/** Lays out a trace; cached for its lifetime. O(drafted tokens). */
export function draftedTokensOf(trace: Trace): DraftedTokens {
  const found = known.get(trace);
  if (found !== undefined) return found;
  const firstOf = new Int32Array(trace.steps.length + 1);
  const tokens: DraftedToken[] = [];
  trace.steps.forEach((step, index) => {
    step.draft.forEach((_, place) => tokens.push(draftedToken(trace, step, place)));
    firstOf[index + 1] = tokens.length;
  });
  const longest = trace.steps.reduce((most, { draft }) => Math.max(most, draft.length), 0);
  const drafted = { tokens, firstOf, longest };
  known.set(trace, drafted);
  return drafted;
}

function draftedToken(trace: Trace, step: TraceStep, place: number): DraftedToken {
  const { id, parent } = step.draft[place]!;
  const row = step.rows[parent + 1]!;
  const verdict = step.verdicts[place]!;
  const top = topProbability(row);
  return {
    id,
    parent,
    own: row.own,
    was: verdict.kind,
    certainty: verdict.probability > 0 ? verdict.probabilityLow / verdict.probability : 1,
    isTargetChoice: id === row.own,
    rank: verdict.rank,
    probability: verdict.probability,
    topProbability: top,
    targetEndsText: endsText(trace, row.own),
    guardNats: logProbabilityGap(top, verdict.probability),
    natsGivenUp: natsGivenUpBy(id, verdict, row),
  };
}

/**
 * Whether a verdict is undecided because the probability is only known as an interval. A run judges by the upper bound,
 * but computes the exact value if a relaxed rule depends on it; a strict run never does.
 */
export function isOpen(token: DraftedToken, rule: Rule, guards: Guards, soFar: JudgedSoFar): boolean {
  const { certainty, probability, topProbability } = token;
  if (certainty === 1 || token.isTargetChoice || token.rank === null) return false;
  if (probability < EXACT_FROM_PROBABILITY) return false;
  const low = {
    ...token,
    probability: probability * certainty,
    topProbability: topProbability * certainty,
  };
  return kindFor(reasonFor(token, rule, guards, soFar)) !== kindFor(reasonFor(low, rule, guards, soFar));
}

/**
 * Judges every drafted token again, each step on the text that was actually written.
 * @param onStep called after each step, with its verdicts and its path
 */
export function judgeAgain(
  { tokens, firstOf, longest }: DraftedTokens,
  rule: Rule,
  guards: Guards,
  onStep?: (step: number, judged: StepJudge) => void,
): Projection {
  const judge = new StepJudge(tokens, longest);
  const steps = firstOf.length - 1;
  let [kept, relaxed, natsGivenUp] = [0, 0, 0];
  // Every step ends with the target's token, which ends a run of relaxed accepts.
  const before = { consecutiveRelaxed: 0, natsGivenUp: 0 };
  for (let step = 0; step < steps; step++) {
    const first = firstOf[step]!;
    judge.judge(first, firstOf[step + 1]!, rule, guards, before);
    before.natsGivenUp = judge.natsGivenUp;
    kept += judge.path.length;
    for (const place of judge.path) {
      const token = tokens[first + place]!;
      if (token.isTargetChoice) continue;
      relaxed++;
      natsGivenUp += token.natsGivenUp;
    }
    onStep?.(step, judge);
  }
  return { steps, committed: kept + steps, relaxed, natsGivenUp };
}
