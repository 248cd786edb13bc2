// What the card shows about one token: the explanation, the candidates at its position, where its draft came
// from. Everything is read from the run; nothing is judged again. Pure.
import { t } from "../../../core/base/index.ts";
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
} from "../../../core/trace/index.ts";
import { draftDepth, jointChance } from "../model/draftShape.ts";
import { excerptOf, type Excerpt } from "./excerpt.ts";
import { several } from "../../page/amounts.ts";
import type { Item } from "../model/items.ts";
import type { RunModel, StepView } from "../model/model.ts";

export type { Candidate } from "../../../core/trace/index.ts";

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
      t("draft {0} ms, verify {1} ms ", step.draftMs.toFixed(2), step.verifyMs.toFixed(1)) +
      t(
        "({0}, {1}), other {2} ms",
        shapeWords(step),
        several(step.plan.threads, "thread"),
        step.otherMs.toFixed(2),
      ),
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
    [t("Depth"), t("{0} of {1}, after “{2}”", path.length, draftDepth(step), before)],
    ...(path.length === 1
      ? []
      : [
          [
            t("Joint probability"),
            t("{0} with the tokens before it", formatProbability(jointChance(step, place))),
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
    ...(repeatedTokens > 0 ? [t("{0} kept before and evaluated again", repeatedTokens)] : []),
  ];
  const all = several(evaluatedTokens + repeatedTokens, "token");
  return parts.length === 0 ? all : t("{0}: the root, {1}", all, parts.join(", "));
}

/** E.g. "sent 7 of 12; expected to keep 4.1 at the cost of 2.6 plain steps (31.2 ms)". */
function planSentence({ plan, draft }: TraceStep): string {
  const { offeredTokens, expectedKept, expectedMs, expectedPlainMs } = plan;
  if (draft.length === 0)
    return plan.noDraft === null ? t("no draft") : noDraftSentence(plan.noDraft, plan.declined);
  const kept = expectedKept === null ? t("an unknown number") : expectedKept.toFixed(1);
  const plainSteps = expectedMs === null || expectedPlainMs === null ? NaN : expectedMs / expectedPlainMs;
  const cost =
    expectedMs === null
      ? t("at an unknown cost")
      : Number.isFinite(plainSteps)
        ? t("at the cost of {0} plain steps ({1} ms)", plainSteps.toFixed(1), expectedMs.toFixed(1))
        : t("at the cost of {0} ms", expectedMs.toFixed(1));
  return t("sent {0} of {1}; expected to keep {2} {3}", draft.length, offeredTokens, kept, cost);
}
