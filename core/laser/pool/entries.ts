// The entries of a pool: where each starts in the text, its id, group and subject, when it was last used, whether it was
// evicted. Entries are in order of age, so a larger offset is a newer one.

/** An entry of no group. */
export const NO_GROUP = -1;

/** What an entry belongs to, as numbers defined by the owner. */
export interface EntryLabel {
  /** Below MAX_GROUPS; NO_GROUP if omitted. */
  readonly group?: number;
  /** The user or item that it is about; if omitted, one that no other entry is about. */
  readonly subject?: number;
}

/** For each block of 2^8 offsets, the entry at its start is recorded: small enough to stay in a CPU's cache. */
const BLOCK_SHIFT = 8;

/** Columns by slot, the oldest entry first. */
export class EntryTable {
  /** Entries in the text, evicted ones included. A slot is an entry's index in this table; its id never changes. */
  slots = 0;
  /** Offset of each entry's first token, then the end of the text. An entry's END is right before the next start. */
  starts = new Int32Array(65);
  ids = new Int32Array(64);
  /** When it was inserted or last touched, by the owner's clock. */
  lastUse = new Float64Array(64);
  evicted = new Uint8Array(64);
  groups = new Int32Array(64);
  /** ≥ 0: the owner's number; below: a number that no other entry has. */
  subjects = new Int32Array(64);
  evictedCount = 0;
  /** Slot of the entry that holds offset (block << BLOCK_SHIFT). */
  private blocks = new Int32Array(64);

  constructor(firstOffset: number) {
    this.starts[0] = firstOffset;
  }

  /** Adds an entry whose tokens and END follow the last entry in the text. */
  append(tokens: number, id: number, time: number, label: EntryLabel = {}): void {
    if (this.slots === this.ids.length) this.grow(this.slots * 2);
    const slot = this.slots++;
    const start = this.starts[slot]!;
    const end = start + tokens + 1;
    this.starts[slot + 1] = end;
    this.ids[slot] = id;
    this.lastUse[slot] = time;
    this.evicted[slot] = 0;
    this.label(slot, label);
    this.indexBlocks(slot, start, end);
  }

  label(slot: number, { group = NO_GROUP, subject }: EntryLabel): void {
    this.groups[slot] = group;
    this.subjects[slot] = subject ?? -1 - this.ids[slot]!;
  }

  private indexBlocks(slot: number, start: number, end: number): void {
    const last = (end - 1) >> BLOCK_SHIFT;
    if (last >= this.blocks.length) {
      const larger = new Int32Array(Math.max(last + 1, this.blocks.length + (this.blocks.length >> 1)));
      larger.set(this.blocks);
      this.blocks = larger;
    }
    for (let block = (start + (1 << BLOCK_SHIFT) - 1) >> BLOCK_SHIFT; block <= last; block++)
      this.blocks[block] = slot;
  }

  slotOf(offset: number): number {
    const block = offset >> BLOCK_SHIFT;
    let low = this.blocks[block]!;
    let high =
      (block + 1) << BLOCK_SHIFT < this.starts[this.slots]! ? this.blocks[block + 1]! : this.slots - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The slot of an entry's id, −1 if it is gone. Ids are ascending by slot. */
  slotOfId(id: number): number {
    let low = 0;
    let high = this.slots;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.ids[middle]! < id) low = middle + 1;
      else high = middle;
    }
    return low < this.slots && this.ids[low] === id ? low : -1;
  }

  tokensOf(slot: number): number {
    return this.starts[slot + 1]! - this.starts[slot]! - 1;
  }

  evict(slot: number): void {
    if (this.evicted[slot] === 1) return;
    this.evicted[slot] = 1;
    this.evictedCount++;
  }

  /** Drops evicted entries and closes the gaps, in order. The text must have been moved in the same way. */
  dropEvicted(): void {
    const { starts, ids, lastUse, evicted, groups, subjects } = this;
    let kept = 0;
    let oldStart = starts[0]!;
    let start = oldStart;
    for (let slot = 0; slot < this.slots; slot++) {
      const oldEnd = starts[slot + 1]!;
      if (evicted[slot] === 0) {
        ids[kept] = ids[slot]!;
        lastUse[kept] = lastUse[slot]!;
        groups[kept] = groups[slot]!;
        subjects[kept] = subjects[slot]!;
        starts[kept++] = start;
        start += oldEnd - oldStart;
      }
      oldStart = oldEnd;
    }
    starts[kept] = start;
    evicted.fill(0, 0, this.slots);
    this.slots = kept;
    this.evictedCount = 0;
    for (let slot = 0; slot < kept; slot++) this.indexBlocks(slot, starts[slot]!, starts[slot + 1]!);
  }

  private grow(capacity: number): void {
    const starts = new Int32Array(capacity + 1);
    starts.set(this.starts);
    this.starts = starts;
    const ids = new Int32Array(capacity);
    ids.set(this.ids);
    this.ids = ids;
    const lastUse = new Float64Array(capacity);
    lastUse.set(this.lastUse);
    this.lastUse = lastUse;
    const evicted = new Uint8Array(capacity);
    evicted.set(this.evicted);
    this.evicted = evicted;
    const groups = new Int32Array(capacity);
    groups.set(this.groups);
    this.groups = groups;
    const subjects = new Int32Array(capacity);
    subjects.set(this.subjects);
    this.subjects = subjects;
  }
}
