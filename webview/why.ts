// What the card says of one token: the sentence why, the candidates at its place, where its draft came from.
// Pure: everything is read off the run, nothing is judged again. It must not know the DOM.
import {
  candidatesOf,
  committedOf,
  insteadSentence,
  keptOf,
  noDraftSentence,
  originOf,
  tokenSentence,
  tokenText,
  type Candidate,
  type TraceStep,
} from "../server/trace/index.ts";
import { several } from "./figures.ts";
import type { Item } from "./items.ts";
import type { RunModel, StepView } from "./model.ts";
import { oneLineText } from "./visibleText.ts";

export type { Candidate } from "../server/trace/index.ts";

export interface Why {
  readonly sentence: string;
  /** What stands in the answer at the place of a ghost, or what the target would have said; null: the token itself. */
  readonly instead: string | null;
  readonly candidates: readonly Candidate[];
  /** Name and value; empty for a token that was not drafted. */
  readonly origin: readonly (readonly [name: string, value: string])[];
  /** A pool entry's text around the match, cut in three: before, the match with what it drafted, behind; null: not known. */
  readonly excerpt: Excerpt | null;
  /** What the planner saw and chose. */
  readonly plan: string;
  readonly timing: string;
}

export interface Excerpt {
  readonly entry: string;
  readonly before: string;
  readonly match: string;
  readonly drafted: string;
  readonly behind: string;
}

/** How many tokens of the answer stand before the place at which a token was judged. */
export function tokensBefore(run: RunModel, { step }: StepView, place: number): number {
  const promptTokens = run.header?.request.promptTokens.length ?? 0;
  return step.position + 1 - promptTokens + Math.min(place, keptOf(step));
}

export function whyOf(run: RunModel, { step }: StepView, { place }: Item): Why {
  const token = { step, place };
  const drafted = step.draft[place];
  return {
    sentence: tokenSentence(token, run.header?.request ?? null),
    instead: insteadSentence(token, run),
    candidates: candidatesOf(token, run),
    origin: drafted === undefined ? [] : originOf(drafted, run),
    excerpt: drafted === undefined ? null : excerptOf(run, step, place),
    plan: planSentence(step),
    timing:
      `draft ${step.draftMs.toFixed(2)} ms, verify ${step.verifyMs.toFixed(1)} ms ` +
      `(${several(step.evaluatedTokens, "token")}, ${several(step.plan.threads, "thread")}), other ${step.otherMs.toFixed(2)} ms`,
  };
}

/** What stands on either side of a match, in characters. */
const EXCERPT_CHARACTERS = 60;

/** Finds the matched context and the drafted token in the text of the first entry that has one. */
function excerptOf(run: RunModel, step: TraceStep, place: number): Excerpt | null {
  const { matchTokens, entries, id } = step.draft[place]!;
  const context = contextBefore(run, step, place, matchTokens);
  const match = context.map((token) => tokenText(run, token)).join("");
  const drafted = tokenText(run, id);
  for (const entry of entries) {
    const named = run.entries[String(entry)];
    const at = named?.text?.indexOf(match + drafted) ?? -1;
    if (named?.text === undefined || at < 0 || match + drafted === "") continue;
    const end = at + match.length + drafted.length;
    return {
      entry: oneLineText(named.id),
      before: named.text.slice(Math.max(0, at - EXCERPT_CHARACTERS), at),
      match,
      drafted,
      behind: named.text.slice(end, end + EXCERPT_CHARACTERS),
    };
  }
  return null;
}

/** The last tokens before a drafted place: of the draft itself, then of the answer and the prompt. */
function contextBefore(run: RunModel, step: TraceStep, place: number, count: number): number[] {
  const context = step.draft.slice(Math.max(0, place - count), place).map(({ id }) => id);
  for (let index = step.index; index >= 0 && context.length < count; index--) {
    const earlier = run.steps[index]!.step;
    if (index < step.index) context.unshift(...committedOf(earlier).slice(0, -1));
    context.unshift(earlier.root);
  }
  const prompt = run.header?.request.promptTokens.slice(0, -1) ?? [];
  while (context.length < count && prompt.length > 0) context.unshift(prompt.pop()!);
  return context.slice(-count);
}

/** E.g. "7 drafted of 12 offered: expected 4.1 kept, cost 2.6 plain steps (31.2 ms)". */
function planSentence({ plan, draft }: TraceStep): string {
  const { offeredTokens, expectedKept, expectedMs, expectedPlainMs } = plan;
  if (draft.length === 0) return plan.noDraft === null ? "no draft" : noDraftSentence(plan.noDraft);
  const kept = expectedKept === null ? "not known" : expectedKept.toFixed(1);
  const plainSteps = expectedMs === null || expectedPlainMs === null ? NaN : expectedMs / expectedPlainMs;
  const cost =
    expectedMs === null
      ? "not known"
      : Number.isFinite(plainSteps)
        ? `${plainSteps.toFixed(1)} plain steps (${expectedMs.toFixed(1)} ms)`
        : `${expectedMs.toFixed(1)} ms`;
  return `${draft.length} drafted of ${offeredTokens} offered: expected ${kept} kept, cost ${cost}`;
}
