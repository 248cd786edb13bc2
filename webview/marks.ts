// What is laid over the tokens: which a filter finds, and which verdicts a what-if would turn. Sets of places, so that a
// view asks for one token at a time. Pure; it must not know queries, rules or the DOM.
import type { VerdictKind } from "../server/laser/index.ts";
import type { Cursor } from "./cursor.ts";

/** More places than a step can have: at most 47 drafted tokens and the target's own. */
const PLACES = 64;

/** One number for a place, ascending in the order of the answer. */
export function markKey({ step, place }: Cursor): number {
  return step * PLACES + place;
}

function cursorOfKey(key: number): Cursor {
  return { step: Math.floor(key / PLACES), place: key % PLACES };
}

export interface Marks {
  /** null: no filter is set. */
  readonly matches: ReadonlySet<number> | null;
  /** What each verdict would become; null: no what-if is on show. */
  readonly flips: ReadonlyMap<number, VerdictKind> | null;
}

export const NO_MARKS: Marks = { matches: null, flips: null };

/** The steps in which something is marked, in order. */
export function stepsOf(keys: Iterable<number>): Set<number> {
  return new Set(Array.from(keys, (key) => cursorOfKey(key).step));
}

/** The next marked place behind (1) or before (−1) the cursor, around the end; null where nothing is marked. */
export function nextMark(keys: Iterable<number>, cursor: Cursor | null, direction: 1 | -1): Cursor | null {
  const sorted = [...keys].sort((a, b) => a - b);
  if (sorted.length === 0) return null;
  const at = cursor === null ? (direction === 1 ? -1 : Infinity) : markKey(cursor);
  const found = direction === 1 ? sorted.find((key) => key > at) : sorted.findLast((key) => key < at);
  return cursorOfKey(found ?? (direction === 1 ? sorted[0]! : sorted.at(-1)!));
}
