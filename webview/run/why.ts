// What the card shows about one token: the explanation, the candidates at its position, where its draft came
// from. Everything is read from the run; nothing is judged again. Pure.
import {
  branchTo,
  candidatesOf,
  formatProbability,
  insteadSentence,
  noDraftSentence,
  oneLineText,
  originOf,
  parentOf,
  tokenSentence,
  tokenText,
  type Candidate,
  type TraceStep,
} from "../../core/trace/index.ts";
import { draftDepth, jointChance } from "./draftShape.ts";
import { excerptOf, type Excerpt } from "./excerpt.ts";
import { several } from "./amounts.ts";
import type { Item } from "./items.ts";
import type { RunModel, StepView } from "./model.ts";

export type { Candidate } from "../../core/trace/index.ts";

export interface Why {
  readonly sentence: string;
  /** What the answer has instead of a ghost, or what the target would have chosen; null for the token itself. */
  readonly instead: string | null;
  readonly candidates: readonly Candidate[];
  /** Name and value; empty for a token that was not drafted. */
  readonly origin: readonly (readonly [name: string, value: string])[];
  /** The text around the match; null if unknown. */
  readonly excerpt: Excerpt | null;
  /** The planner's expectation and decision. */
  readonly plan: string;
  readonly timing: string;
}

/**
 * The number of answer tokens before the position at which a token was judged; off the kept path, before the position
 * at which its branch leaves it.
 */
export function tokensBefore(run: RunModel, { step }: StepView, place: number): number {
  const promptTokens = run.header?.request.promptTokens.length ?? 0;
  const kept = branchTo(step, place).filter((at) => at !== place && step.path.includes(at)).length;
  return step.position + 1 - promptTokens + kept;
}

export function whyOf(run: RunModel, { step }: StepView, { place }: Item): Why {
  const token = { step, place };
  const drafted = step.draft[place];
  return {
    sentence: tokenSentence(token, run.header?.request ?? null),
    instead: insteadSentence(token, run),
    candidates: candidatesOf(token, run),
    origin:
      drafted === undefined ? [] : [...placeInDraft(step, place, run.tokens), ...originOf(drafted, run)],
    excerpt: drafted === undefined ? null : excerptOf(run, step, place),
    plan: planSentence(step),
    timing:
      `draft ${step.draftMs.toFixed(2)} ms, verify ${step.verifyMs.toFixed(1)} ms ` +
      `(${shapeWords(step)}, ${several(step.plan.threads, "thread")}), other ${step.otherMs.toFixed(2)} ms`,
  };
}

/** Depth, the token before, and the drafter's estimate for the whole path to the token. */
function placeInDraft(
  step: TraceStep,
  place: number,
  tokens: RunModel["tokens"],
): (readonly [name: string, value: string])[] {
  const path = branchTo(step, place);
  const parent = parentOf(step, place);
  const before = oneLineText(tokenText({ tokens }, parent < 0 ? step.root : step.draft[parent]!.id));
  return [
    ["Depth", `${path.length} of ${draftDepth(step)}, after “${before}”`],
    ...(path.length === 1
      ? []
      : [
          [
            "Joint probability",
            `${formatProbability(jointChance(step, place))} with the tokens before it`,
          ] as const,
        ]),
  ];
}

/** What was evaluated, e.g. "36 tokens: the last one, 31 drafted, 1 filler, 3 kept ones again". */
function shapeWords({ draft, evaluatedTokens, repeatedTokens }: TraceStep): string {
  const fillers = evaluatedTokens - 1 - draft.length;
  const parts = [
    ...(draft.length > 0 ? [`${draft.length} drafted`] : []),
    ...(fillers > 0 ? [several(fillers, "filler")] : []),
    ...(repeatedTokens > 0 ? [`${repeatedTokens} kept before and evaluated again`] : []),
  ];
  const all = several(evaluatedTokens + repeatedTokens, "token");
  return parts.length === 0 ? all : `${all}: the root, ${parts.join(", ")}`;
}

/** E.g. "sent 7 of 12; expected to keep 4.1 at the cost of 2.6 plain steps (31.2 ms)". */
function planSentence({ plan, draft }: TraceStep): string {
  const { offeredTokens, expectedKept, expectedMs, expectedPlainMs } = plan;
  if (draft.length === 0)
    return plan.noDraft === null ? "no draft" : noDraftSentence(plan.noDraft, plan.declined);
  const kept = expectedKept === null ? "an unknown number" : expectedKept.toFixed(1);
  const plainSteps = expectedMs === null || expectedPlainMs === null ? NaN : expectedMs / expectedPlainMs;
  const cost =
    expectedMs === null
      ? "at an unknown cost"
      : Number.isFinite(plainSteps)
        ? `at the cost of ${plainSteps.toFixed(1)} plain steps (${expectedMs.toFixed(1)} ms)`
        : `at the cost of ${expectedMs.toFixed(1)} ms`;
  return `sent ${draft.length} of ${offeredTokens}; expected to keep ${kept} ${cost}`;
}
