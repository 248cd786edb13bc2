// The shortest edit between two lists of numbers: the greedy algorithm of Myers, "An O(ND) difference
// algorithm" (1986). Bounded, so that two lists with nothing in common cost no more than a few milliseconds.

/** A run of equal elements: left[at.left + i] = right[at.right + i] for i < length. */
export interface CommonRun {
  readonly left: number;
  readonly right: number;
  readonly length: number;
}

/** The most deletions and insertions before the search is abandoned; memory grows with the square. */
const MOST_EDITS = 1500;

/**
 * The common runs of a shortest edit, in order; null if it has more than `mostEdits` deletions and insertions.
 * O((left + right) · edits) time.
 */
export function commonRuns(
  left: readonly number[],
  right: readonly number[],
  mostEdits = MOST_EDITS,
): CommonRun[] | null {
  const limit = Math.min(mostEdits, left.length + right.length);
  /** furthest[k + offset]: the furthest index in `left` reached on diagonal k (left − right) with the edits so far. */
  const offset = limit + 1;
  const furthest = new Int32Array(2 * limit + 3);
  /** The diagonals −d … d of `furthest` as they were before edit d. */
  const history: Int32Array[] = [];
  for (let edits = 0; edits <= limit; edits++) {
    history.push(furthest.slice(offset - edits - 1, offset + edits + 2));
    for (let k = -edits; k <= edits; k += 2) {
      const isDown = k === -edits || (k !== edits && furthest[offset + k - 1]! < furthest[offset + k + 1]!);
      let x = isDown ? furthest[offset + k + 1]! : furthest[offset + k - 1]! + 1;
      while (x < left.length && x - k < right.length && left[x] === right[x - k]) x++;
      furthest[offset + k] = x;
      if (x >= left.length && x - k >= right.length) return walkBack(history, left.length, right.length);
    }
  }
  return null;
}

function walkBack(history: readonly Int32Array[], leftLength: number, rightLength: number): CommonRun[] {
  const runs: CommonRun[] = [];
  let [x, y] = [leftLength, rightLength];
  for (let edits = history.length - 1; edits >= 0; edits--) {
    const before = history[edits]!;
    const at = (k: number): number => before[k + edits + 1]!;
    const k = x - y;
    const isDown = k === -edits || (k !== edits && at(k - 1) < at(k + 1));
    const fromK = isDown ? k + 1 : k - 1;
    // Without edits the path begins at the origin.
    const startX = edits === 0 ? 0 : isDown ? at(fromK) : at(fromK) + 1;
    if (x > startX) runs.push({ left: startX, right: startX - k, length: x - startX });
    if (edits === 0) break;
    x = at(fromK);
    y = x - fromK;
  }
  return runs.reverse();
}
