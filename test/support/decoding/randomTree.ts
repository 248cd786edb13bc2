// Trees of tokens for tests: small enough for any engine, with and without a common root.
import { seededRandom } from "../random.ts";

export interface Tree {
  /** The parent of each token, −1 for none; parents first. */
  readonly parents: Int32Array;
  /** From a token without a parent down to each leaf. */
  readonly paths: readonly Int32Array[];
  /** One of the paths, cut at a random place, as a verification would keep it. */
  readonly kept: Int32Array;
}

/** 4 … 15 tokens; every third tree has several roots. */
export function randomTree(seed: number, maxLeaves: number): Tree {
  const random = seededRandom(seed);
  const roots = seed % 3 === 0 ? 2 : 1;
  const parents = [...Array<number>(roots).fill(-1)];
  const tokens = 4 + random.below(12);
  while (parents.length < tokens) {
    // Half of them continue a branch.
    const parent = random.below(2) === 0 ? parents.length - 1 : random.below(parents.length);
    if (leavesOf([...parents, parent]).length <= maxLeaves) parents.push(parent);
  }
  const paths = leavesOf(parents).map((leaf) => pathTo(leaf, parents));
  const chosen = random.pick(paths);
  return {
    parents: Int32Array.from(parents),
    paths,
    kept: chosen.slice(0, 1 + random.below(chosen.length)),
  };
}

function leavesOf(parents: readonly number[]): number[] {
  return parents.flatMap((_, index) => (parents.includes(index) ? [] : [index]));
}

function pathTo(last: number, parents: readonly number[]): Int32Array {
  const path: number[] = [];
  for (let index = last; index >= 0; index = parents[index]!) path.unshift(index);
  return Int32Array.from(path);
}
