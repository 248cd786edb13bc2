// Whether the arrays of a stored pool belong together. A checksum shows that a file is complete, not who made it.
import { CONTEXT_DEPTH, END } from "./leftContext.ts";
import { hasNext } from "./sort.ts";

/** A pool as plain arrays, to be saved and loaded: nothing evicted, all settled. */
export interface PoolArrays {
  /** Token ids; END after each entry, and CONTEXT_DEPTH times before the first. */
  readonly text: Int32Array;
  /** All offsets that another token of the same entry follows, sorted by left context, then by offset. */
  readonly order: Int32Array;
  /** Per entry, oldest first: its token count, its id, when it was last used. */
  readonly entryTokens: Int32Array;
  readonly ids: Int32Array;
  readonly lastUse: Float64Array;
  /** The id of the next entry. */
  readonly nextId: number;
}

/** What is wrong, as part of a sentence; null if a search can rely on them. One pass over each. */
export function arraysProblem(arrays: PoolArrays): string | null {
  const { text, entryTokens, ids, lastUse, nextId } = arrays;
  if (entryTokens.length !== ids.length || lastUse.length !== ids.length)
    return "its tables have different lengths";
  for (let slot = 0; slot < ids.length; slot++) {
    if (ids[slot]! < 0 || ids[slot]! >= nextId || (slot > 0 && ids[slot]! <= ids[slot - 1]!))
      return `the number of entry ${slot} is out of order`;
    if (!(lastUse[slot]! >= 0)) return `the time of entry ${slot} is not a time`;
  }
  for (let offset = 0; offset < CONTEXT_DEPTH; offset++)
    if (text[offset] !== END) return "its text does not begin as one does";
  return textProblem(text, entryTokens) ?? orderProblem(arrays);
}

/** Each entry is its tokens, all ≥ 0, and an end. */
function textProblem(text: Int32Array, entryTokens: Int32Array): string | null {
  let at = CONTEXT_DEPTH;
  for (let slot = 0; slot < entryTokens.length; slot++) {
    const tokens = entryTokens[slot]!;
    if (tokens < 0 || at + tokens >= text.length) return `entry ${slot} is longer than the text`;
    for (const end = at + tokens; at < end; at++)
      if (text[at]! < 0) return `entry ${slot} has a negative token id`;
    if (text[at++] !== END) return `entry ${slot} has no end`;
  }
  return at === text.length ? null : "the entries don't fill the text";
}

/** Each offset that a token follows, once. Whether they are sorted is not checked: it only affects the quality of drafts. */
function orderProblem({ text, order }: PoolArrays): string | null {
  const seen = new Uint8Array(text.length);
  for (const offset of order) {
    if (offset < 0 || offset >= text.length || !hasNext(text, offset))
      return `its order names offset ${offset}, which no token follows`;
    if (seen[offset] === 1) return `its order names offset ${offset} twice`;
    seen[offset] = 1;
  }
  let expected = 0;
  for (let offset = CONTEXT_DEPTH; offset + 1 < text.length; offset++) if (hasNext(text, offset)) expected++;
  return order.length === expected ? null : `its order has ${order.length} offsets instead of ${expected}`;
}
