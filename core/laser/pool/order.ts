// Searching and merging sorted offsets.
import { compareKey, compareOffsets, type ContextKey } from "./leftContext.ts";

/** lower: the first rank that doesn't sort before the key · upper: the first that sorts after it. */
export type Bound = "lower" | "upper";

/** What a search looks for. Mutable, so that one object serves all searches of a lookup. */
export interface ContextQuery {
  readonly key: ContextKey;
  /** How many tokens of the key count. */
  depth: number;
  bound: Bound;
}

/** Binary search: the rank of order[from…to) that the query asks for; `to` if there is none. */
export function boundary(
  text: Int32Array,
  order: Int32Array,
  from: number,
  to: number,
  { key, depth, bound }: ContextQuery,
): number {
  const after = bound === "upper";
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const sign = compareKey(key, text, order[middle]!, depth);
    if (sign > 0 || (after && sign === 0)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Ranks from one fence to the next. */
const FENCE_DISTANCE = 256;
/** Tokens of left context that a fence holds. */
const FENCE_TOKENS = 8;

/**
 * Fence pointers: the left contexts of every 256th offset of an order, side by side. A binary search in ten million
 * offsets touches distant memory at every step; most of its steps are taken here instead, in 1/8 byte per token, which
 * stays in a CPU's cache.
 */
export class Fences {
  private tokens = new Int32Array(0);
  private count = 0;

  build(text: Int32Array, order: Int32Array): void {
    this.count = Math.ceil(order.length / FENCE_DISTANCE);
    this.tokens = new Int32Array(this.count * FENCE_TOKENS);
    for (let fence = 0; fence < this.count; fence++)
      for (let back = 0; back < FENCE_TOKENS; back++)
        this.tokens[fence * FENCE_TOKENS + back] = text[order[fence * FENCE_DISTANCE]! - back]!;
  }

  /** As `boundary` over the whole order that the fences were built from. */
  boundary(text: Int32Array, order: Int32Array, query: ContextQuery): number {
    const { key, depth } = query;
    const after = query.bound === "upper";
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const sign = this.compare(middle, text, order, key, depth);
      if (sign > 0 || (after && sign === 0)) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return 0;
    const from = (low - 1) * FENCE_DISTANCE + 1;
    const to = Math.min(order.length, low * FENCE_DISTANCE);
    return boundary(text, order, from, to, query);
  }

  private compare(
    fence: number,
    text: Int32Array,
    order: Int32Array,
    key: ContextKey,
    depth: number,
  ): number {
    const near = Math.min(depth, FENCE_TOKENS);
    for (let back = 0; back < near; back++) {
      const difference = key[back]! - this.tokens[fence * FENCE_TOKENS + back]!;
      if (difference !== 0) return difference;
    }
    return depth <= FENCE_TOKENS ? 0 : compareKey(key, text, order[fence * FENCE_DISTANCE]!, depth);
  }
}

/**
 * Merges sorted `added` into order[0…size), which has room for both, from the back: galloping search finds each added
 * offset's rank from the last one, and the offsets after it move once. Cheap while `added` is short.
 */
export function mergeInto(text: Int32Array, order: Int32Array, size: number, added: Int32Array): void {
  let high = size;
  for (let i = added.length - 1; i >= 0; i--) {
    const offset = added[i]!;
    let low = 0;
    let above = high;
    for (let step = 1; above - step >= 0; step *= 2) {
      if (compareOffsets(text, order[above - step]!, offset) < 0) {
        low = above - step + 1;
        break;
      }
      above -= step;
    }
    while (low < above) {
      const middle = (low + above) >>> 1;
      if (compareOffsets(text, order[middle]!, offset) < 0) low = middle + 1;
      else above = middle;
    }
    order.copyWithin(low + i + 1, low, high);
    order[low + i] = offset;
    high = low;
  }
}
