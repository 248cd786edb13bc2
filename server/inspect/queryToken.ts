// What the filter asks of one token, flat: the figures of its verdict, its origin and its step. It must not know the
// query language nor how tokens are drawn.
import type { NextKind, VerdictKind } from "../laser/index.ts";
import {
  keptOf,
  ownStanding,
  tokenText,
  type NamedEntries,
  type NamedTokens,
  type TraceStep,
} from "../trace/index.ts";

/** A figure that a token does not have is null: the target's own token was not drafted, so it has no match. */
export interface QueryToken {
  /** A verdict's kind, or how the target's own token came about. */
  readonly shownClass: string;
  /** What it reads like on its own. */
  readonly text: string;
  /** 1 = the most probable; null = not among the logits held. */
  readonly rank: number | null;
  /** Where the rank is not known: it is more than this. */
  readonly rankAbove: number | null;
  /** At temperature 1; the upper end, where only an interval is known. */
  readonly probability: number | null;
  /** The lower end; the same where it is known exactly. */
  readonly probabilityLow: number | null;
  /** Probability − threshold; null under the strict rule and for the target's own token. */
  readonly margin: number | null;
  /** Why it was decided so; for the target's own token in a step without a draft, why there was none. */
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
  /** In its step, from 0: drafted tokens first, then the target's own. */
  readonly place: number;
  /** Tokens drafted in its step. */
  readonly draftTokens: number;
  /** Of them those that it kept. */
  readonly keptTokens: number;
  /** Draft + verify + other of its step. */
  readonly stepMs: number;
}

/** Names of what steps mention. */
export interface QueryNames {
  readonly tokens: NamedTokens;
  readonly entries: NamedEntries;
}

const UNKNOWN = { rank: null, probability: null, probabilityLow: null } as const;

/**
 * The tokens of a step in the order in which they are shown: drafted places 0 … n − 1, then the target's own at n.
 * @param rowWidth how many logits were held at each place: a token that is not among them has a rank above
 */
export function queryTokensOf(step: TraceStep, { tokens, entries }: QueryNames, rowWidth = 0): QueryToken[] {
  const ofStep = {
    step: step.index + 1,
    draftTokens: step.draft.length,
    keptTokens: keptOf(step),
    stepMs: step.draftMs + step.verifyMs + step.otherMs,
  };
  const list = step.draft.map((drafted, place): QueryToken => {
    const { kind, reason, rank, probability, probabilityLow, margin } = step.verdicts[place]!;
    const { source, matchTokens, count, chance } = drafted;
    const named = drafted.entries.map(
      (entry) => lookUp(entries, entry) ?? { id: String(entry), group: null },
    );
    const { ids } = step.rows[place]!;
    // A token that was held has a lower end; it is behind those recorded before it.
    const held = ids.includes(drafted.id) ? ids.indexOf(drafted.id) : ids.length;
    const rankAbove = rank !== null ? null : probabilityLow > 0 ? held : Math.max(held, rowWidth);
    return {
      ...ofStep,
      rankAbove,
      ...{ place, shownClass: kind satisfies VerdictKind, text: tokenText({ tokens }, drafted.id) },
      ...{ rank, probability, probabilityLow, margin, reason },
      ...{ source, matchTokens, count, chance },
      groups: [...new Set(named.flatMap(({ group }) => group ?? []))],
      entries: named.map(({ id }) => id),
    };
  });
  list.push({
    ...ofStep,
    rankAbove: ownStanding(step) === null ? (step.rows[keptOf(step)]?.ids.length ?? null) : null,
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
