// Compares offered trees with what was committed, and teaches the acceptance model: every node whose parent was kept is
// an observation, whether it was sent or not.
import type { Draft } from "../draft.ts";
import { MAX_PENDING_DRAFTS, type JudgedDraft } from "./drafter.ts";
import type { TokenId } from "../target.ts";
import type { TreeAcceptanceModel } from "./treeAcceptance.ts";

interface PendingTree {
  readonly draft: Draft;
  /** By node: the number of its feature set. */
  readonly features: Uint16Array;
  /** The last node that was committed; −1 for the root. */
  node: number;
}

/** Offered trees, each until the committed text leaves it. */
export class PendingTrees {
  private readonly trees: PendingTree[] = [];

  constructor(private readonly acceptance: TreeAcceptanceModel) {}

  clear(): void {
    this.trees.length = 0;
  }

  add(draft: Draft, features: Uint16Array): void {
    if (this.trees.length < MAX_PENDING_DRAFTS) this.trees.push({ draft, features, node: -1 });
  }

  /** Learns from a committed token, under a rule that keeps exactly the drafted tokens that equal the committed ones. */
  learn(token: TokenId): void {
    let stillPending = 0;
    for (const tree of this.trees) {
      const { draft, node } = tree;
      let next = -1;
      let isParent = false;
      for (let i = node + 1; i < draft.length; i++) {
        const parent = draft.parents[i]!;
        if (next >= 0 && parent === next) isParent = true;
        if (parent !== node) continue;
        const isKept = draft.tokens[i] === token;
        this.observe(tree, i, isKept);
        if (isKept) next = i;
      }
      tree.node = next;
      if (isParent) this.trees[stillPending++] = tree;
    }
    this.trees.length = stillPending;
  }

  /**
   * Learns from what a relaxed rule decided on the last tree, and forgets all trees: which tokens the rule would have
   * kept elsewhere isn't known. The sent draft holds some of the tree's nodes, in order.
   */
  learnJudged({ draft: sent, isKept }: JudgedDraft): void {
    const last = this.trees.at(-1);
    this.clear();
    if (last === undefined) return;
    const { draft } = last;
    /** By node of the tree: its index in the sent draft, −1 if it was not sent. */
    const sentAs = new Int32Array(draft.length).fill(-1);
    let at = 0;
    for (let i = 0; i < draft.length && at < isKept.length; i++) {
      const parent = draft.parents[i]!;
      if (parent >= 0 && sentAs[parent]! < 0) continue;
      if (sent.tokens[at] !== draft.tokens[i] || sent.parents[at] !== (parent < 0 ? -1 : sentAs[parent]))
        continue;
      const kept = isKept[at];
      sentAs[i] = at++;
      if (typeof kept === "boolean") this.observe(last, i, kept);
    }
  }

  private observe({ draft, features }: PendingTree, node: number, isKept: boolean): void {
    this.acceptance.observe(features[node]!, draft.voteShares[node]!, isKept);
  }
}
