// Sorts any number of interactions by user, then time, then position in the source, in bounded memory: runs are sorted in
// memory, written to a scratch file and merged.
import { BLOCK_RECORDS, FIELDS, InteractionFile, type Block } from "./interactionFile.ts";

/** Records of a run: 8 MiB, and two more for their order. */
const RUN_RECORDS = 262_144;
/** Records that are read ahead of each run: 64 KiB. */
const READ_RECORDS = 2_048;

export interface SortOptions {
  readonly runRecords?: number;
}

export class InteractionSorter {
  private readonly run: Block;
  private readonly ends: number[] = [];
  private used = 0;

  constructor(
    private readonly file: InteractionFile,
    { runRecords = RUN_RECORDS }: SortOptions = {},
  ) {
    this.run = new Float64Array(runRecords * FIELDS);
  }

  /** True when a run is full: `await flush()` then, and at the end. */
  add(user: number, item: number, rating: number, timeMs: number): boolean {
    const { run } = this;
    run[this.used++] = user;
    run[this.used++] = item;
    run[this.used++] = rating;
    run[this.used++] = timeMs;
    return this.used === run.length;
  }

  async flush(): Promise<void> {
    const records = this.used / FIELDS;
    if (records === 0) return;
    const { run } = this;
    const order = Uint32Array.from({ length: records }, (_, index) => index);
    order.sort((a, b) => compareAt(run, a * FIELDS, run, b * FIELDS) || a - b);
    const block: Block = new Float64Array(Math.min(BLOCK_RECORDS, records) * FIELDS);
    let filled = 0;
    for (const index of order) {
      block.set(run.subarray(index * FIELDS, (index + 1) * FIELDS), filled);
      filled += FIELDS;
      if (filled < block.length) continue;
      await this.file.append(block);
      filled = 0;
    }
    if (filled > 0) await this.file.append(block.subarray(0, filled));
    this.ends.push(this.file.records);
    this.used = 0;
  }

  /** All records in order, in blocks. */
  async *merged(signal: AbortSignal): AsyncGenerator<Block> {
    const heads: RunHead[] = [];
    for (const [run, end] of this.ends.entries()) {
      const head = new RunHead(this.file, run, this.ends[run - 1] ?? 0, end);
      if (await head.refill(signal)) heads.push(head);
    }
    const heap = new Heap(heads);
    const block: Block = new Float64Array(BLOCK_RECORDS * FIELDS);
    let filled = 0;
    for (let head = heap.first; head !== undefined; head = heap.first) {
      block.set(head.block.subarray(head.at, head.at + FIELDS), filled);
      filled += FIELDS;
      if (filled === block.length) {
        yield block;
        filled = 0;
      }
      head.at += FIELDS;
      if (head.at < head.block.length || (await head.refill(signal))) heap.settleFirst();
      else heap.removeFirst();
    }
    if (filled > 0) yield block.subarray(0, filled);
  }
}

/** By user, then time; no time comes before any. */
function compareAt(a: Block, at: number, b: Block, bt: number): number {
  const users = a[at]! - b[bt]!;
  if (users !== 0) return users;
  const [time, other] = [a[at + 3]!, b[bt + 3]!];
  if (time < other) return -1;
  if (time > other) return 1;
  return Number(Number.isNaN(other)) - Number(Number.isNaN(time));
}

/** The merge's position in one run. */
class RunHead {
  block: Block = new Float64Array(0);
  at = 0;

  constructor(
    private readonly file: InteractionFile,
    readonly run: number,
    private next: number,
    private readonly end: number,
  ) {}

  /** False when the run has ended. */
  async refill(signal: AbortSignal): Promise<boolean> {
    const records = Math.min(READ_RECORDS, this.end - this.next);
    if (records === 0) return false;
    for await (const block of this.file.blocks(signal, this.next, records)) this.block = block;
    this.next += records;
    this.at = 0;
    return true;
  }
}

/** The runs as a binary heap, that with the least record first. */
class Heap {
  constructor(private readonly heads: RunHead[]) {
    for (let at = (heads.length >> 1) - 1; at >= 0; at--) this.settle(at);
  }

  get first(): RunHead | undefined {
    return this.heads[0];
  }

  settleFirst(): void {
    this.settle(0);
  }

  removeFirst(): void {
    const last = this.heads.pop()!;
    if (this.heads.length === 0) return;
    this.heads[0] = last;
    this.settle(0);
  }

  private settle(from: number): void {
    const { heads } = this;
    for (let at = from; ;) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2])
        if (child < heads.length && isBefore(heads[child]!, heads[least]!)) least = child;
      if (least === at) return;
      [heads[at], heads[least]] = [heads[least]!, heads[at]!];
      at = least;
    }
  }
}

/** Earlier runs hold earlier rows of the source. */
function isBefore(a: RunHead, b: RunHead): boolean {
  const order = compareAt(a.block, a.at, b.block, b.at);
  return order < 0 || (order === 0 && a.run < b.run);
}
