// Finds candidates: walks outward from where the context would be inserted into the sorted offsets, to both sides of
// both segments at once. The nearest neighbours share most with the context, so one search is enough for all match lengths.
import { Candidates } from "./candidates.ts";
import { NO_GROUP, type EntryTable } from "./entries.ts";
import { CONTEXT_DEPTH, END, newContextKey, readKey, sharedTokens, sharesAtLeast } from "./leftContext.ts";
import { boundary, type Bound, type ContextQuery, type Fences } from "./order.ts";

/** The parts of a pool that a lookup reads. */
export interface SearchablePool {
  readonly text: Int32Array;
  readonly table: EntryTable;
  /** Sorted offsets of the settled segment, and of what was inserted since the last compaction. */
  readonly settled: Int32Array;
  readonly fences: Fences;
  readonly recent: Int32Array;
  readonly recentSize: number;
}

/** Left and right of the context, in the settled and in the recent order. */
const SIDES = 4;

/** Offsets to each side of the context that are prefetched. */
const PREFETCH_REACH = 8;

/** Scratch space of lookups. */
export class Collector {
  private readonly key = newContextKey();
  /** Reused, so that a lookup allocates nothing. */
  private readonly query: ContextQuery = { key: this.key, depth: CONTEXT_DEPTH, bound: "lower" };
  /** Per side: rank of the next offset outward, and how many tokens it shares with the key, 0 beyond the end. */
  private readonly ranks = new Int32Array(SIDES);
  private readonly shared = new Int32Array(SIDES);
  /** Per side: how many offsets have the current match length. */
  private readonly runLengths = new Int32Array(SIDES);
  private pool!: SearchablePool;
  /** Keeps the reads of prefetchAround from being optimised away. */
  prefetchSink = 0;

  /** Looks up the end of context[0…contextTokens), within the bounds that `into` holds. */
  collect(pool: SearchablePool, into: Candidates, context: Int32Array, contextTokens: number): void {
    into.clear();
    this.pool = pool;
    const held = readKey(this.key, context, contextTokens);
    if (held < into.minMatchTokens) return;
    this.locateContext();
    this.prefetchSink = prefetchAround(pool.text, pool.settled, this.ranks[1]!, PREFETCH_REACH);
    this.findOffsets(into);
    describeOffsets(into, pool);
  }

  private findOffsets(into: Candidates): void {
    for (;;) {
      const { shared } = this;
      const match = Math.max(shared[0]!, shared[1]!, shared[2]!, shared[3]!);
      const room = into.maxCandidates - into.size;
      if (match < into.minMatchTokens || room === 0) return;
      let total = 0;
      for (let side = 0; side < SIDES; side++) {
        this.runLengths[side] = shared[side] === match ? this.runLength(side, match, room) : 0;
        total += this.runLengths[side]!;
      }
      const first = into.size;
      if (total <= room) this.takeAll(into);
      else this.takeSample(into, total, room);
      into.matchTokens.fill(match, first, into.size);
      if (total <= room) into.sortNewestFirst(first);
      if (total >= room || into.longestOnly) return;
      for (let side = 0; side < SIDES; side++) if (this.runLengths[side]! > 0) this.advance(side);
    }
  }

  private locateContext(): void {
    const at = this.boundary(0, CONTEXT_DEPTH, "lower");
    const recentAt = this.boundary(2, CONTEXT_DEPTH, "lower");
    this.ranks[0] = at - 1;
    this.ranks[1] = at;
    this.ranks[2] = recentAt - 1;
    this.ranks[3] = recentAt;
    for (let side = 0; side < SIDES; side++) this.shared[side] = this.sharedAt(side);
  }

  private boundary(side: number, depth: number, bound: Bound): number {
    const { text, settled, fences, recent, recentSize } = this.pool;
    const { query } = this;
    query.depth = depth;
    query.bound = bound;
    return side < 2 ? fences.boundary(text, settled, query) : boundary(text, recent, 0, recentSize, query);
  }

  private sharedAt(side: number): number {
    const { text } = this.pool;
    const rank = this.ranks[side]!;
    return rank < 0 || rank >= this.size(side) ? 0 : sharedTokens(this.key, text, this.order(side)[rank]!);
  }

  /**
   * How many offsets from the side's rank outward share `match` tokens with the key. Galloping search (doubling steps,
   * then halving) while there is room for them; the end of a longer run is found by binary search.
   */
  private runLength(side: number, match: number, room: number): number {
    const { key } = this;
    const { text } = this.pool;
    const order = this.order(side);
    const rank = this.ranks[side]!;
    const outward = (side & 1) === 0 ? -1 : 1;
    const most = outward < 0 ? rank + 1 : this.size(side) - rank;
    let held = 1; // The one at the rank is known to share them.
    let step = 1;
    while (
      held + step <= most &&
      sharesAtLeast(key, text, order[rank + outward * (held + step - 1)]!, match)
    ) {
      held += step;
      step *= 2;
      if (held > room)
        return outward < 0
          ? rank + 1 - this.boundary(side, match, "lower")
          : this.boundary(side, match, "upper") - rank;
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
      for (let i = 0; i < this.runLengths[side]!; i++) into.offsets[into.size++] = this.offsetAt(side, i);
  }

  /** Takes `count` of `total` offsets at even distances: which ones depends only on the range. */
  private takeSample(into: Candidates, total: number, count: number): void {
    if (into.preferredGroup !== NO_GROUP) {
      this.takeSampleOfGroup(into, total, count);
      return;
    }
    let side = 0;
    let before = 0;
    for (let i = 0; i < count; i++) {
      const at = Math.floor(((i + 0.5) * total) / count);
      while (at - before >= this.runLengths[side]!) before += this.runLengths[side++]!;
      into.offsets[into.size++] = this.offsetAt(side, at - before);
    }
  }

  /**
   * Takes one offset of each of `count` equal parts of the range: of the places looked at in a part, at even distances
   * and `groupProbes` at most, the first that belongs to the preferred group, or else the first.
   */
  private takeSampleOfGroup(into: Candidates, total: number, count: number): void {
    const { table } = this.pool;
    const { preferredGroup, groupProbes } = into;
    let side = 0;
    let before = 0;
    for (let part = 0; part < count; part++) {
      const from = Math.floor((part * total) / count);
      const width = Math.floor(((part + 1) * total) / count) - from;
      const probes = Math.min(groupProbes, width);
      let taken = END;
      for (let probe = 0; probe < probes; probe++) {
        const at = from + Math.floor(((probe + 0.5) * width) / probes);
        while (at - before >= this.runLengths[side]!) before += this.runLengths[side++]!;
        const offset = this.offsetAt(side, at - before);
        const isPreferred = table.groups[table.slotOf(offset)] === preferredGroup;
        if (taken === END || isPreferred) taken = offset;
        if (isPreferred) break;
      }
      into.offsets[into.size++] = taken;
    }
  }

  private offsetAt(side: number, index: number): number {
    return this.order(side)[this.ranks[side]! + ((side & 1) === 0 ? -index : index)]!;
  }

  private advance(side: number): void {
    this.ranks[side]! += (side & 1) === 0 ? -this.runLengths[side]! : this.runLengths[side]!;
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
 * Reads the text at the `reach` offsets to both sides of a rank. The search that follows would wait for memory one
 * offset at a time; these reads don't depend on each other, so they wait together.
 */
function prefetchAround(text: Int32Array, order: Int32Array, rank: number, reach: number): number {
  const last = Math.min(order.length, rank + reach);
  let sum = 0;
  for (let i = Math.max(0, rank - reach); i < last; i++) sum ^= text[order[i]!]!;
  return sum;
}

/**
 * Reads the next token and the entry at each offset. One short loop each: memory is read in parallel, not one by one.
 */
function describeOffsets(into: Candidates, { text, table }: SearchablePool): void {
  const { offsets, nextTokens, entries, size } = into;
  for (let i = 0; i < size; i++) nextTokens[i] = text[offsets[i]! + 1]!;
  for (let i = 0; i < size; i++) entries[i] = table.slotOf(offsets[i]!);
  if (table.evictedCount > 0 || into.excludedSubject !== null) dropExcluded(into, table);
  const { groups, subjects } = into;
  for (let i = 0; i < into.size; i++) groups[i] = table.groups[entries[i]!]!;
  for (let i = 0; i < into.size; i++) subjects[i] = table.subjects[entries[i]!]!;
  for (let i = 0; i < into.size; i++) entries[i] = table.ids[entries[i]!]!;
}

/** Drops candidates of evicted entries and of the excluded subject; `entries` holds slots. */
function dropExcluded(into: Candidates, table: EntryTable): void {
  const { offsets, matchTokens, nextTokens, entries, excludedSubject } = into;
  let kept = 0;
  for (let i = 0; i < into.size; i++) {
    if (table.evicted[entries[i]!] === 1 || table.subjects[entries[i]!] === excludedSubject) continue;
    offsets[kept] = offsets[i]!;
    matchTokens[kept] = matchTokens[i]!;
    nextTokens[kept] = nextTokens[i]!;
    entries[kept++] = entries[i]!;
  }
  into.size = kept;
}

/** Keeps the candidates that continue with `token`, advanced by one offset; drops those whose entry ends there. */
export function advanceCandidates(
  candidates: Candidates,
  text: Int32Array,
  token: number,
  depth: number,
): void {
  const { offsets, matchTokens, nextTokens, entries, groups, subjects } = candidates;
  let kept = 0;
  for (let i = 0; i < candidates.size; i++) {
    if (nextTokens[i] !== token) continue;
    const offset = offsets[i]! + 1;
    const nextToken = text[offset + 1]!;
    if (nextToken === END) continue;
    offsets[kept] = offset;
    matchTokens[kept] = Math.min(depth, matchTokens[i]! + 1);
    nextTokens[kept] = nextToken;
    groups[kept] = groups[i]!;
    subjects[kept] = subjects[i]!;
    entries[kept] = entries[i]!;
    kept++;
  }
  candidates.size = kept;
}
