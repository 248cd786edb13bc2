// Marks on tokens: which ones a filter finds, and which verdicts a what-if would change. Sets of positions,
// so that a view can ask about one token at a time. Pure.
import type { VerdictKind } from "../../../core/laser/index.ts";
import type { Cursor } from "../model/cursor.ts";

/** More positions than a step can have: its drafted tokens, of a chain or a tree, and the target's token. */
const PLACES = 8192;

/** One number per position, ascending in the order of the steps. */
export function markKey({ step, place }: Cursor): number {
  return step * PLACES + place;
}

function cursorOfKey(key: number): Cursor {
  return { step: Math.floor(key / PLACES), place: key % PLACES };
}

export interface Marks {
  /** null if no filter is set. */
  readonly matches: ReadonlySet<number> | null;
  /** What each verdict would become; null if no what-if is shown. */
  readonly flips: ReadonlyMap<number, VerdictKind> | null;
}

export const NO_MARKS: Marks = { matches: null, flips: null };

/** The steps in which something is marked, in order. */
export function stepsOf(keys: Iterable<number>): Set<number> {
  return new Set(Array.from(keys, (key) => cursorOfKey(key).step));
}

/** The next marked position after (1) or before (−1) the cursor, wrapping around; null if nothing is marked. */
export function nextMark(keys: Iterable<number>, cursor: Cursor | null, direction: 1 | -1): Cursor | null {
  const sorted = [...keys].sort((a, b) => a - b);
  if (sorted.length === 0) return null;
  const at = cursor === null ? (direction === 1 ? -1 : Infinity) : markKey(cursor);
  const found = direction === 1 ? sorted.find((key) => key > at) : sorted.findLast((key) => key < at);
  return cursorOfKey(found ?? (direction === 1 ? sorted[0]! : sorted.at(-1)!));
}
