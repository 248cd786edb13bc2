// The memory of a llama_batch, which the library allocates and this process fills by copying.
import type { Native } from "./functions.ts";
import type { BatchStruct, Pointer } from "./layouts.ts";
import type { TreeShape } from "./treeShape.ts";

const POINTER_BYTES = 8;
const INT_BYTES = 4;

/** Reused for every evaluation; owns native memory until `free`. */
export class TokenBatch {
  readonly struct: BatchStruct;
  private readonly lists: BigUint64Array;
  private readonly positions: Int32Array;
  private readonly counts: Int32Array;
  private readonly wantsRow: Uint8Array;
  private readonly all: Int32Array;
  /** Whether a slot's list names all sequences, as it mostly does: then it needs no writing. */
  private readonly hasAll: Uint8Array;

  constructor(
    private readonly native: Native,
    readonly capacity: number,
    readonly sequences: number,
  ) {
    const { batchInit, copy } = native.functions;
    this.struct = batchInit(capacity, 0, sequences);
    this.lists = new BigUint64Array(capacity);
    copy(this.lists, this.struct.seq_id, capacity * POINTER_BYTES);
    this.positions = new Int32Array(capacity);
    this.counts = new Int32Array(capacity);
    this.wantsRow = new Uint8Array(capacity);
    this.all = Int32Array.from({ length: sequences }, (_, sequence) => sequence);
    this.hasAll = new Uint8Array(capacity);
  }

  /**
   * Fills the batch with tokens from `position` on: a chain of the first `chain`, which are in all sequences, then a
   * tree, or a longer chain if that is null. The last `rows` tokens get a row.
   */
  fill(tokens: Int32Array, position: number, chain: number, tree: TreeShape | null, rows: number): void {
    const { copy } = this.native.functions;
    const n = tokens.length;
    for (let i = 0; i < n; i++) {
      const node = tree === null ? -1 : i - chain;
      this.positions[i] = position + (tree !== null && node >= 0 ? chain + tree.depths[node]! : i);
      this.wantsRow[i] = i >= n - rows ? 1 : 0;
      if (tree === null || node < tree.trunk) this.putInAll(i);
      else this.putIn(i, tree.ids.subarray(tree.starts[node], tree.starts[node + 1]));
    }
    copy(this.struct.token, tokens, n * INT_BYTES);
    copy(this.struct.pos, this.positions, n * INT_BYTES);
    copy(this.struct.n_seq_id, this.counts, n * INT_BYTES);
    copy(this.struct.logits, this.wantsRow, n);
    this.struct.n_tokens = n;
  }

  free(): void {
    this.native.functions.batchFree(this.struct);
  }

  private putInAll(slot: number): void {
    if (this.hasAll[slot] === 0) this.putIn(slot, this.all);
    this.hasAll[slot] = 1;
    this.counts[slot] = this.sequences;
  }

  private putIn(slot: number, sequences: Int32Array): void {
    const list: Pointer = this.lists[slot]!;
    this.native.functions.copy(list, sequences, sequences.length * INT_BYTES);
    this.hasAll[slot] = 0;
    this.counts[slot] = sequences.length;
  }
}
