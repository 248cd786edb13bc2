// What the card says of one token: the sentence why, the candidates at its place, where its draft came from.
// Pure: everything is read off the run, nothing is judged again. It must not know the DOM.
import { unreachable } from "../server/laser/index.ts";
import {
  formatProbability,
  noDraftSentence,
  committedOf,
  tokenText,
  keptOf,
  verdictSentence,
  type TraceDraftToken,
  type TraceStep,
} from "../server/trace/index.ts";
import { several } from "./figures.ts";
import { ownStanding, type Item } from "./items.ts";
import type { RunModel, StepView } from "./model.ts";
import { oneLineText } from "./visibleText.ts";

export interface Candidate {
  readonly id: number;
  /** null: outside the logits held. */
  readonly rank: number | null;
  readonly text: string;
  readonly probability: number;
  readonly marks: readonly ("own" | "kept" | "drafted")[];
}

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

export function whyOf(run: RunModel, view: StepView, item: Item): Why {
  const { step } = view;
  const drafted = step.draft[item.place];
  const instead = insteadOf(run, view, item);
  return {
    sentence: sentenceOf(run, view, item),
    instead,
    candidates: candidatesOf(run, view, item),
    origin: drafted === undefined ? [] : originOf(run, drafted),
    excerpt: drafted === undefined ? null : excerptOf(run, step, item.place),
    plan: planSentence(step),
    timing:
      `draft ${step.draftMs.toFixed(2)} ms, verify ${step.verifyMs.toFixed(1)} ms ` +
      `(${several(step.evaluatedTokens, "token")}, ${several(step.plan.threads, "thread")}), other ${step.otherMs.toFixed(2)} ms`,
  };
}

function sentenceOf(run: RunModel, { step }: StepView, item: Item): string {
  const verdict = step.verdicts[item.place];
  if (verdict !== undefined && run.header !== null) return verdictSentence(verdict, run.header.request);
  const standing = ownStanding(step);
  const figures =
    standing === null ? "" : `rank ${standing.rank}, p = ${formatProbability(standing.probability)}: `;
  switch (step.next.kind) {
    case "correction":
      return `${figures}the target's own choice, in place of the rejected draft`;
    case "bonus":
      return `${figures}the target's own choice behind a draft kept whole`;
    case "plain":
      return `${figures}the target's own choice; ${step.plan.noDraft === null ? "no draft" : noDraftSentence(step.plan.noDraft)}`;
    default:
      return unreachable(step.next.kind);
  }
}

function insteadOf(run: RunModel, { step }: StepView, { shownClass, place }: Item): string | null {
  const name = (id: number): string => `“${oneLineText(tokenText(run, id))}”`;
  switch (shownClass) {
    case "rejected":
      return `Replaced by ${name(step.next.id)}`;
    case "unreached":
      return `Behind ${name(step.draft[keptOf(step)]!.id)}, which was replaced by ${name(step.next.id)}`;
    case "relaxed":
      return `The target's own choice was ${name(step.rows[place]!.own)}`;
    case "correction":
      return `In place of ${name(step.draft[keptOf(step)]!.id)}`;
    case "accepted":
    case "bonus":
    case "plain":
      return null;
    default:
      return unreachable(shownClass);
  }
}

/** The recorded candidates at the place where the token was judged, and the drafted one where it is not among them. */
function candidatesOf(run: RunModel, { step }: StepView, { place, shownClass }: Item): Candidate[] {
  const at = place < step.draft.length ? place : keptOf(step);
  const row = step.rows[at];
  if (row === undefined) return [];
  const drafted = step.draft[at]?.id;
  const verdict = step.verdicts[at];
  // Behind a rejection nothing of the answer was chosen at this place.
  const keptId = shownClass === "unreached" ? null : at < keptOf(step) ? drafted : step.next.id;
  const candidate = (id: number, rank: number | null, probability: number): Candidate => ({
    id,
    rank,
    text: oneLineText(tokenText(run, id)),
    probability,
    marks: [
      ...(id === row.own ? (["own"] as const) : []),
      ...(id === keptId ? (["kept"] as const) : []),
      ...(id === drafted ? (["drafted"] as const) : []),
    ],
  });
  const list = row.ids.map((id, i) => candidate(id, i + 1, Math.exp(row.logits[i]! - row.logSumExp)));
  if (drafted !== undefined && verdict !== undefined && !row.ids.includes(drafted)) {
    list.push(candidate(drafted, verdict.rank, verdict.probability));
  }
  return list;
}

function originOf(run: RunModel, drafted: TraceDraftToken): [string, string][] {
  const { source, matchTokens, count, share, chance, entries } = drafted;
  const pool = run.header?.pool?.name;
  const places = {
    prompt: "the prompt",
    output: "this answer so far",
    pool: pool === undefined ? "the pool" : `the pool ${pool}`,
  };
  const names = entries.map((entry) => {
    const named = run.entries[String(entry)];
    if (named === undefined) return `entry ${entry}`;
    return named.group === null ? named.id : `${named.id} (${named.group})`;
  });
  return [
    ["Read from", places[source]],
    ["Match", several(matchTokens, "token")],
    ["Seen", `${count}× (${(100 * share).toFixed(0)} % of what followed there)`],
    ["Expected chance", formatProbability(chance)],
    ...(names.length === 0 ? [] : [["Entries", names.join(", ")] satisfies [string, string]]),
  ];
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
      entry: named.id,
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
export function planSentence({ plan, draft }: TraceStep): string {
  const { offeredTokens, expectedKept, expectedMs, expectedPlainMs } = plan;
  if (draft.length === 0) return plan.noDraft === null ? "no draft" : noDraftSentence(plan.noDraft);
  const kept = expectedKept === null ? "not known" : expectedKept.toFixed(1);
  const cost =
    expectedMs === null
      ? "not known"
      : expectedPlainMs === null || expectedPlainMs === 0
        ? `${expectedMs.toFixed(1)} ms`
        : `${(expectedMs / expectedPlainMs).toFixed(1)} plain steps (${expectedMs.toFixed(1)} ms)`;
  return `${draft.length} drafted of ${offeredTokens} offered: expected ${kept} kept, cost ${cost}`;
}
