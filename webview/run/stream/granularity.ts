// The answer in larger units: words or lines, each with the tokens it consists of. Each part of a unit looks like its tokens;
// ghosts have no text in the answer, so they are only shown by token. Pure.
import type { Cursor } from "../model/cursor.ts";
import { className, isGhost, SHOWN_CLASSES, type Item, type ShownClass } from "../model/items.ts";
import type { StepView } from "../model/model.ts";
import { spokenText } from "../../../core/trace/index.ts";

export const GRANULARITIES = ["token", "word", "line"] as const;
export type Granularity = (typeof GRANULARITIES)[number];

/** Several consecutive committed tokens shown as one. */
export interface Unit {
  /** Position of its first token. */
  readonly at: Cursor;
  readonly items: readonly Item[];
  readonly text: string;
  /** Neighbouring tokens of one class together, so that one relaxed token doesn't mark a whole line. */
  readonly parts: readonly UnitPart[];
  /** Text, and the number of tokens of each class. */
  readonly label: string;
}

export interface UnitPart {
  readonly text: string;
  readonly shownClass: ShownClass;
}

/** E.g. tokens "a", " mo", "vie\n" → words "a", " movie\n". Every committed token is in one unit, in order. */
export function unitsOf(steps: readonly StepView[], granularity: Exclude<Granularity, "token">): Unit[] {
  const units: Unit[] = [];
  let items: Item[] = [];
  const close = (): void => {
    if (items.length > 0) units.push(unitOf(items));
    items = [];
  };
  for (const step of steps) {
    for (const item of step.items) {
      if (isGhost(item.shownClass)) continue;
      const last = items.at(-1);
      if (last !== undefined && isBoundary(last, item, granularity)) close();
      items.push(item);
    }
  }
  close();
  return units;
}

function isBoundary(last: Item, next: Item, granularity: "word" | "line"): boolean {
  if (last.isControl || next.isControl) return true;
  if (granularity === "line") return last.text.includes("\n");
  return /\s$/u.test(last.text) || /^\s/u.test(next.text);
}

function unitOf(items: readonly Item[]): Unit {
  const text = items.map((item) => item.text).join("");
  const { step, place } = items[0]!;
  const parts: UnitPart[] = [];
  for (const item of items) {
    const last = parts.at(-1);
    if (last?.shownClass === item.shownClass)
      parts[parts.length - 1] = { ...last, text: last.text + item.text };
    else parts.push({ text: item.text, shownClass: item.shownClass });
  }
  const counts = SHOWN_CLASSES.flatMap((name) => {
    const count = items.filter((item) => item.shownClass === name).length;
    return count === 0 ? [] : [`${count} ${className(name)}`];
  });
  return { at: { step, place }, items, text, parts, label: `${spokenText(text)}, ${counts.join(", ")}` };
}

/** Index of the unit at a cursor, or of the unit before its ghost; −1 before the first. */
export function unitAt(units: readonly Unit[], cursor: Cursor): number {
  let [low, high] = [0, units.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const { at } = units[middle]!;
    if (at.step < cursor.step || (at.step === cursor.step && at.place <= cursor.place)) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
