// The nodes that could join a draft tree next: columns of flat arrays, and a binary heap over them, most probable first.

/** Filled by `push`, which gives out slots in order. For the columns see Draft. */
export class OpenNodes {
  /** Index of the parent among the nodes of the tree, −1 for the root. */
  readonly parents: Int32Array;
  readonly tokens: Int32Array;
  readonly sources: Uint8Array;
  readonly matchTokens: Uint8Array;
  readonly counts: Int32Array;
  readonly voteShares: Float64Array;
  readonly acceptanceProbabilities: Float64Array;
  /** The number of its feature set in the acceptance model. */
  readonly features: Uint16Array;
  /** The probability that the node and all before it are kept. */
  readonly joint: Float64Array;
  private used = 0;
  /** Slots, the most probable at 0. */
  private readonly heap: Int32Array;
  private heapSize = 0;

  /** @param capacity the most nodes between two calls of `clear` */
  constructor(capacity: number) {
    this.parents = new Int32Array(capacity);
    this.tokens = new Int32Array(capacity);
    this.sources = new Uint8Array(capacity);
    this.matchTokens = new Uint8Array(capacity);
    this.counts = new Int32Array(capacity);
    this.voteShares = new Float64Array(capacity);
    this.acceptanceProbabilities = new Float64Array(capacity);
    this.features = new Uint16Array(capacity);
    this.joint = new Float64Array(capacity);
    this.heap = new Int32Array(capacity);
  }

  clear(): void {
    this.used = 0;
    this.heapSize = 0;
  }

  /** Adds a node; returns its slot, whose other columns the caller fills. */
  push(joint: number): number {
    const { heap } = this;
    const slot = this.used++;
    this.joint[slot] = joint;
    let at = this.heapSize++;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (this.joint[heap[above]!]! >= joint) break;
      heap[at] = heap[above]!;
      at = above;
    }
    heap[at] = slot;
    return slot;
  }

  /** Removes the most probable node, of equals the one added first, and returns its slot; −1 when none is left. */
  pop(): number {
    if (this.heapSize === 0) return -1;
    const { heap } = this;
    const top = heap[0]!;
    const last = heap[--this.heapSize]!;
    const parents = this.heapSize >> 1;
    let at = 0;
    while (at < parents) {
      let child = 2 * at + 1;
      if (child + 1 < this.heapSize && this.isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!this.isBefore(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return top;
  }

  private isBefore(a: number, b: number): boolean {
    const difference = this.joint[a]! - this.joint[b]!;
    return difference > 0 || (difference === 0 && a < b);
  }
}
