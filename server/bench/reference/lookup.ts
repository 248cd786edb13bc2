// Reads a draft tree from the tries: the longer match first, thresholds, then a depth-first fill by score. The result
// is reused.
import type { TokenId } from "../../../core/laser/target.ts";
import { NONE, type NodeStore } from "./nodes.ts";
import type { ReferenceParameters } from "./parameters.ts";
import { score, Thresholds } from "./thresholds.ts";
import { TopList } from "./topList.ts";
import type { Trie } from "./trie.ts";
import type { DraftTree } from "./draftTree.ts";

/** A draft tree with its provenance. Arrays are reused by the next lookup. */
export interface LookupResult extends DraftTree {
  /** The trie's node of each slot from 1 on; slot 0 has the node that matched, or NONE if nothing did. */
  readonly nodes: Int32Array;
  /** Tokens of the query that matched, including slot 0; 0 if nothing did. */
  readonly matchTokens: number;
}

export class Lookup implements LookupResult {
  size = 0;
  matchTokens = 0;
  readonly tokens: Int32Array;
  readonly parents: Int32Array;
  readonly nodes: Int32Array;
  private treeTokens = 0;
  private readonly thresholds: Thresholds;
  private readonly stopTokens: ReadonlySet<TokenId>;
  /** Children in order of score: one list per depth. */
  private readonly ranked: readonly TopList[];

  constructor(
    private readonly store: NodeStore,
    private readonly tries: ReadonlyMap<TokenId, Trie>,
    private readonly parameters: ReferenceParameters,
  ) {
    const { treeTokens, branchTokens } = parameters;
    const slots = Math.max(1, treeTokens);
    this.tokens = new Int32Array(slots);
    this.parents = new Int32Array(slots);
    this.nodes = new Int32Array(slots);
    this.thresholds = new Thresholds(store, parameters);
    this.stopTokens = new Set(parameters.stopTokens);
    this.ranked = Array.from({ length: branchTokens }, () => new TopList(slots));
  }

  /**
   * Looks up the whole query, then without its first token, and so on. The first tree of at least `branchTokens` tokens
   * ends the search; otherwise the last one found is returned, even if it is smaller. Without any match, the tree is
   * the last token alone.
   */
  find(query: ArrayLike<TokenId>, treeTokens: number, branchTokens: number): LookupResult {
    this.treeTokens = treeTokens;
    this.setMiss(query);
    if (treeTokens <= 1 || branchTokens === 0) return this;
    for (let first = 0; first < query.length; first++) {
      const trie = this.tries.get(query[first]!);
      if (trie === undefined) continue;
      if (first === query.length - 1 && this.stopTokens.has(query[first]!)) continue;
      const match = this.match(trie, query, first + 1);
      if (match === NONE) this.setMiss(query);
      else this.fill(trie, match, query, first, branchTokens);
      if (this.size >= branchTokens) break;
    }
    return this;
  }

  /** The node that query[from …] leads to; NONE if there is none, or it has no children. */
  private match(trie: Trie, query: ArrayLike<TokenId>, from: number): number {
    const { store } = this;
    let node = trie.root;
    for (let i = from; i < query.length; i++) {
      node = store.child(node, query[i]!);
      if (node === NONE || store.isStale(node)) return NONE;
    }
    return store.firstChild[node] === NONE ? NONE : node;
  }

  private setMiss(query: ArrayLike<TokenId>): void {
    this.size = Math.min(1, query.length);
    this.matchTokens = 0;
    this.tokens[0] = query[query.length - 1] ?? 0;
    this.parents[0] = NONE;
    this.nodes[0] = NONE;
  }

  private fill(
    trie: Trie,
    match: number,
    query: ArrayLike<TokenId>,
    first: number,
    branchTokens: number,
  ): void {
    this.thresholds.setFor(match, this.treeTokens);
    this.size = 1;
    this.matchTokens = query.length - first;
    // If the last token is 0, the root's token is given instead: the published code takes 0 for "none".
    const last = query[query.length - 1]!;
    this.tokens[0] = last === 0 ? trie.token : last;
    this.nodes[0] = match;
    this.addChildren(match, 0, branchTokens);
  }

  private addChildren(parent: number, slot: number, depthLeft: number): void {
    if (this.size >= this.treeTokens || depthLeft <= 0) return;
    const { store, thresholds } = this;
    const list = this.ranked[depthLeft - 1]!;
    list.clear();
    for (let node = store.firstChild[parent]!; node !== NONE; node = store.nextSibling[node]!) {
      const nodeScore = score(store, node, this.parameters.outputWeight);
      if (thresholds.passes(node, nodeScore)) list.offer(nodeScore, node);
    }
    for (let i = 0; i < list.size && this.size < this.treeTokens; i++) {
      const node = list.items[i]!;
      const added = this.size++;
      this.tokens[added] = store.token[node]!;
      this.parents[added] = slot;
      this.nodes[added] = node;
      this.addChildren(node, added, depthLeft - 1);
    }
  }
}
