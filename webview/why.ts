// What the card says of one token: the sentence why, the candidates at its place, where its draft came from.
// Pure: everything is read off the run, nothing is judged again. It must not know the DOM.
import { unreachable } from "../server/laser/index.ts";
import {
  formatProbability,
  noDraftSentence,
  tokenText,
  keptOf,
  verdictSentence,
  type TraceDraftToken,
} from "../server/trace/index.ts";
import { several } from "./figures.ts";
import { ownStanding, type Item } from "./items.ts";
import type { RunModel, StepView } from "./model.ts";
import { oneLineText } from "./visibleText.ts";

export interface Candidate {
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
  readonly timing: string;
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
