// The cursor of the compare page: an entry of one side, and how keys move it. Pure.
import type { Pair } from "./compareModel.ts";
import { rowOfToken } from "./compareRows.ts";
import type { Side } from "./compareSide.ts";
import { isGhost } from "../run/model/items.ts";

export type SideName = "left" | "right";

export interface CompareCursor {
  readonly side: SideName;
  /** Index into the entries of the side. */
  readonly entry: number;
}

/** Where a key moves the cursor; the cursor itself at an end, null for keys that don't move it. */
export function movedBy(
  key: string,
  pair: Pair,
  cursor: CompareCursor,
  hasGhosts: boolean,
): CompareCursor | null {
  const side = pair[cursor.side].side;
  const to = (entry: number | null): CompareCursor => (entry === null ? cursor : { ...cursor, entry });
  switch (key) {
    case "ArrowRight":
      return to(nextEntry(side, cursor.entry, 1, hasGhosts));
    case "ArrowLeft":
      return to(nextEntry(side, cursor.entry, -1, hasGhosts));
    case "ArrowDown":
      return to(entryOfRow(pair, cursor, 1));
    case "ArrowUp":
      return to(entryOfRow(pair, cursor, -1));
    case "Home":
      return to(nextEntry(side, -1, 1, hasGhosts));
    case "End":
      return to(nextEntry(side, side.entries.length, -1, hasGhosts));
    default:
      return null;
  }
}

/** The row of the cursor. */
export function rowOfCursor(pair: Pair, { side, entry }: CompareCursor): number {
  const token = pair[side].side.entries[entry]?.token ?? 0;
  return rowOfToken(pair.rows, side, token);
}

/** The entry of a token itself, after its ghosts. */
function entryOfToken({ starts }: Side, token: number): number {
  return starts[token + 1]! - 1;
}

/** The difference at or after the cursor, wrapping around at the end. */
export function differenceFrom(pair: Pair, cursor: CompareCursor | null, direction: 1 | -1): number {
  const { differences } = pair;
  const row = cursor === null ? -1 : rowOfCursor(pair, cursor);
  const found =
    direction === 1
      ? differences.findIndex((first) => first >= row)
      : differences.findLastIndex((first) => first <= row);
  return found >= 0 ? found : direction === 1 ? 0 : differences.length - 1;
}

/** The cursor at the beginning of a difference: on the left, or on the right if the left has nothing. */
export function cursorAt(pair: Pair, difference: number): CompareCursor | null {
  const segment = pair.comparison.segments.filter(({ kind }) => kind !== "same")[difference];
  if (segment === undefined) return null;
  const side = segment.left[0] < segment.left[1] ? "left" : "right";
  return { side, entry: entryOfToken(pair[side].side, segment[side][0]) };
}

/**
 * The entries that Tab reaches, one per side: the cursor's, and on the other side the first token of its row, so that
 * Tab crosses over. Without a cursor, the first of each.
 */
export function tabStops(pair: Pair, cursor: CompareCursor | null): Readonly<Record<SideName, number>> {
  const row = pair.rows[cursor === null ? 0 : rowOfCursor(pair, cursor)];
  const stopOf = (name: SideName): number => {
    const { side } = pair[name];
    if (cursor?.side === name) return cursor.entry;
    const token = Math.min(row?.[name][0] ?? 0, side.texts.length - 1);
    return token < 0 ? -1 : entryOfToken(side, token);
  };
  return { left: stopOf("left"), right: stopOf("right") };
}

function nextEntry(side: Side, from: number, direction: 1 | -1, hasGhosts: boolean): number | null {
  for (let at = from + direction; at >= 0 && at < side.entries.length; at += direction) {
    const { item } = side.entries[at]!;
    if (hasGhosts || item === null || !isGhost(item.shownClass)) return at;
  }
  return null;
}

function entryOfRow(pair: Pair, cursor: CompareCursor, direction: 1 | -1): number | null {
  const { side } = cursor;
  for (let at = rowOfCursor(pair, cursor) + direction; ; at += direction) {
    const row = pair.rows[at];
    if (row === undefined) return null;
    if (row[side][0] < row[side][1]) return entryOfToken(pair[side].side, row[side][0]);
  }
}
