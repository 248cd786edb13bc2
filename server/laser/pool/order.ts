// Searching and merging sorted places. It must not know entries or candidates.
import { compareKey, comparePlaces, type ContextKey } from "./leftContext.ts";

/**
 * The first rank of order[low…high) that does not sort before the first `depth` tokens of the key; with `after`, the
 * first that sorts behind them. Found by halving; `high` when there is none.
 */
export function boundary(
  text: Int32Array,
  order: Int32Array,
  low: number,
  high: number,
  key: ContextKey,
  depth: number,
  after: boolean,
): number {
  while (low < high) {
    const middle = (low + high) >>> 1;
    const sign = compareKey(key, text, order[middle]!, depth);
    if (sign > 0 || (after && sign === 0)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Ranks between two fences. */
const FENCE_DISTANCE = 256;
/** Tokens of left context that a fence holds. */
const FENCE_TOKENS = 8;

/**
 * The left contexts of every 256th place of an order, side by side. A search that halves ten million places touches
 * memory far apart at every step; most of its steps are taken here instead, in 1/8 byte a token that stays in a
 * processor's cache.
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
  boundary(text: Int32Array, order: Int32Array, key: ContextKey, depth: number, after: boolean): number {
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
    return boundary(text, order, from, to, key, depth, after);
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
 * Merges sorted `added` into order[0…size), which has room for both, from the back: each added place is found by
 * doubling steps from the last one, then halving, and what stands behind it moves once. Cheap while few come to many.
 */
export function mergeInto(text: Int32Array, order: Int32Array, size: number, added: Int32Array): void {
  let high = size;
  for (let i = added.length - 1; i >= 0; i--) {
    const place = added[i]!;
    let low = 0;
    let above = high;
    for (let step = 1; above - step >= 0; step *= 2) {
      if (comparePlaces(text, order[above - step]!, place) < 0) {
        low = above - step + 1;
        break;
      }
      above -= step;
    }
    while (low < above) {
      const middle = (low + above) >>> 1;
      if (comparePlaces(text, order[middle]!, place) < 0) low = middle + 1;
      else above = middle;
    }
    order.copyWithin(low + i + 1, low, high);
    order[low + i] = place;
    high = low;
  }
}
