// A draft tree under construction: which of the open nodes have joined it, in order. Scratch arrays, refilled at every
// step.
import { copyToken, emptyDraftArrays, ENTRIES_PER_TOKEN, type Draft } from "../draft.ts";
import type { OpenNodes } from "./openNodes.ts";

/** The first `length` elements of the arrays are in use. */
export class GrowingTree {
  length = 0;
  /** By node: its slot among the open nodes, and how many tokens it and its ancestors are. */
  readonly slots: Int32Array;
  readonly depths: Int32Array;
  readonly entries: Int32Array;
  /** By node, the root at 0: whether it is a parent. */
  private readonly isParent: Uint8Array;
  private leaves = 0;
  private nodes: number;

  constructor(
    private readonly open: OpenNodes,
    private readonly maxNodes: number,
    private readonly maxLeaves: number,
  ) {
    this.nodes = maxNodes;
    this.slots = new Int32Array(maxNodes);
    this.depths = new Int32Array(maxNodes);
    this.entries = new Int32Array(maxNodes * ENTRIES_PER_TOKEN);
    this.isParent = new Uint8Array(maxNodes + 1);
  }

  /** Begins a tree of at most `nodes` nodes, or of `maxNodes` if that is fewer. */
  clear(nodes: number): void {
    this.nodes = Math.min(this.maxNodes, nodes);
    this.length = 0;
    this.leaves = 0;
    this.isParent.fill(0);
  }

  get isFull(): boolean {
    return this.length >= this.nodes;
  }

  /**
   * Adds the node of a slot; returns its index, or −1 if it would be one leaf too many. Leaves never become fewer, so
   * a refused node need not be tried again, and no prefix of the tree has more of them.
   */
  add(slot: number): number {
    const parent = this.open.parents[slot]!;
    // A parent's first child takes its place as a leaf. The root is not one.
    const isNewLeaf = parent < 0 || this.isParent[parent + 1] === 1;
    if (isNewLeaf && this.leaves === this.maxLeaves) return -1;
    if (isNewLeaf) this.leaves++;
    this.isParent[parent + 1] = 1;
    const node = this.length++;
    this.slots[node] = slot;
    this.depths[node] = this.depthOf(parent) + 1;
    return node;
  }

  /** Tokens from the root's child to a node; 0 for −1, the root. */
  depthOf(node: number): number {
    return node < 0 ? 0 : this.depths[node]!;
  }

  parentOf(node: number): number {
    return this.open.parents[this.slots[node]!]!;
  }

  tokenOf(node: number): number {
    return this.open.tokens[this.slots[node]!]!;
  }

  /** A copy that stays valid after the next step. */
  toDraft(): Draft {
    const { open, length } = this;
    const draft = emptyDraftArrays(length);
    for (let i = 0; i < length; i++) {
      const slot = this.slots[i]!;
      copyToken(draft, i, open, slot);
      draft.parents[i] = open.parents[slot]!;
    }
    for (let i = 0; i < length * ENTRIES_PER_TOKEN; i++) draft.entries[i] = this.entries[i]!;
    return draft;
  }

  /** The feature sets of the nodes, as numbers of the acceptance model. */
  toFeatures(): Uint16Array {
    const features = new Uint16Array(this.length);
    for (let i = 0; i < this.length; i++) features[i] = this.open.features[this.slots[i]!]!;
    return features;
  }
}
