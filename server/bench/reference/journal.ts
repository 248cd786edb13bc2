// An undo log of insertions: a frozen pool still learns a request's own text while the request runs, and is then
// restored exactly.
import { IntStack } from "./intStack.ts";
import type { CountSource, NodeStore } from "./nodes.ts";

const COUNTED = 0;
const CHAIN_APPENDED = 1;
const ROOT_CREATED = 2;

/** What a record names of a trie. */
export interface Growth {
  removeChain(parent: number, previous: number, made: number, source: CountSource): void;
}

export class Journal<T extends Growth> {
  /** Records, newest last: their fields, then their kind. */
  private readonly records = new IntStack();
  /** The tries of CHAIN_APPENDED and ROOT_CREATED records, in the same order. */
  private readonly tries: T[] = [];

  /** An existing node was counted once more. */
  counted(node: number, source: CountSource): void {
    this.records.push(node);
    this.records.push(source === "prompt" ? 1 : 0);
    this.records.push(COUNTED);
  }

  /** A chain of `nodes` nodes was appended to `parent`, whose last child was `previous`. */
  chainAppended(trie: T, parent: number, previous: number, nodes: number, source: CountSource): void {
    this.tries.push(trie);
    this.records.push(parent);
    this.records.push(previous);
    this.records.push(nodes);
    this.records.push(source === "prompt" ? 1 : 0);
    this.records.push(CHAIN_APPENDED);
  }

  /** A root was created. */
  rootCreated(trie: T): void {
    this.tries.push(trie);
    this.records.push(ROOT_CREATED);
  }

  /** Undoes everything, newest first, and empties the log. */
  rewind(store: NodeStore, removeRoot: (trie: T) => void): void {
    const { records, tries } = this;
    const source = (): CountSource => (records.pop() === 1 ? "prompt" : "output");
    while (records.length > 0) {
      const kind = records.pop();
      if (kind === COUNTED) {
        const from = source();
        store.count(records.pop(), from, -1);
      } else if (kind === CHAIN_APPENDED) {
        const from = source();
        const nodes = records.pop();
        const previous = records.pop();
        tries.pop()!.removeChain(records.pop(), previous, nodes, from);
      } else removeRoot(tries.pop()!);
    }
  }
}
