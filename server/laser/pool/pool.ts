// The index over earlier answers. Places are sorted by their left contexts, in two segments: a settled one, and a
// small one of what was inserted since the last compaction. Both read one text. It must not know files, time or keys:
// the owner says when, and what an entry is.
//
// Bytes a token: text 4 (and room for 1/16 more), order 4, fences 1/8, and about 20 for each entry.
import type { Candidates } from "./candidates.ts";
import { checkPool } from "./check.ts";
import { Collector, keepFollowers, type Searched } from "./collect.ts";
import { evictLeastUsed, moveTogether } from "./compact.ts";
import { EntryTable } from "./entries.ts";
import { CONTEXT_DEPTH, END } from "./leftContext.ts";
import { Fences, mergeInto } from "./order.ts";
import { sortedPlaces } from "./sort.ts";

export interface PoolIndex {
  /** Entries that drafts may come from: evicted ones are not counted. */
  readonly entries: number;
  readonly tokens: number;
  /**
   * The up to `most` (at most MAX_CANDIDATES) best candidates for the token behind context[0…contextTokens): longest
   * matching left context first (`leastMatch` … 16 tokens), newest place first among equals. Where the places of a
   * match length are more than what is left to fill, places at even distances in the index's order stand for them, in that order: a
   * token's share in the sample is off by at most r/m, for m sampled places and a token whose places form r runs in
   * that order. No allocation.
   */
  candidates(
    into: Candidates,
    context: Int32Array,
    contextTokens: number,
    most: number,
    leastMatch: number,
  ): void;
  /**
   * Goes one token on: keeps the candidates that `token` follows, with a match one longer (at most 16). When fewer than
   * `candidates.refillBelow` remain, asks the index again, as before, for context[0…contextTokens), which ends with
   * `token`. No allocation.
   */
  follow(candidates: Candidates, token: number, context: Int32Array, contextTokens: number): void;
  /** The entry that holds a place of a candidate. */
  entryOf(position: number): number;
  /** Problems found in the index's own invariants; empty when sound. For tests. */
  check(): string[];
}

/** A pool as plain arrays, to be written and read back: nothing evicted, all settled. */
export interface PoolArrays {
  /** END before, between and behind the entries, CONTEXT_DEPTH of them in front. */
  readonly text: Int32Array;
  /** All places behind which an entry goes on, sorted by left context, then by place. */
  readonly order: Int32Array;
  /** Per entry, the oldest first: its tokens, its number, when it last served. */
  readonly entryTokens: Int32Array;
  readonly ids: Int32Array;
  readonly lastUse: Float64Array;
  /** The number that the next entry gets. */
  readonly nextId: number;
}

/** A pool that is added to is settled again once this part of it is recent: each insertion costs more than the last. */
const RECENT_PART = 1 / 8;
/** Room for recent tokens: this part of the settled ones, at least LEAST_ROOM. When it is used up, text is copied. */
const ROOM_PART = 1 / 16;
const LEAST_ROOM = 4096;

export class Pool implements PoolIndex, Searched {
  text: Int32Array;
  table: EntryTable;
  settled: Int32Array;
  readonly fences = new Fences();
  recent: Int32Array = new Int32Array(1024);
  recentSize = 0;
  private textLength: number;
  private liveTokens = 0;
  private nextId = 0;
  private readonly collector = new Collector();

  /** An empty pool. */
  constructor() {
    this.text = new Int32Array(CONTEXT_DEPTH + LEAST_ROOM).fill(END);
    this.textLength = CONTEXT_DEPTH;
    this.table = new EntryTable(CONTEXT_DEPTH);
    this.settled = new Int32Array(0);
  }

  /** Sorts all answers at once; entry i of the result is answers[i], used last at time 0. */
  static build(answers: readonly (readonly number[] | Int32Array)[]): Pool {
    const pool = new Pool();
    const places = answers.reduce((sum, answer) => sum + answer.length + 1, 0);
    pool.reserve(CONTEXT_DEPTH + places + roomFor(places));
    for (const answer of answers) pool.append(answer, 0);
    pool.settle(sortedPlaces(pool.text, CONTEXT_DEPTH, pool.textLength));
    return pool;
  }

  /** A pool of arrays that `arrays()` gave; takes over the order. @throws Error naming what does not fit together */
  static from({ text, order, entryTokens, ids, lastUse, nextId }: PoolArrays): Pool {
    const pool = new Pool();
    for (let slot = 0; slot < ids.length; slot++) {
      pool.table.append(entryTokens[slot]!, ids[slot]!, lastUse[slot]!);
      pool.liveTokens += entryTokens[slot]!;
    }
    pool.text = resized(text, text.length + roomFor(text.length), END); // Or the first insert would copy it.
    pool.textLength = text.length;
    pool.nextId = nextId;
    if (pool.table.starts[pool.table.slots] !== text.length)
      throw new Error("the entries don't fill the text");
    pool.settle(order);
    return pool;
  }

  get entries(): number {
    return this.table.slots - this.table.evictedCount;
  }

  get tokens(): number {
    return this.liveTokens;
  }

  /** Tokens inserted since the last compaction: inserting costs more with each, looking up a little. */
  get recentTokens(): number {
    return this.recentSize;
  }

  candidates(
    into: Candidates,
    context: Int32Array,
    contextTokens: number,
    most: number,
    leastMatch: number,
  ): void {
    into.most = Math.min(most, into.positions.length);
    into.leastMatch = Math.max(1, leastMatch);
    this.collector.collect(this, into, context, contextTokens);
  }

  follow(candidates: Candidates, token: number, context: Int32Array, contextTokens: number): void {
    keepFollowers(candidates, this.text, token, CONTEXT_DEPTH);
    if (candidates.size < candidates.refillBelow)
      this.collector.collect(this, candidates, context, contextTokens);
  }

  entryOf(position: number): number {
    return this.table.ids[this.table.slotOf(position)]!;
  }

  /** Adds an entry; returns its number, which never changes and is above all earlier ones. Tokens are ≥ 0. */
  insert(tokens: readonly number[] | Int32Array, time = 0): number {
    const from = this.textLength;
    this.reserve(from + tokens.length + 1);
    const id = this.append(tokens, time);
    const added = sortedPlaces(this.text, from, this.textLength);
    const size = this.recentSize + added.length;
    if (size > this.recent.length) this.recent = resized(this.recent, size + (size >> 1));
    mergeInto(this.text, this.recent, this.recentSize, added);
    this.recentSize = size;
    return id;
  }

  /** As `insert`, and settles what is recent where it has become much: for adding many. */
  add(tokens: readonly number[] | Int32Array, time = 0): number {
    const id = this.insert(tokens, time);
    if (this.recentSize > this.liveTokens * RECENT_PART) this.compact();
    return id;
  }

  /** Notes that an accepted token came from the entry. Says whether the entry is still here. */
  touch(entry: number, time: number): boolean {
    const slot = this.table.slotOfId(entry);
    if (slot < 0 || this.table.evicted[slot] === 1) return false;
    this.table.lastUse[slot] = time;
    return true;
  }

  /** Nothing is drafted from the entry any more; compacting frees its memory. Says whether it was here. */
  evict(entry: number): boolean {
    const slot = this.table.slotOfId(entry);
    if (slot < 0 || this.table.evicted[slot] === 1) return false;
    this.table.evict(slot);
    this.liveTokens -= this.table.tokensOf(slot);
    return true;
  }

  /**
   * Evicts the entries that were used least recently until at most `budgetTokens` remain, frees what was evicted and
   * settles what is recent. Takes time in proportion to the pool. Returns the ids that it evicted.
   */
  compact(budgetTokens = Infinity): number[] {
    const gone = evictLeastUsed(this.table, this.liveTokens, budgetTokens);
    for (const slot of gone) this.liveTokens -= this.table.tokensOf(slot);
    const ids = gone.map((slot) => this.table.ids[slot]!);
    if (this.table.evictedCount > 0) {
      const moved = moveTogether(this);
      this.settled = this.settled.subarray(0, moved.settledSize);
      this.recentSize = moved.recentSize;
      this.table.dropEvicted();
      this.text.fill(END, this.table.starts[this.table.slots], this.textLength);
      this.textLength = this.table.starts[this.table.slots]!;
    }
    this.mergeRecent();
    const room = this.textLength + roomFor(this.textLength);
    if (this.text.length > room + roomFor(room)) this.text = resized(this.text, room, END);
    return ids;
  }

  /** The pool as arrays to be kept; compacts first. The arrays are the pool's own: write them, don't change them. */
  arrays(): PoolArrays {
    this.compact();
    const { table, nextId } = this;
    return {
      text: this.text.subarray(0, this.textLength),
      order: this.settled,
      entryTokens: Int32Array.from({ length: table.slots }, (_, slot) => table.tokensOf(slot)),
      ids: table.ids.subarray(0, table.slots),
      lastUse: table.lastUse.subarray(0, table.slots),
      nextId,
    };
  }

  check(): string[] {
    return checkPool(this, this.textLength, this.liveTokens);
  }

  private append(tokens: readonly number[] | Int32Array, time: number): number {
    this.text.set(tokens, this.textLength);
    this.textLength += tokens.length + 1;
    this.table.append(tokens.length, this.nextId, time);
    this.liveTokens += tokens.length;
    return this.nextId++;
  }

  private reserve(places: number): void {
    if (places > this.text.length) this.text = resized(this.text, places + roomFor(places), END);
  }

  private mergeRecent(): void {
    const { settled, recentSize } = this;
    const size = settled.length + recentSize;
    // What eviction left unused is given back, too.
    const isTight = size === settled.length && size * 4 === settled.buffer.byteLength;
    const order = isTight ? settled : resized(settled, size);
    mergeInto(this.text, order, settled.length, this.recent.subarray(0, recentSize));
    this.recentSize = 0;
    this.settle(order);
  }

  private settle(order: Int32Array): void {
    this.settled = order;
    this.fences.build(this.text, order);
  }
}

function roomFor(places: number): number {
  return Math.max(LEAST_ROOM, Math.ceil(places * ROOM_PART));
}

/** A copy of another length; what is new holds `filler`. */
function resized(array: Int32Array, length: number, filler = 0): Int32Array {
  const result = new Int32Array(length);
  result.set(array.length <= length ? array : array.subarray(0, length));
  if (filler !== 0 && array.length < length) result.fill(filler, array.length);
  return result;
}
