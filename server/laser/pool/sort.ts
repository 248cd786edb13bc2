// Sorts places by their left contexts: a counting sort by the last token, then a multikey quicksort (Bentley and
// Sedgewick 1997), which looks at each token of a context once a level and takes equal runs in one piece, so that
// 10^5 equal tokens in a row cost no more than others. It must not know what the places are for.
import { comparePlaces, CONTEXT_DEPTH, END } from "./leftContext.ts";

/** Ranges up to this size are sorted by insertion. */
const SMALL_RANGE = 12;

/** Fewer places than this are not worth a table of all tokens. */
const FEW_PLACES = 1 << 16;

/** All places of text[from…to) behind which text goes on, sorted. O(n) memory beside the result. */
export function sortedPlaces(text: Int32Array, from: number, to: number): Int32Array {
  return to - from < FEW_PLACES ? sortedFew(text, from, to) : sortedMany(text, from, to);
}

function sortedFew(text: Int32Array, from: number, to: number): Int32Array {
  const order = new Int32Array(to - from);
  let size = 0;
  for (let place = from; place < to; place++) if (goesOn(text, place)) order[size++] = place;
  const sorted = order.subarray(0, size);
  new Sorter(text, sorted, size).sort(0, size, 0);
  return sorted;
}

function sortedMany(text: Int32Array, from: number, to: number): Int32Array {
  const starts = countTokens(text, from, to);
  const order = new Int32Array(starts[starts.length - 1]!);
  const next = starts.slice();
  for (let place = from; place < to; place++) {
    if (goesOn(text, place)) order[next[text[place]!]!++] = place;
  }
  let widest = 0;
  for (let token = 0; token + 1 < starts.length; token++)
    widest = Math.max(widest, starts[token + 1]! - starts[token]!);
  const sorter = new Sorter(text, order, widest);
  for (let token = 0; token + 1 < starts.length; token++) sorter.sort(starts[token]!, starts[token + 1]!, 1);
  return order;
}

/** True for a token that another follows in the same entry. */
export function goesOn(text: Int32Array, place: number): boolean {
  return text[place] !== END && text[place + 1] !== END;
}

/** Where each token's places begin in the order; one more number at the end: how many there are in all. */
function countTokens(text: Int32Array, from: number, to: number): Int32Array {
  let highest = -1;
  for (let place = from; place < to; place++) if (text[place]! > highest) highest = text[place]!;
  const starts = new Int32Array(highest + 2);
  for (let place = from; place < to; place++) if (goesOn(text, place)) starts[text[place]! + 1]!++;
  for (let token = 1; token < starts.length; token++) starts[token]! += starts[token - 1]!;
  return starts;
}

class Sorter {
  /** The token that decides, for each place of the range in hand: read once a level, then moved with its place. */
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

  /** Sorts order[low…high), whose left contexts agree in `depth` tokens; they stand in order of place. */
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
      // Behind an entry's end nothing decides but the place.
      if (pivot === END) order.subarray(below, above).sort();
      else this.sortLevel(below, above, depth + 1);
      // The smaller side is a call, the larger one the next round: the stack stays shallow.
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

  /** The median of three keys at places that no arrangement of the text foresees. */
  private pivot(low: number, high: number): number {
    const a = this.keys[this.somewhere(low, high)]!;
    const b = this.keys[this.somewhere(low, high)]!;
    const c = this.keys[this.somewhere(low, high)]!;
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  }

  private somewhere(low: number, high: number): number {
    this.seed = (Math.imul(this.seed, 1664525) + 1013904223) >>> 0;
    return low - this.base + Math.floor((this.seed / 4294967296) * (high - low));
  }

  private swap(a: number, b: number): void {
    const { keys, order, base } = this;
    const key = keys[a - base]!;
    keys[a - base] = keys[b - base]!;
    keys[b - base] = key;
    const place = order[a]!;
    order[a] = order[b]!;
    order[b] = place;
  }

  private insertionSort(low: number, high: number, depth: number): void {
    const { text, order } = this;
    for (let i = low + 1; i < high; i++) {
      const place = order[i]!;
      let at = i;
      while (at > low && comparePlaces(text, order[at - 1]!, place, depth) > 0) {
        order[at] = order[at - 1]!;
        at--;
      }
      order[at] = place;
    }
  }
}
