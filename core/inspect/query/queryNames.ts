// Finds the known words nearest to a mistyped one.
import { editDistance } from "../../base/index.ts";

/** Letters beyond this are ignored; keeps the work small for any text. */
const LONGEST = 24;
const MOST = 4;

/** The nearest words, nearest first; all words if none is near. */
export function nearestNames(typed: string, known: readonly string[]): readonly string[] {
  const text = typed.slice(0, LONGEST).toLowerCase();
  const near = known
    .map((name) => ({ name, distance: editDistance(text, name.toLowerCase()) }))
    .filter(
      ({ name, distance }) => distance <= Math.max(1, Math.floor(name.length / 3)) || isBegun(name, text),
    )
    .sort((a, b) => a.distance - b.distance);
  return near.length === 0 ? known : near.slice(0, MOST).map(({ name }) => name);
}

const isBegun = (name: string, text: string): boolean => text !== "" && name.toLowerCase().startsWith(text);
