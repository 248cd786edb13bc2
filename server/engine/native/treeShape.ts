// What a tree of tokens needs of the cache: a position for each token, and one sequence for each leaf, in which all
// tokens on its path are. A token sees the cells of its first sequence that are not later than itself: its ancestors.

/** Flat, one element per token. */
export interface TreeShape {
  /** 0 for a token that follows the last kept one. */
  readonly depths: Int32Array;
  readonly leaves: number;
  /** Token i is in the sequences ids[starts[i]] … ids[starts[i + 1] − 1]. */
  readonly starts: Int32Array;
  readonly ids: Int32Array;
  /** How many tokens at the front are a chain on every path: their cells stay in a chain's order whatever is kept. */
  readonly trunk: number;
}

/** @throws RangeError if a parent doesn't come first, or there are more leaves than allowed */
export function treeShape(parents: Int32Array, maxLeaves: number): TreeShape {
  const n = parents.length;
  const depths = new Int32Array(n);
  const leavesBelow = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    const parent = parents[i]!;
    if (parent < -1 || parent >= i) throw new RangeError(`token ${i} of a tree has parent ${parent}`);
    depths[i] = parent < 0 ? 0 : depths[parent]! + 1;
  }
  let leaves = 0;
  for (let i = n - 1; i >= 0; i--) {
    if (leavesBelow[i] === 0) {
      leavesBelow[i] = 1;
      leaves++;
    }
    const parent = parents[i]!;
    if (parent >= 0) leavesBelow[parent]! += leavesBelow[i]!;
  }
  if (leaves > maxLeaves)
    throw new RangeError(`a tree of ${leaves} leaves: at most ${maxLeaves} are possible`);
  let trunk = 0;
  while (trunk < n && parents[trunk] === trunk - 1 && leavesBelow[trunk] === leaves) trunk++;
  return { depths, leaves, trunk, ...sequencesOf(parents, leavesBelow) };
}

function sequencesOf(parents: Int32Array, leavesBelow: Int32Array): Pick<TreeShape, "starts" | "ids"> {
  const n = parents.length;
  const starts = new Int32Array(n + 1);
  for (let i = 0; i < n; i++) starts[i + 1] = starts[i]! + leavesBelow[i]!;
  const ids = new Int32Array(starts[n]!);
  const filled = starts.slice(0, n);
  const hasChild = new Uint8Array(n);
  for (const parent of parents) if (parent >= 0) hasChild[parent] = 1;
  let leaf = 0;
  for (let i = 0; i < n; i++) {
    if (hasChild[i] === 1) continue;
    for (let at = i; at >= 0; at = parents[at]!) ids[filled[at]!++] = leaf;
    leaf++;
  }
  return { starts, ids };
}

/** @throws RangeError unless `path` leads down from a token that follows the last kept one */
export function checkPath(path: Int32Array, parents: Int32Array | null, evaluatedTokens: number): void {
  path.forEach((index, i) => {
    const above = i === 0 ? -1 : path[i - 1]!;
    const parent = parents === null ? index - 1 : parents[index];
    if (index < 0 || index >= evaluatedTokens || parent !== above)
      throw new RangeError(`token ${index} doesn't follow token ${above} in what was evaluated`);
  });
}
