// The cursor of the panel and how keys move it: step and position of a token. Pure.
import * as Type from "typebox";
import type { Parsed } from "../../core/base/index.ts";
import type { Item, ShownClass } from "./items.ts";
import type { StepView } from "./model.ts";

export const CursorSchema = Type.Object({
  step: Type.Integer(),
  /** As in `Item.place`. */
  place: Type.Integer(),
});
export type Cursor = Parsed<typeof CursorSchema>;

/** Landmarks: a rejected draft, a relaxed accept, a step without a draft. */
export type Landmark = "rejected" | "relaxed" | "plain";

export type Move =
  "next" | "previous" | "first" | "last" | { readonly landmark: Landmark; readonly direction: 1 | -1 };

const MOVES: Readonly<Record<string, Move>> = {
  ArrowRight: "next",
  ArrowDown: "next",
  ArrowLeft: "previous",
  ArrowUp: "previous",
  Home: "first",
  End: "last",
  n: { landmark: "rejected", direction: 1 },
  p: { landmark: "rejected", direction: -1 },
  r: { landmark: "relaxed", direction: 1 },
  R: { landmark: "relaxed", direction: -1 },
  d: { landmark: "plain", direction: 1 },
  D: { landmark: "plain", direction: -1 },
};

/** The move of a key; null for other keys. */
export function moveOfKey(key: string): Move | null {
  return Object.hasOwn(MOVES, key) ? MOVES[key]! : null;
}

/** The announcement if a move finds nothing. */
export function noneWords({ landmark, direction }: Extract<Move, object>): string {
  const what = { rejected: "rejected draft", relaxed: "relaxed token", plain: "step without a draft" }[
    landmark
  ];
  return `No ${what} ${direction === 1 ? "after" : "before"} this token.`;
}

/** Whether a move found no such landmark, and stays where it is. */
export function isStuck(move: Move, from: Cursor, to: Cursor): move is Extract<Move, object> {
  return typeof move === "object" && from.step === to.step && from.place === to.place;
}

/** The target of a move among the tokens that are not hidden; the cursor itself if there is none. */
export function moved(
  steps: readonly StepView[],
  cursor: Cursor,
  move: Move,
  hidden: ReadonlySet<ShownClass>,
): Cursor {
  const shown = (item: Item): boolean => !hidden.has(item.shownClass);
  if (typeof move === "object") {
    const { landmark, direction } = move;
    return search(steps, cursor, direction, (item) => item.shownClass === landmark && shown(item)) ?? cursor;
  }
  switch (move) {
    case "next":
      return search(steps, cursor, 1, shown) ?? cursor;
    case "previous":
      return search(steps, cursor, -1, shown) ?? cursor;
    case "first":
      return search(steps, { step: 0, place: -1 }, 1, shown) ?? cursor;
    case "last":
      return search(steps, { step: steps.length - 1, place: Infinity }, -1, shown) ?? cursor;
  }
}

/** The item at a cursor, or null. */
export function itemAt(steps: readonly StepView[], cursor: Cursor | null): Item | null {
  return (cursor && steps[cursor.step]?.items[cursor.place]) ?? null;
}

function search(
  steps: readonly StepView[],
  from: Cursor,
  direction: 1 | -1,
  wanted: (item: Item) => boolean,
): Cursor | null {
  for (let step = from.step; step >= 0 && step < steps.length; step += direction) {
    const items = steps[step]!.items;
    const start = direction === 1 ? 0 : items.length - 1;
    let place = step === from.step ? Math.min(from.place + direction, items.length - 1) : start;
    for (; place >= 0 && place < items.length; place += direction) {
      if (step === from.step && direction === 1 && place <= from.place) break;
      if (wanted(items[place]!)) return { step, place };
    }
  }
  return null;
}
