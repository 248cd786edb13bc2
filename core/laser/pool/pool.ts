// The index over earlier answers: a suffix array of the reversed text. Offsets are sorted by their left contexts, in
// two segments over one text: a settled one, and a small one of what was inserted since the last compaction. Time and
// the meaning of an entry are defined by the owner.
//
// Bytes per token: text 4 (and room for 1/16 more), order 4, fences 1/8; and about 20 per entry.
import { finish, type InPieces } from "../../base/index.ts";
import { arraysProblem, type PoolArrays } from "./arraysProblem.ts";
import type { Candidates } from "./candidates.ts";
import { checkPool } from "./check.ts";
import { Collector, advanceCandidates, type SearchablePool } from "./collect.ts";
import { evictLeastUsed, compactText } from "./compact.ts";
import { EntryTable, type EntryLabel } from "./entries.ts";
import { CONTEXT_DEPTH, END } from "./leftContext.ts";
import { Fences, mergeInto } from "./order.ts";
import { sortedOffsets, sortingOffsets } from "./sort.ts";

/** What a drafter needs of a pool. */
export interface PoolIndex {
  /** Entries that drafts may come from, without evicted ones, and their tokens. */
  readonly entries: number;
  readonly tokens: number;
  /**
   * Fills `into` with the best candidates for the token after context[0…contextTokens), at most `maxCandidates` (up to
   * MAX_CANDIDATES): longest matching left context first (`minMatchTokens` … 16 tokens), newest first among equals. A
   * match length with more occurrences than there is room for is sampled at even distances in the index's order, and
   * keeps that order: a token's share in a sample of m is off by at most r/m, if its occurrences form r runs
   * in that order. Allocates nothing.
   */
  candidates(
    into: Candidates,
    context: Int32Array,
    contextTokens: number,
    maxCandidates: number,
    minMatchTokens: number,
  ): void;
  /**
   * Advances by one token: keeps the candidates that continue with `token`, with a match one longer (up to 16). If
   * fewer than `candidates.refillBelow` remain, looks up context[0…contextTokens), which ends with `token`, within the
   * same bounds. Allocates nothing.
   */
  follow(candidates: Candidates, token: number, context: Int32Array, contextTokens: number): void;
  /** Violations of the index's invariants, as sentences; empty if sound. For tests. */
  check(): string[];
}

/** `add` settles the pool once this fraction of it is recent: each insertion costs more than the last. */
const RECENT_FRACTION = 1 / 8;
/**
 * Room for recent tokens: this fraction of the settled ones, at least MIN_ROOM. When it is full, the text is copied.
 */
const ROOM_FRACTION = 1 / 16;
const MIN_ROOM = 4096;

/** Entries are inserted, drafted from, evicted, and compacted away. */
export class Pool implements PoolIndex, SearchablePool {
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
    this.text = new Int32Array(CONTEXT_DEPTH + MIN_ROOM).fill(END);
    this.textLength = CONTEXT_DEPTH;
    this.table = new EntryTable(CONTEXT_DEPTH);
    this.settled = new Int32Array(0);
  }

  /** Sorts all answers at once; entry i of the result is answers[i], labelled labels[i], last used at time 0. */
  static build(
    answers: readonly (readonly number[] | Int32Array)[],
    labels: readonly EntryLabel[] = [],
  ): Pool {
    return finish(Pool.building(answers, labels));
  }

  /** The same in pieces: sorting millions of tokens takes seconds. */
  static *building(
    answers: readonly (readonly number[] | Int32Array)[],
    labels: readonly EntryLabel[] = [],
  ): InPieces<Pool> {
    const pool = new Pool();
    const offsets = answers.reduce((sum, answer) => sum + answer.length + 1, 0);
    pool.reserve(CONTEXT_DEPTH + offsets + roomFor(offsets));
    answers.forEach((answer, i) => pool.append(answer, 0, labels[i]));
    pool.settle(yield* sortingOffsets(pool.text, CONTEXT_DEPTH, pool.textLength));
    return pool;
  }

  /** A pool from the result of `arrays()`; takes ownership of `order`. @throws Error if the arrays are inconsistent */
  static from(arrays: PoolArrays): Pool {
    const problem = arraysProblem(arrays);
    if (problem !== null) throw new Error(problem);
    const { text, order, entryTokens, ids, lastUse, nextId } = arrays;
    const pool = new Pool();
    for (let slot = 0; slot < ids.length; slot++) {
      pool.table.append(entryTokens[slot]!, ids[slot]!, lastUse[slot]!);
      pool.liveTokens += entryTokens[slot]!;
    }
    pool.text = resized(text, text.length + roomFor(text.length), END); // Otherwise the first insert would copy it.
    pool.textLength = text.length;
    pool.nextId = nextId;
    pool.settle(order);
    return pool;
  }

  get entries(): number {
    return this.table.slots - this.table.evictedCount;
  }

  get tokens(): number {
    return this.liveTokens;
  }

  candidates(
    into: Candidates,
    context: Int32Array,
    contextTokens: number,
    maxCandidates: number,
    minMatchTokens: number,
  ): void {
    into.maxCandidates = Math.min(maxCandidates, into.offsets.length);
    into.minMatchTokens = Math.max(1, minMatchTokens);
    this.collector.collect(this, into, context, contextTokens);
  }

  follow(candidates: Candidates, token: number, context: Int32Array, contextTokens: number): void {
    advanceCandidates(candidates, this.text, token, CONTEXT_DEPTH);
    if (candidates.size < candidates.refillBelow)
      this.collector.collect(this, candidates, context, contextTokens);
  }

  /** The highest token id in the pool, -1 without any. Reads the whole text. */
  get highestToken(): number {
    let highest = END;
    for (let offset = 0; offset < this.textLength; offset++)
      if (this.text[offset]! > highest) highest = this.text[offset]!;
    return highest;
  }

  /** Adds an entry of tokens ≥ 0; returns its id, which never changes and is larger than all earlier ones. */
  insert(tokens: readonly number[] | Int32Array, time = 0, label: EntryLabel = {}): number {
    const from = this.textLength;
    this.reserve(from + tokens.length + 1);
    const id = this.append(tokens, time, label);
    const added = sortedOffsets(this.text, from, this.textLength);
    const size = this.recentSize + added.length;
    if (size > this.recent.length) this.recent = resized(this.recent, size + (size >> 1));
    mergeInto(this.text, this.recent, this.recentSize, added);
    this.recentSize = size;
    return id;
  }

  /** As `insert`, for adding many: settles the recent segment when it has grown large. */
  add(tokens: readonly number[] | Int32Array, time = 0, label: EntryLabel = {}): number {
    const id = this.insert(tokens, time, label);
    if (this.recentSize > this.liveTokens * RECENT_FRACTION) this.compact();
    return id;
  }

  /** Marks the entry as used at `time`. Returns whether it is still here. */
  touch(entry: number, time: number): boolean {
    const slot = this.table.slotOfId(entry);
    if (slot < 0 || this.table.evicted[slot] === 1) return false;
    this.table.lastUse[slot] = time;
    return true;
  }

  /** Gives an entry another label: the arrays of a stored pool hold none. Returns whether it is here. */
  label(entry: number, label: EntryLabel): boolean {
    const slot = this.table.slotOfId(entry);
    if (slot < 0) return false;
    this.table.label(slot, label);
    return true;
  }

  /** Excludes the entry from drafts; compaction frees its memory. Returns whether it was here. */
  evict(entry: number): boolean {
    const slot = this.table.slotOfId(entry);
    if (slot < 0 || this.table.evicted[slot] === 1) return false;
    this.table.evict(slot);
    this.liveTokens -= this.table.tokensOf(slot);
    return true;
  }

  /**
   * Evicts least recently used entries until at most `budgetTokens` tokens remain, frees the memory of evicted ones and
   * settles the recent segment. Takes time in proportion to the pool. Returns the ids that it evicted.
   */
  compact(budgetTokens = Infinity): number[] {
    const evicted = evictLeastUsed(this.table, this.liveTokens, budgetTokens);
    for (const slot of evicted) this.liveTokens -= this.table.tokensOf(slot);
    const ids = evicted.map((slot) => this.table.ids[slot]!);
    if (this.table.evictedCount > 0) {
      const moved = compactText(this);
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

  /** The pool as arrays, to be saved; compacts first. They are the pool's own memory: don't change them. */
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

  private append(tokens: readonly number[] | Int32Array, time: number, label: EntryLabel = {}): number {
    this.text.set(tokens, this.textLength);
    this.textLength += tokens.length + 1;
    this.table.append(tokens.length, this.nextId, time, label);
    this.liveTokens += tokens.length;
    return this.nextId++;
  }

  private reserve(offsets: number): void {
    if (offsets > this.text.length) this.text = resized(this.text, offsets + roomFor(offsets), END);
  }

  private mergeRecent(): void {
    const { settled, recentSize } = this;
    const size = settled.length + recentSize;
    // Also releases what eviction left unused.
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

function roomFor(offsets: number): number {
  return Math.max(MIN_ROOM, Math.ceil(offsets * ROOM_FRACTION));
}

/** A copy of another length; new elements hold `filler`. */
function resized(array: Int32Array, length: number, filler = 0): Int32Array {
  const result = new Int32Array(length);
  result.set(array.length <= length ? array : array.subarray(0, length));
  if (filler !== 0 && array.length < length) result.fill(filler, array.length);
  return result;
}
