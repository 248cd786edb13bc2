// Finds candidates: walks outward from where the context would stand among the sorted places, to both sides of both
// segments at once. What stands nearest shares most with the context, so one search serves every match length.
// It must not know how drafts are made of candidates.
import { Candidates } from "./candidates.ts";
import type { EntryTable } from "./entries.ts";
import { CONTEXT_DEPTH, END, newContextKey, readKey, sharedTokens, sharesAtLeast } from "./leftContext.ts";
import { boundary, type Fences } from "./order.ts";

/** The parts of a pool that are searched. */
export interface Searched {
  readonly text: Int32Array;
  readonly table: EntryTable;
  /** Sorted places of the settled part, and of what came since the last compaction. */
  readonly settled: Int32Array;
  readonly fences: Fences;
  readonly recent: Int32Array;
  readonly recentSize: number;
}

/** Left and right of the context's place, in the settled and in the recent order. */
const SIDES = 4;

/** Places to each side of the context's own that are read ahead. */
const TOUCHED_AROUND = 8;

export class Collector {
  private readonly key = newContextKey();
  /** Rank of the next place outward, per side; and how many tokens it shares with the key, 0 past the end. */
  private readonly ranks = new Int32Array(SIDES);
  private readonly shared = new Int32Array(SIDES);
  /** How many places of each side share the match length in hand. */
  private readonly runs = new Int32Array(SIDES);
  private pool!: Searched;
  /** Keeps the reads of touchAround from being optimised away. */
  touched = 0;

  /** Fills `into` as its own `most` and `leastMatch` ask. */
  collect(pool: Searched, into: Candidates, context: Int32Array, contextTokens: number): void {
    into.clear();
    this.pool = pool;
    const held = readKey(this.key, context, contextTokens);
    if (held < into.leastMatch) return;
    this.begin();
    this.touched = touchAround(pool.text, pool.settled, this.ranks[1]!, TOUCHED_AROUND);
    this.findPlaces(into);
    describePlaces(into, pool);
  }

  private findPlaces(into: Candidates): void {
    for (;;) {
      const { shared } = this;
      const match = Math.max(shared[0]!, shared[1]!, shared[2]!, shared[3]!);
      const room = into.most - into.size;
      if (match < into.leastMatch || room === 0) return;
      let total = 0;
      for (let side = 0; side < SIDES; side++) {
        this.runs[side] = shared[side] === match ? this.runLength(side, match, room) : 0;
        total += this.runs[side]!;
      }
      const first = into.size;
      if (total <= room) this.takeAll(into);
      else this.takeSample(into, total, room);
      into.matchTokens.fill(match, first, into.size);
      if (total <= room) into.newestFirst(first);
      if (total >= room || into.longestOnly) return;
      for (let side = 0; side < SIDES; side++) if (this.runs[side]! > 0) this.advance(side);
    }
  }

  private begin(): void {
    const at = this.boundary(0, CONTEXT_DEPTH, false);
    const recentAt = this.boundary(2, CONTEXT_DEPTH, false);
    this.ranks[0] = at - 1;
    this.ranks[1] = at;
    this.ranks[2] = recentAt - 1;
    this.ranks[3] = recentAt;
    for (let side = 0; side < SIDES; side++) this.shared[side] = this.sharedAt(side);
  }

  private boundary(side: number, depth: number, after: boolean): number {
    const { text, settled, fences, recent, recentSize } = this.pool;
    return side < 2
      ? fences.boundary(text, settled, this.key, depth, after)
      : boundary(text, recent, 0, recentSize, this.key, depth, after);
  }

  private sharedAt(side: number): number {
    const { text } = this.pool;
    const rank = this.ranks[side]!;
    return rank < 0 || rank >= this.size(side) ? 0 : sharedTokens(this.key, text, this.order(side)[rank]!);
  }

  /**
   * How many places from the side's rank outward share `match` tokens with the key. Doubling steps, then halving, while
   * there is room for them; a longer run is measured by searching its end.
   */
  private runLength(side: number, match: number, room: number): number {
    const { key } = this;
    const { text } = this.pool;
    const order = this.order(side);
    const rank = this.ranks[side]!;
    const outward = (side & 1) === 0 ? -1 : 1;
    const most = outward < 0 ? rank + 1 : this.size(side) - rank;
    let held = 1; // The place at the rank is known to share them.
    let step = 1;
    while (
      held + step <= most &&
      sharesAtLeast(key, text, order[rank + outward * (held + step - 1)]!, match)
    ) {
      held += step;
      step *= 2;
      if (held > room)
        return outward < 0
          ? rank + 1 - this.boundary(side, match, false)
          : this.boundary(side, match, true) - rank;
    }
    let high = Math.min(most, held + step - 1);
    while (held < high) {
      const middle = (held + high + 1) >>> 1;
      if (sharesAtLeast(key, text, order[rank + outward * (middle - 1)]!, match)) held = middle;
      else high = middle - 1;
    }
    return held;
  }

  private takeAll(into: Candidates): void {
    for (let side = 0; side < SIDES; side++)
      for (let i = 0; i < this.runs[side]!; i++) into.positions[into.size++] = this.placeAt(side, i);
  }

  /** Takes `count` of `total` places at even distances: which ones depends on the range alone. */
  private takeSample(into: Candidates, total: number, count: number): void {
    into.sampled = true;
    let side = 0;
    let before = 0;
    for (let i = 0; i < count; i++) {
      const at = Math.floor(((i + 0.5) * total) / count);
      while (at - before >= this.runs[side]!) before += this.runs[side++]!;
      into.positions[into.size++] = this.placeAt(side, at - before);
    }
  }

  private placeAt(side: number, index: number): number {
    return this.order(side)[this.ranks[side]! + ((side & 1) === 0 ? -index : index)]!;
  }

  private advance(side: number): void {
    this.ranks[side]! += (side & 1) === 0 ? -this.runs[side]! : this.runs[side]!;
    this.shared[side] = this.sharedAt(side);
  }

  private order(side: number): Int32Array {
    return side < 2 ? this.pool.settled : this.pool.recent;
  }

  private size(side: number): number {
    return side < 2 ? this.pool.settled.length : this.pool.recentSize;
  }
}

/**
 * Reads the text at the `reach` places to both sides of a rank. What follows would wait for the memory place by place;
 * these reads don't depend on each other, so that they wait together.
 */
function touchAround(text: Int32Array, order: Int32Array, rank: number, reach: number): number {
  const last = Math.min(order.length, rank + reach);
  let sum = 0;
  for (let i = Math.max(0, rank - reach); i < last; i++) sum ^= text[order[i]!]!;
  return sum;
}

/** Reads what follows at each place and whose it is. Short loops: the memory is read in parallel, not place by place. */
function describePlaces(into: Candidates, { text, table }: Searched): void {
  const { positions, nextTokens, entries, size } = into;
  for (let i = 0; i < size; i++) nextTokens[i] = text[positions[i]! + 1]!;
  for (let i = 0; i < size; i++) entries[i] = table.slotOf(positions[i]!);
  if (table.evictedCount > 0) dropEvicted(into, table);
  for (let i = 0; i < into.size; i++) entries[i] = table.ids[entries[i]!]!;
}

/** Drops places of evicted entries; `entries` holds slots. */
function dropEvicted(into: Candidates, table: EntryTable): void {
  const { positions, matchTokens, nextTokens, entries } = into;
  let kept = 0;
  for (let i = 0; i < into.size; i++) {
    if (table.evicted[entries[i]!] === 1) continue;
    positions[kept] = positions[i]!;
    matchTokens[kept] = matchTokens[i]!;
    nextTokens[kept] = nextTokens[i]!;
    entries[kept++] = entries[i]!;
  }
  into.size = kept;
}

/** Keeps the candidates that `token` follows, one place on; those whose entry ends there fall away. */
export function keepFollowers(candidates: Candidates, text: Int32Array, token: number, depth: number): void {
  const { positions, matchTokens, nextTokens, entries } = candidates;
  let kept = 0;
  for (let i = 0; i < candidates.size; i++) {
    if (nextTokens[i] !== token) continue;
    const position = positions[i]! + 1;
    const nextToken = text[position + 1]!;
    if (nextToken === END) continue;
    positions[kept] = position;
    matchTokens[kept] = Math.min(depth, matchTokens[i]! + 1);
    nextTokens[kept] = nextToken;
    entries[kept] = entries[i]!;
    kept++;
  }
  candidates.size = kept;
}
