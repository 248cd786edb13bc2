// A draft as a tree: many continuations of the same root at once, in depth-first order.

/** Slot 0 is the root, the token that is evaluated with the draft; slots 1 … size − 1 are drafted. */
export interface DraftTree {
  readonly size: number;
  readonly tokens: Int32Array;
  /** The slot of the parent, always a smaller one; −1 for slot 0. */
  readonly parents: Int32Array;
}
