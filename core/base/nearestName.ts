// Finds the known name that a mistyped one probably means.
import { editDistance } from "./editDistance.ts";

/** The known name at most two edits away (one for short names), or null. Long names are not compared. */
export function nearestName(name: string, known: readonly string[]): string | null {
  let best: string | null = null;
  let fewest = name.length <= 4 ? 2 : 3;
  if (name.length > 40) return null;
  for (const candidate of known) {
    const edits = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (edits < fewest) [best, fewest] = [candidate, edits];
  }
  return best;
}
