// A draft as a tree: many continuations of the same root at once, in depth-first order.
import type { TokenId } from "../../../core/laser/target.ts";

/** Slot 0 is the root, the token that is evaluated with the draft; slots 1 … size − 1 are drafted. */
export interface DraftTree {
  readonly size: number;
  readonly tokens: Int32Array;
  /** The slot of the parent, always a smaller one; −1 for slot 0. */
  readonly parents: Int32Array;
}

/** A copy of the tree without the tokens for which `isLeftOut` returns true, and without their descendants. */
export function pruneTree(tree: DraftTree, isLeftOut: (token: TokenId) => boolean): DraftTree {
  const tokens = new Int32Array(tree.size);
  const parents = new Int32Array(tree.size).fill(-1);
  const slotOf = new Int32Array(tree.size).fill(-1);
  let size = 0;
  for (let slot = 0; slot < tree.size; slot++) {
    const above = slot === 0 ? -1 : slotOf[tree.parents[slot]!]!;
    if (slot > 0 && (above < 0 || isLeftOut(tree.tokens[slot]!))) continue;
    tokens[size] = tree.tokens[slot]!;
    parents[size] = above;
    slotOf[slot] = size++;
  }
  return { size, tokens: tokens.subarray(0, size), parents: parents.subarray(0, size) };
}
