// The cursor of the panel and how keys move it: step and position of a token, on the kept path or in a branch of the
// draft. Pure.
import * as Type from "typebox";
import { unreachable, type Parsed, t } from "../../../core/base/index.ts";
import { leavesLineAt, type Branch } from "./draftShape.ts";
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

/** Within a branch, up and down lead to the branches beside it; in the line, to the tokens beside. */
export type Walk = "next" | "previous" | "up" | "down" | "first" | "last";

/** "branches" leads into the branches of the step, and back to the line. */
export type Move = Walk | "branches" | { readonly landmark: Landmark; readonly direction: 1 | -1 };

const MOVES: Readonly<Record<string, Move>> = {
  ArrowRight: "next",
  ArrowDown: "down",
  ArrowLeft: "previous",
  ArrowUp: "up",
  Home: "first",
  End: "last",
  b: "branches",
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

type Search = Exclude<Move, Walk>;

export function isWalk(move: Move): move is Walk {
  return typeof move === "string" && move !== "branches";
}

/** The announcement if a move finds nothing. */
export function noneWords(move: Search): string {
  if (move === "branches") return t("No branches in this step.");
  const { landmark, direction } = move;
  const what = {
    rejected: t("rejected draft"),
    relaxed: t("relaxed token"),
    plain: t("step without a draft"),
  }[landmark];
  return t("No {0} {1} this token.", what, direction === 1 ? "after" : "before");
}

/** Whether a move found no such landmark, or no branch, and stays where it is. */
export function isStuck(move: Move, from: Cursor, to: Cursor): move is Search {
  return !isWalk(move) && from.step === to.step && from.place === to.place;
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
    const isWanted = (item: Item): boolean => item.shownClass === landmark && shown(item);
    return search(steps, cursor, direction, "order", isWanted) ?? cursor;
  }
  const view = steps[cursor.step];
  if (move === "branches")
    return (view && (leftBranch(steps, cursor) ?? intoBranch(view, cursor, shown))) ?? cursor;
  const branch = branchAt(view, cursor.place);
  if (view !== undefined && branch !== null && move !== "first" && move !== "last")
    return inBranch(steps, view, branch, cursor, move, shown) ?? cursor;
  switch (move) {
    case "next":
    case "down":
      return search(steps, cursor, 1, "line", shown) ?? cursor;
    case "previous":
    case "up":
      return search(steps, cursor, -1, "line", shown) ?? cursor;
    case "first":
      return ends(steps, 1, shown) ?? cursor;
    case "last":
      return ends(steps, -1, shown) ?? cursor;
    default:
      return unreachable(move);
  }
}

/** From a branch back to the token of the answer that it leaves; null for a token of the line. */
export function leftBranch(steps: readonly StepView[], { step, place }: Cursor): Cursor | null {
  const view = steps[step];
  if (view === undefined || branchAt(view, place) === null) return null;
  const left = leavesLineAt(view.shape, place);
  return { step, place: left >= 0 ? left : view.shape.line[0]! };
}

function branchAt(view: StepView | undefined, place: number): Branch | null {
  return view?.shape.branches[view.shape.branchOf[place] ?? -1] ?? null;
}

/** The first branch that leaves the line at this token or after it, otherwise the last one before it. */
function intoBranch(view: StepView, { step, place }: Cursor, shown: (item: Item) => boolean): Cursor | null {
  const { branches, depths } = view.shape;
  const open = branches.flatMap(({ parent, places }) => {
    const first = places.find((at) => shown(view.items[at]!));
    return first === undefined ? [] : [{ parent, first }];
  });
  const depthOf = (parent: number): number => (parent < 0 ? 0 : depths[parent]!);
  const chosen = open.find(({ parent }) => depthOf(parent) >= depths[place]! - 1) ?? open.at(-1);
  return chosen === undefined ? null : { step, place: chosen.first };
}

/** Along a branch, or to the first token of the one above or below; to the left of its fork is the token it leaves. */
function inBranch(
  steps: readonly StepView[],
  { shape, items }: StepView,
  { places, parent }: Branch,
  { step, place }: Cursor,
  move: "next" | "previous" | "up" | "down",
  shown: (item: Item) => boolean,
): Cursor | null {
  const first = (from: readonly number[]): number | undefined => from.find((at) => shown(items[at]!));
  const at = places.indexOf(place);
  const number = shape.branchOf[place]!;
  const to = (found: number | undefined): Cursor | null =>
    found === undefined ? null : { step, place: found };
  switch (move) {
    case "next":
      return to(first(places.slice(at + 1)));
    case "previous": {
      const before = first(places.slice(0, at).reverse());
      if (before !== undefined) return to(before);
      return parent >= 0 ? to(parent) : search(steps, { step, place: shape.line[0]! }, -1, "line", shown);
    }
    case "down":
      return to(first(shape.branches.slice(number + 1).flatMap((other) => other.places)));
    case "up": {
      const above = shape.branches.slice(0, number).findLast((other) => first(other.places) !== undefined);
      return to(above && first(above.places));
    }
    default:
      return unreachable(move);
  }
}

/** The first token of the answer that a step wrote. */
export function firstOf(steps: readonly StepView[], step: number): Cursor {
  return { step, place: steps[step]?.shape.line[0] ?? 0 };
}

/** The item at a cursor, or null. */
export function itemAt(steps: readonly StepView[], cursor: Cursor | null): Item | null {
  return (cursor && steps[cursor.step]?.items[cursor.place]) ?? null;
}

function search(
  steps: readonly StepView[],
  from: Cursor,
  direction: 1 | -1,
  among: "line" | "order",
  isWanted: (item: Item) => boolean,
): Cursor | null {
  for (let step = from.step; step >= 0 && step < steps.length; step += direction) {
    const { items, shape } = steps[step]!;
    const places = shape[among];
    const start = direction === 1 ? 0 : places.length - 1;
    let at = step === from.step ? places.indexOf(from.place) + direction : start;
    for (; at >= 0 && at < places.length; at += direction)
      if (isWanted(items[places[at]!]!)) return { step, place: places[at]! };
  }
  return null;
}

/** The first (1) or the last (−1) token of the answer. */
function ends(steps: readonly StepView[], direction: 1 | -1, shown: (item: Item) => boolean): Cursor | null {
  const view = direction === 1 ? steps[0] : steps.at(-1);
  if (view === undefined) return null;
  const place = direction === 1 ? view.shape.line[0]! : view.shape.line.at(-1)!;
  const cursor = { step: view.step.index, place };
  return shown(view.items[place]!) ? cursor : search(steps, cursor, direction, "line", shown);
}
