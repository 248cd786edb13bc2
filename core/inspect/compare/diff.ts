// The shortest edit between two lists, as the runs that it keeps. Bounded, because the search costs time with the square
// of the edits: two lists of 20,000 words with nothing in common take about a tenth of a second.
import { diffArrays } from "diff";

/** A run of equal elements: left[at.left + i] = right[at.right + i] for i < length. */
export interface CommonRun {
  readonly left: number;
  readonly right: number;
  readonly length: number;
}

/** The most deletions and insertions before the search is abandoned. */
const MAX_EDITS = 1500;

/** The common runs of a shortest edit, in order; null if it has more than `mostEdits` deletions and insertions. */
export function commonRuns<T extends string | number>(
  left: readonly T[],
  right: readonly T[],
  mostEdits = MAX_EDITS,
): CommonRun[] | null {
  const changes = diffArrays([...left], [...right], { maxEditLength: mostEdits });
  if (changes === undefined) return null;
  const runs: CommonRun[] = [];
  let [leftAt, rightAt] = [0, 0];
  for (const { added, removed, count } of changes) {
    if (!added && !removed) runs.push({ left: leftAt, right: rightAt, length: count });
    if (!added) leftAt += count;
    if (!removed) rightAt += count;
  }
  return runs;
}
