// The memory of a llama_batch with tokens of several targets, each in its own sequences. All sequence lists are in one
// piece of memory, so that a batch is filled by five copies, however many tokens it has.
import type { BatchPart } from "./evaluator.ts";
import type { Native } from "./functions.ts";
import type { BatchStruct } from "./layouts.ts";

const POINTER_BYTES = 8;
const INT_BYTES = 4;

/** Tokens of one target, and the sequences that are its own: `sequences` from `firstSequence` on. */
export interface LanePart extends BatchPart {
  readonly firstSequence: number;
  readonly sequences: number;
}

/** Reused for every evaluation; owns native memory until `free`. */
export class LaneBatch {
  readonly struct: BatchStruct;
  /** Whose tokens are the sequence lists. */
  private readonly listMemory: BatchStruct;
  /** Where the library itself put the lists, which it will release. */
  private readonly ownLists: BigUint64Array;
  private readonly tokens: Int32Array;
  private readonly positions: Int32Array;
  private readonly counts: Int32Array;
  private readonly lists: Int32Array;
  private readonly wantsRow: Uint8Array;

  constructor(
    private readonly native: Native,
    readonly capacity: number,
    private readonly mostSequences: number,
  ) {
    const { batchInit, copy } = native.functions;
    this.struct = batchInit(capacity, 0, 1);
    this.listMemory = batchInit(capacity * mostSequences, 0, 1);
    this.ownLists = new BigUint64Array(capacity);
    copy(this.ownLists, this.struct.seq_id, capacity * POINTER_BYTES);
    const listBytes = BigInt(mostSequences * INT_BYTES);
    const begin = this.listMemory.token!;
    const lists = BigUint64Array.from({ length: capacity }, (_, slot) => begin + BigInt(slot) * listBytes);
    copy(this.struct.seq_id, lists, capacity * POINTER_BYTES);
    this.tokens = new Int32Array(capacity);
    this.positions = new Int32Array(capacity);
    this.counts = new Int32Array(capacity);
    this.lists = new Int32Array(capacity * mostSequences);
    this.wantsRow = new Uint8Array(capacity);
  }

  /** Fills the batch with the parts one after another; together they have at most `capacity` tokens. */
  fill(parts: readonly LanePart[]): void {
    let slot = 0;
    for (const part of parts) slot = this.put(part, slot);
    const { copy } = this.native.functions;
    copy(this.struct.token, this.tokens, slot * INT_BYTES);
    copy(this.struct.pos, this.positions, slot * INT_BYTES);
    copy(this.struct.n_seq_id, this.counts, slot * INT_BYTES);
    copy(this.listMemory.token, this.lists, slot * this.mostSequences * INT_BYTES);
    copy(this.struct.logits, this.wantsRow, slot);
    this.struct.n_tokens = slot;
  }

  free(): void {
    const { copy, batchFree } = this.native.functions;
    copy(this.struct.seq_id, this.ownLists, this.ownLists.byteLength);
    batchFree(this.struct);
    batchFree(this.listMemory);
  }

  private put(
    { tokens, position, chain, tree, rows, firstSequence, sequences }: LanePart,
    from: number,
  ): number {
    for (let i = 0; i < tokens.length; i++) {
      const slot = from + i;
      const node = tree === null ? -1 : i - chain;
      this.tokens[slot] = tokens[i]!;
      this.positions[slot] = position + (tree !== null && node >= 0 ? chain + tree.depths[node]! : i);
      this.wantsRow[slot] = i >= tokens.length - rows ? 1 : 0;
      const list = slot * this.mostSequences;
      if (tree === null || node < tree.trunk) {
        for (let s = 0; s < sequences; s++) this.lists[list + s] = firstSequence + s;
        this.counts[slot] = sequences;
      } else {
        const begin = tree.starts[node]!;
        const count = tree.starts[node + 1]! - begin;
        for (let s = 0; s < count; s++) this.lists[list + s] = firstSequence + tree.ids[begin + s]!;
        this.counts[slot] = count;
      }
    }
    return from + tokens.length;
  }
}
