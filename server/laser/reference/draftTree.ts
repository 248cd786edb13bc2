// A draft as a tree: many continuations of the same root at once, in depth-first order. It must not know where it
// was read or how it is verified.
import type { TokenId } from "../target.ts";

/** Slot 0 is the root, the token that is evaluated with the draft; slots 1 … size − 1 are drafted. */
export interface DraftTree {
  readonly size: number;
  readonly tokens: Int32Array;
  /** The slot above, always a smaller one; −1 for slot 0. */
  readonly parents: Int32Array;
}

/** A tree of which only the first `size` slots of the arrays count, copied so that it lasts. */
export function copyTree({ size, tokens, parents }: DraftTree): DraftTree {
  return { size, tokens: tokens.slice(0, size), parents: parents.slice(0, size) };
}

/** The tree without the tokens that `isLeftOut` names, nor anything below them. */
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
