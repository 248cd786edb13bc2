// The trie of one root token: what followed it, how often, in which kind of text. It is swept when it grows too large.
import type { TokenId } from "../../../core/laser/target.ts";
import type { Journal } from "./journal.ts";
import { NONE, type CountSource, type NodeStore } from "./nodes.ts";

export class Trie {
  readonly root: number;
  /** Nodes below the root. */
  nodes = 0;
  /**
   * Nodes created by answers. An answer that passes through a node created by a prompt is not counted: the limits are
   * checked against this count in the published code.
   */
  outputNodes = 0;

  constructor(
    readonly token: TokenId,
    private readonly store: NodeStore,
  ) {
    this.root = store.make(token);
  }

  /** Inserts text[from … to) below the root: counts along the existing part, then appends the rest as one chain. */
  insert(
    text: ArrayLike<TokenId>,
    from: number,
    to: number,
    source: CountSource,
    journal: Journal<Trie> | null,
  ): void {
    const { store } = this;
    let parent = this.root;
    for (let at = from; at < to; at++) {
      const node = store.child(parent, text[at]!);
      if (node === NONE) {
        this.appendChain(parent, text, at, to, source, journal);
        return;
      }
      store.count(node, source, 1);
      journal?.counted(node, source);
      parent = node;
    }
  }

  private appendChain(
    parent: number,
    text: ArrayLike<TokenId>,
    from: number,
    to: number,
    source: CountSource,
    journal: Journal<Trie> | null,
  ): void {
    const { store } = this;
    const created = to - from;
    this.nodes += created;
    if (source === "output") this.outputNodes += created;
    journal?.chainAppended(this, parent, store.lastChild[parent]!, created, source);
    let above = parent;
    for (let at = from; at < to; at++) {
      const node = store.make(text[at]!);
      store.count(node, source, 1);
      store.append(above, node);
      above = node;
    }
  }

  /** Removes the newest chain below `parent`, whose last child before was `previous`. */
  removeChain(parent: number, previous: number, created: number, source: CountSource): void {
    this.store.removeLast(parent, previous);
    this.nodes -= created;
    if (source === "output") this.outputNodes -= created;
  }

  /** Resets the prompt counts; the nodes stay, and may be drafted with a count of 0. */
  resetPromptCounts(): void {
    this.resetBelow(this.root);
  }

  private resetBelow(parent: number): void {
    const { store } = this;
    for (let node = store.firstChild[parent]!; node !== NONE; node = store.nextSibling[node]!) {
      if (store.promptCount[node] === 0) continue;
      store.promptCount[node] = 0;
      this.resetBelow(node);
    }
  }

  /** If a limit is exceeded: halves the pool counts above 1 and removes all other nodes with their descendants. */
  squeeze(maxNodes: number, maxOutputNodes: number): void {
    if (this.nodes <= maxNodes && this.outputNodes <= maxOutputNodes) return;
    this.nodes = this.sweep(this.root);
    this.outputNodes = this.nodes;
  }

  /** Returns how many nodes remain below `parent`. */
  private sweep(parent: number): number {
    const { store } = this;
    let kept = 0;
    let node = store.detachChildren(parent);
    while (node !== NONE) {
      const next = store.nextSibling[node]!;
      store.nextSibling[node] = NONE;
      if (store.poolCount[node]! > 1) {
        store.poolCount[node] = store.poolCount[node]! * 0.5;
        store.append(parent, node);
        kept += 1 + this.sweep(node);
      } else store.release(node);
      node = next;
    }
    return kept;
  }
}
