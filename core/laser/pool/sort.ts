// Sorts offsets by their left contexts: a counting sort by the last token, then a multikey quicksort (Bentley and
// Sedgewick 1997), which reads one token of each context per level and handles equal runs as a whole, so that 10^5
// equal tokens in a row cost no more than others.
import { finish, type InPieces } from "../../base/index.ts";
import { compareOffsets, CONTEXT_DEPTH, END } from "./leftContext.ts";

/** Ranges up to this size are sorted by insertion. */
const SMALL_RANGE = 12;

/** Below this many offsets, a table of all tokens does not pay. */
const FEW_OFFSETS = 1 << 16;

/** Offsets that are sorted in one piece of work, or more where more contexts end with the same token. */
const PIECE_OFFSETS = 1 << 16;

/**
 * All offsets of text[from…to) that another token of the same entry follows, sorted. O(n) memory besides the result.
 */
export function sortedOffsets(text: Int32Array, from: number, to: number): Int32Array {
  return finish(sortingOffsets(text, from, to));
}

/** The same in pieces: yields between them, so that the owner can attend to other things. */
export function* sortingOffsets(text: Int32Array, from: number, to: number): InPieces<Int32Array> {
  return to - from < FEW_OFFSETS ? sortedFew(text, from, to) : yield* sortingMany(text, from, to);
}

function sortedFew(text: Int32Array, from: number, to: number): Int32Array {
  const order = new Int32Array(to - from);
  let size = 0;
  for (let offset = from; offset < to; offset++) if (hasNext(text, offset)) order[size++] = offset;
  const sorted = order.subarray(0, size);
  new Sorter(text, sorted, size).sort(0, size, 0);
  return sorted;
}

function* sortingMany(text: Int32Array, from: number, to: number): InPieces<Int32Array> {
  const starts = countTokens(text, from, to);
  const order = new Int32Array(starts[starts.length - 1]!);
  const next = starts.slice();
  for (let offset = from; offset < to; offset++) {
    if (hasNext(text, offset)) order[next[text[offset]!]!++] = offset;
  }
  let widest = 0;
  for (let token = 0; token + 1 < starts.length; token++)
    widest = Math.max(widest, starts[token + 1]! - starts[token]!);
  const sorter = new Sorter(text, order, widest);
  let done = 0;
  for (let token = 0; token + 1 < starts.length; token++) {
    sorter.sort(starts[token]!, starts[token + 1]!, 1);
    if (starts[token + 1]! - done < PIECE_OFFSETS) continue;
    done = starts[token + 1]!;
    yield;
  }
  return order;
}

/** Whether there is a token at `offset`, and another one of the same entry after it. */
export function hasNext(text: Int32Array, offset: number): boolean {
  return text[offset] !== END && text[offset + 1] !== END;
}

/** Where each token's offsets start in the order; one more element at the end, the total. */
function countTokens(text: Int32Array, from: number, to: number): Int32Array {
  let highest = -1;
  for (let offset = from; offset < to; offset++) if (text[offset]! > highest) highest = text[offset]!;
  const starts = new Int32Array(highest + 2);
  for (let offset = from; offset < to; offset++) if (hasNext(text, offset)) starts[text[offset]! + 1]!++;
  for (let token = 1; token < starts.length; token++) starts[token]! += starts[token - 1]!;
  return starts;
}

class Sorter {
  /** The token that decides at this level, for each offset of the range: read once, then moved with its offset. */
  private readonly keys: Int32Array;
  private base = 0;
  private seed = 1;

  constructor(
    private readonly text: Int32Array,
    private readonly order: Int32Array,
    widest: number,
  ) {
    this.keys = new Int32Array(widest);
  }

  /** Sorts order[low…high), which is ascending and whose left contexts agree in `depth` tokens. */
  sort(low: number, high: number, depth: number): void {
    if (high - low <= SMALL_RANGE) {
      this.insertionSort(low, high, depth);
      return;
    }
    this.base = low;
    this.sortLevel(low, high, depth);
  }

  private sortLevel(low: number, high: number, depth: number): void {
    if (high - low <= SMALL_RANGE) this.insertionSort(low, high, depth);
    else if (depth === CONTEXT_DEPTH) this.order.subarray(low, high).sort();
    else {
      for (let i = low; i < high; i++) this.keys[i - this.base] = this.text[this.order[i]! - depth]!;
      this.partition(low, high, depth);
    }
  }

  /** Sorts a range whose keys are read: below the pivot, equal to it (one level deeper), above it. */
  private partition(from: number, to: number, depth: number): void {
    const { keys, order, base } = this;
    let low = from;
    let high = to;
    while (high - low > SMALL_RANGE) {
      const pivot = this.pivot(low, high);
      let below = low;
      let above = high;
      for (let i = low; i < above;) {
        const key = keys[i - base]!;
        if (key === pivot) i++;
        else if (key < pivot) this.swap(i++, below++);
        else this.swap(i, --above);
      }
      // Beyond an entry's start only the offset decides.
      if (pivot === END) order.subarray(below, above).sort();
      else this.sortLevel(below, above, depth + 1);
      // Recurses into the smaller side and loops over the larger one: the stack stays shallow.
      if (below - low < high - above) {
        this.partition(low, below, depth);
        low = above;
      } else {
        this.partition(above, high, depth);
        high = below;
      }
    }
    this.insertionSort(low, high, depth);
  }

  /** The median of three keys at pseudo-random ranks, so that no arrangement of the text is a worst case. */
  private pivot(low: number, high: number): number {
    const a = this.keys[this.randomIndex(low, high)]!;
    const b = this.keys[this.randomIndex(low, high)]!;
    const c = this.keys[this.randomIndex(low, high)]!;
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  }

  private randomIndex(low: number, high: number): number {
    this.seed = (Math.imul(this.seed, 1664525) + 1013904223) >>> 0;
    return low - this.base + Math.floor((this.seed / 4294967296) * (high - low));
  }

  private swap(a: number, b: number): void {
    const { keys, order, base } = this;
    const key = keys[a - base]!;
    keys[a - base] = keys[b - base]!;
    keys[b - base] = key;
    const offset = order[a]!;
    order[a] = order[b]!;
    order[b] = offset;
  }

  private insertionSort(low: number, high: number, depth: number): void {
    const { text, order } = this;
    for (let i = low + 1; i < high; i++) {
      const offset = order[i]!;
      let at = i;
      while (at > low && compareOffsets(text, order[at - 1]!, offset, depth) > 0) {
        order[at] = order[at - 1]!;
        at--;
      }
      order[at] = offset;
    }
  }
}
