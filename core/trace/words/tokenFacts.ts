// What is known about one token of a step, in words and figures: why it is there, what it replaced, the
// candidates at its position, where its draft came from. Everything is read from the step; nothing is judged
// again.
import { unreachable, t } from "../../base/index.ts";
import type { NextKind } from "../../laser/index.ts";
import type { NamedEntries, NamedTokens, TraceHeader } from "../assemble.ts";
import {
  formatProbability,
  noDraftSentence,
  probabilityWords,
  shareWords,
  verdictSentence,
  type JudgedBy,
  type ProbabilityInterval,
} from "./explain.ts";
import { committedOf } from "../metrics.ts";
import { tokenText } from "../text.ts";
import { childrenOf, depthOf, isChainDraft, parentOf, rowIndexOf, turnOf } from "../tree.ts";
import type { TraceDraftToken, TraceRow, TraceStep, TraceVerdict } from "../types.ts";
import { oneLineText } from "./visibleText.ts";

/** A token of a step: `place` 0 … n − 1 are the drafted ones, n is the target's token at its end. */
export interface TokenOfStep {
  readonly step: TraceStep;
  readonly place: number;
}

/** The names that a step's numbers refer to. A whole run satisfies this. */
export interface StepNames {
  readonly header: TraceHeader | null;
  readonly tokens: NamedTokens;
  readonly entries: NamedEntries;
}

/** The kind of a token. */
export type TokenKind = TraceVerdict["kind"] | NextKind;

export interface Candidate extends ProbabilityInterval {
  readonly id: number;
  /** null if outside the recorded logits. */
  readonly rank: number | null;
  readonly text: string;
  readonly marks: readonly ("own" | "kept" | "drafted")[];
}

export function tokenKind({ step, place }: TokenOfStep): TokenKind {
  return step.verdicts[place]?.kind ?? step.next.kind;
}

/** The probability is that at temperature 1. */
export interface Standing extends ProbabilityInterval {
  /** 1 = the most probable. */
  readonly rank: number;
}

/** Rank and probability of a token among the candidates of a row; null if it is not among them. */
export function standingIn(row: TraceRow | undefined, id: number): Standing | null {
  const place = row?.ids.indexOf(id) ?? -1;
  if (row === undefined || place < 0) return null;
  return { rank: place + 1, ...intervalOf(row.logits[place]!, row) };
}

function intervalOf(logit: number, { logSumExp, logSumExpHigh }: TraceRow): ProbabilityInterval {
  return { probability: Math.exp(logit - logSumExp), probabilityLow: Math.exp(logit - logSumExpHigh) };
}

/** The same for the target's token that ended a step. */
export function ownStanding(step: TraceStep): Standing | null {
  return standingIn(step.rows[rowIndexOf(step, step.draft.length)], step.next.id);
}

/** Why a token is where it is, e.g. "rank 1, p = 0.83: the target's choice after a fully kept draft". */
export function tokenSentence({ step, place }: TokenOfStep, judgedBy: JudgedBy | null): string {
  const verdict = step.verdicts[place];
  if (verdict !== undefined && judgedBy !== null) return verdictSentence(verdict, judgedBy);
  const standing = ownStanding(step);
  const figures = standing === null ? "" : t("rank {0}, {1}: ", standing.rank, probabilityWords(standing));
  switch (step.next.kind) {
    case "correction":
      return t("{0}the target's choice, instead of the rejected draft", figures);
    case "bonus":
      return t(
        "{0}the target's choice after a {1}",
        figures,
        isChainDraft(step.draft) ? t("fully kept draft") : t("branch of the draft that was kept to its end"),
      );
    case "plain":
      return `${figures}the target's choice; ${step.plan.noDraft === null ? t("no draft") : noDraftSentence(step.plan.noDraft, step.plan.declined)}`;
    default:
      return unreachable(step.next.kind);
  }
}

/** What the answer has instead of a ghost, or what the target would have chosen; null for the token itself. */
export function insteadSentence({ step, place }: TokenOfStep, names: StepNames): string | null {
  const name = (id: number): string => `“${oneLineText(tokenText(names, id))}”`;
  const kind = tokenKind({ step, place });
  switch (kind) {
    case "rejected":
    case "unreached": {
      const turn = turnOf(step, place) ?? place;
      const instead = name(committedOf(step)[depthOf(step, turn)]!);
      if (turn === place) return t("Replaced by {0}", instead);
      return t("After {0}, which was replaced by {1}", name(step.draft[turn]!.id), instead);
    }
    case "relaxed":
      return t("The target's choice was {0}", name(step.rows[rowIndexOf(step, place)]!.own));
    case "correction": {
      const rejected = childrenOf(step.draft, parentOf(step, place)).map((at) => name(step.draft[at]!.id));
      const more = rejected.length - MAX_NAMED;
      return t(
        "Instead of {0}",
        more > 0
          ? t("{0} and {1} more", rejected.slice(0, MAX_NAMED).join(", "), more)
          : rejected.join(" and "),
      );
    }
    case "accepted":
    case "bonus":
    case "plain":
      return null;
    default:
      return unreachable(kind);
  }
}

/** Rejected tokens that a sentence names. */
const MAX_NAMED = 2;

/** The recorded candidates at the position of a token, plus the drafted ones that are not among them. */
export function candidatesOf({ step, place }: TokenOfStep, names: StepNames): Candidate[] {
  const before = parentOf(step, place);
  const row = step.rows[before + 1];
  if (row === undefined) return [];
  const drafted = childrenOf(step.draft, before);
  const draftedIds = new Set(drafted.map((at) => step.draft[at]!.id));
  // Off the kept path no token of the answer was chosen.
  const depth = before < 0 ? 0 : step.path.indexOf(before) + 1;
  const keptId = before >= 0 && depth === 0 ? null : committedOf(step)[depth];
  const candidate = (
    id: number,
    rank: number | null,
    { probability, probabilityLow }: ProbabilityInterval,
  ): Candidate => ({
    ...{ id, rank, text: oneLineText(tokenText(names, id)), probability, probabilityLow },
    marks: [
      ...(id === row.own ? (["own"] as const) : []),
      ...(id === keptId ? (["kept"] as const) : []),
      ...(draftedIds.has(id) ? (["drafted"] as const) : []),
    ],
  });
  return [
    ...row.ids.map((id, i) => candidate(id, i + 1, intervalOf(row.logits[i]!, row))),
    ...drafted
      .filter((at) => !row.ids.includes(step.draft[at]!.id))
      .map((at) => candidate(step.draft[at]!.id, step.verdicts[at]!.rank, step.verdicts[at]!)),
  ];
}

/** Where a drafted token was read from, as names and values of one line each, because pool names are untrusted text. */
export function originOf(drafted: TraceDraftToken, names: StepNames): [name: string, value: string][] {
  const { source, matchTokens, count, share, chance, entries } = drafted;
  const pool = names.header?.pool?.name;
  const places = {
    prompt: t("the prompt"),
    output: t("this answer so far"),
    pool: pool === undefined ? t("the pool") : t("the pool {0}", oneLineText(pool)),
  };
  const entryNames = entries.map((entry) => {
    const named = names.entries[String(entry)];
    if (named === undefined) return `entry ${entry}`;
    return oneLineText(named.group === null ? named.id : `${named.id} (${named.group})`);
  });
  // A token that was read elsewhere may have votes of the pool too.
  const entriesName = source === "pool" ? t("Entries") : t("Also in the pool");
  return [
    [t("Read from"), places[source]],
    // Over all positions that voted for it, including those of other sources.
    [t("Longest match"), matchTokens === 1 ? t("1 token") : `${matchTokens} tokens`],
    [t("Seen"), `${count}×`],
    [t("Vote share"), shareWords(share)],
    [t("Acceptance probability"), formatProbability(chance)],
    ...(entryNames.length === 0 ? [] : [[entriesName, entryNames.join(", ")] satisfies [string, string]]),
  ];
}
