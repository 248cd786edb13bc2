// What the filter can ask of one token, as a flat record of its verdict, its origin and its step.
import type { NextKind, VerdictKind } from "../../laser/index.ts";
import {
  depthsOf,
  keptOf,
  ownStanding,
  rowIndexOf,
  tokenText,
  type NamedEntries,
  type NamedTokens,
  type TraceStep,
} from "../../trace/index.ts";

/** A figure that a token does not have is null: the target's token was not drafted, so it has no match. */
export interface QueryToken {
  /** A verdict's kind, or the kind of the target's token. */
  readonly shownClass: string;
  /** Its text on its own. */
  readonly text: string;
  /** 1 = the most probable; null = not among the recorded logits. */
  readonly rank: number | null;
  /** If the rank is unknown: it is above this. */
  readonly rankAbove: number | null;
  /** At temperature 1; the upper bound if only an interval is known. */
  readonly probability: number | null;
  /** The lower bound; equal to `probability` if that is known exactly. */
  readonly probabilityLow: number | null;
  /** Probability − threshold; null under the strict rule and for the target's token. */
  readonly margin: number | null;
  /** The reason of its verdict; for the target's token in a step without a draft, why there was none. */
  readonly reason: string | null;
  readonly source: string | null;
  /** Of the pool entries that the draft was read from; those without a group are left out. */
  readonly groups: readonly string[];
  readonly entries: readonly string[];
  readonly matchTokens: number | null;
  readonly count: number | null;
  readonly chance: number | null;
  /** From 1. */
  readonly step: number;
  /** In its step, from 0: drafted tokens first, then the target's token. */
  readonly place: number;
  /** How many tokens of its step precede it on its branch: 0 = directly after the root. */
  readonly depth: number;
  /** Tokens drafted in its step. */
  readonly draftTokens: number;
  /** Drafted tokens that its step kept. */
  readonly keptTokens: number;
  /** Draft + verify + other of its step. */
  readonly stepMs: number;
}

/** Names of the entries that steps mention. */
export interface QueryNames {
  readonly tokens: NamedTokens;
  readonly entries: NamedEntries;
}

const UNKNOWN = { rank: null, probability: null, probabilityLow: null } as const;

/**
 * The tokens of a step in the order shown: drafted positions 0 … n − 1, then the target's token at n.
 * @param rowWidth how many logits were recorded at each position: any other token has a higher rank
 */
export function queryTokensOf(step: TraceStep, { tokens, entries }: QueryNames, rowWidth = 0): QueryToken[] {
  const ofStep = {
    step: step.index + 1,
    draftTokens: step.draft.length,
    keptTokens: keptOf(step),
    stepMs: step.draftMs + step.verifyMs + step.otherMs,
  };
  const depths = depthsOf(step.draft);
  const list = step.draft.map((drafted, place): QueryToken => {
    const { kind, reason, rank, probability, probabilityLow, margin } = step.verdicts[place]!;
    const { source, matchTokens, count, chance } = drafted;
    const named = drafted.entries.map(
      (entry) => lookUp(entries, entry) ?? { id: String(entry), group: null },
    );
    const { ids } = step.rows[rowIndexOf(step, place)]!;
    // A token among the judged logits has a lower bound; its rank is above those recorded before it.
    const held = ids.includes(drafted.id) ? ids.indexOf(drafted.id) : ids.length;
    const rankAbove = rank !== null ? null : probabilityLow > 0 ? held : Math.max(held, rowWidth);
    return {
      ...ofStep,
      rankAbove,
      depth: depths[place]!,
      ...{ place, shownClass: kind satisfies VerdictKind, text: tokenText({ tokens }, drafted.id) },
      ...{ rank, probability, probabilityLow, margin, reason },
      ...{ source, matchTokens, count, chance },
      groups: [...new Set(named.flatMap(({ group }) => group ?? []))],
      entries: named.map(({ id }) => id),
    };
  });
  list.push({
    ...ofStep,
    rankAbove:
      ownStanding(step) === null
        ? (step.rows[rowIndexOf(step, step.draft.length)]?.ids.length ?? null)
        : null,
    depth: keptOf(step),
    ...{ place: step.draft.length, shownClass: step.next.kind satisfies NextKind },
    ...{ text: tokenText({ tokens }, step.next.id), ...(ownStanding(step) ?? UNKNOWN) },
    ...{ margin: null, reason: step.plan.noDraft, source: null, groups: [], entries: [] },
    ...{ matchTokens: null, count: null, chance: null },
  });
  return list;
}

function lookUp(entries: NamedEntries, entry: number): NamedEntries[string] | undefined {
  const key = String(entry);
  return Object.hasOwn(entries, key) ? entries[key] : undefined;
}
