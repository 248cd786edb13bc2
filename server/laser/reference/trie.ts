// The trie behind one root token: what followed it, how often, from where. It inserts, counts, forgets prompts and
// is swept when it grows too large. It must not know other roots, nor how drafts are made of it.
import type { TokenId } from "../target.ts";
import type { Journal } from "./journal.ts";
import { NONE, type CountSource, type NodeStore } from "./nodes.ts";

export class Trie {
  readonly root: number;
  /** Nodes behind the root. */
  nodes = 0;
  /**
   * Nodes that an answer made. Not raised when an answer goes through a node that a prompt made: the published count,
   * which limits read.
   */
  outputNodes = 0;

  constructor(
    readonly token: TokenId,
    private readonly store: NodeStore,
  ) {
    this.root = store.make(token);
  }

  /** Inserts text[from … to) behind the root: counts along the known part, then hangs the rest as one chain. */
  insert(
    text: ArrayLike<TokenId>,
    from: number,
    to: number,
    source: CountSource,
    journal: Journal | null,
  ): void {
    const { store } = this;
    let parent = this.root;
    for (let place = from; place < to; place++) {
      const node = store.child(parent, text[place]!);
      if (node === NONE) {
        this.hang(parent, text, place, to, source, journal);
        return;
      }
      store.count(node, source, 1);
      journal?.counted(node, source);
      parent = node;
    }
  }

  private hang(
    parent: number,
    text: ArrayLike<TokenId>,
    from: number,
    to: number,
    source: CountSource,
    journal: Journal | null,
  ): void {
    const { store } = this;
    const made = to - from;
    this.nodes += made;
    if (source === "output") this.outputNodes += made;
    journal?.hung(this, parent, store.lastChild[parent]!, made, source);
    let above = parent;
    for (let place = from; place < to; place++) {
      const node = store.make(text[place]!);
      store.count(node, source, 1);
      store.append(above, node);
      above = node;
    }
  }

  /** Takes back the newest chain behind `parent`, whose last child before was `previous`. */
  unhang(parent: number, previous: number, made: number, source: CountSource): void {
    this.store.removeLast(parent, previous);
    this.nodes -= made;
    if (source === "output") this.outputNodes -= made;
  }

  /** Forgets how often prompts went through; their nodes stay, and may be drafted with a count of 0. */
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

  /** Where a limit is exceeded: halves the pool counts above 1 and removes every other node with all below it. */
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
