// Which nodes below a match are frequent enough for a draft tree that can't hold them all: the rule of the published
// code, computed without sorting the subtree.
import { NONE, type NodeStore } from "./nodes.ts";
import type { ReferenceParameters } from "./parameters.ts";
import { TopList } from "./topList.ts";

/** Higher than any frequency: a threshold that no node passes. */
const UNREACHABLE = 1e9;

/** The score by which nodes are ranked; with the published weight, any count in the prompt outweighs the pool. */
export function score(store: NodeStore, node: number, outputWeight: number): number {
  return (1 - outputWeight) * store.promptCount[node]! + outputWeight * store.poolCount[node]!;
}

/** A node is drafted if it reaches either threshold. */
export class Thresholds {
  minOutput = UNREACHABLE;
  minScore = UNREACHABLE;
  private readonly byOutput: TopList;
  private readonly byScore: TopList;
  /** Nodes counted so far: exact up to 2 · treeTokens, which is all that matters below. */
  private seen = 0;

  constructor(
    private readonly store: NodeStore,
    private readonly parameters: ReferenceParameters,
  ) {
    this.byOutput = new TopList(parameters.minOutputNodes);
    this.byScore = new TopList(2 * parameters.treeTokens);
  }

  passes(node: number, nodeScore: number): boolean {
    // A prompt's count has no separate threshold: min_input_size is 0 wherever the published code looks up.
    return this.store.poolCount[node]! >= this.minOutput || nodeScore >= this.minScore;
  }

  /** Sets both for the nodes below `match`, of which a tree may hold `treeTokens`. */
  setFor(match: number, treeTokens: number): void {
    const { byOutput, byScore } = this;
    byOutput.clear();
    byScore.clear();
    this.seen = 0;
    this.minOutput = UNREACHABLE;
    this.minScore = UNREACHABLE;
    this.rank(match);
    if (this.seen <= treeTokens) {
      this.minScore = 0; // All fit, those with a count of 0 as well.
      return;
    }
    if (byOutput.size > 0) this.minOutput = byOutput.values[byOutput.size - 1]!;
    // The most frequent nodes come first; the best by score fill the rest. Some are both, which frees further slots:
    // the threshold is the score of the node that fills the last free slot, or of the next one if none is free.
    const rest = treeTokens - byOutput.size;
    if (rest <= 0) return;
    let chosen = rest;
    for (let i = 0; i < byOutput.size; i++) if (!byScore.has(byOutput.items[i]!, rest)) chosen++;
    const last = Math.min(rest + treeTokens, byScore.size);
    for (let i = rest; i < last; i++) {
      if (byOutput.has(byScore.items[i]!)) continue;
      if (++chosen < treeTokens) continue;
      this.minScore = byScore.values[i]!;
      return;
    }
  }

  /** Ranks the nodes below `parent` in depth-first order. */
  private rank(parent: number): void {
    const { store, byOutput, byScore } = this;
    for (let node = store.firstChild[parent]!; node !== NONE; node = store.nextSibling[node]!) {
      if (store.isStale(node)) continue;
      const output = store.poolCount[node]!;
      const nodeScore = score(store, node, this.parameters.outputWeight);
      // No node counts more than its parent: where this one is refused, its descendants are as well. With full lists
      // the number of nodes no longer matters either.
      if (byScore.refuses(nodeScore) && byOutput.refuses(output)) continue;
      const item = this.seen++;
      byOutput.offer(output, item);
      byScore.offer(nodeScore, item);
      this.rank(node);
    }
  }
}
