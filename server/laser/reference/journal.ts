// What was inserted since a moment, so that it can be taken back exactly: a frozen pool still learns a request's own
// text while it runs. It must not know why.
import { IntStack } from "./intStack.ts";
import type { CountSource, NodeStore } from "./nodes.ts";
import type { Trie } from "./trie.ts";

const COUNTED = 0;
const HUNG = 1;
const PLANTED = 2;

export class Journal {
  /** Records, newest last: their fields, then their kind. */
  private readonly records = new IntStack();
  /** The tries that HUNG and PLANTED records mean, in the same order. */
  private readonly tries: Trie[] = [];

  /** A known node was counted once more. */
  counted(node: number, source: CountSource): void {
    this.records.push(node);
    this.records.push(source === "prompt" ? 1 : 0);
    this.records.push(COUNTED);
  }

  /** A chain of `made` nodes was hung behind `parent`, whose last child was `previous`. */
  hung(trie: Trie, parent: number, previous: number, made: number, source: CountSource): void {
    this.tries.push(trie);
    this.records.push(parent);
    this.records.push(previous);
    this.records.push(made);
    this.records.push(source === "prompt" ? 1 : 0);
    this.records.push(HUNG);
  }

  /** A root was made. */
  planted(trie: Trie): void {
    this.tries.push(trie);
    this.records.push(PLANTED);
  }

  /** Takes everything back, newest first, and is empty. `uproot` forgets a root. */
  rewind(store: NodeStore, uproot: (trie: Trie) => void): void {
    const { records, tries } = this;
    const source = (): CountSource => (records.pop() === 1 ? "prompt" : "output");
    while (records.length > 0) {
      const kind = records.pop();
      if (kind === COUNTED) {
        const from = source();
        store.count(records.pop(), from, -1);
      } else if (kind === HUNG) {
        const from = source();
        const made = records.pop();
        const previous = records.pop();
        tries.pop()!.unhang(records.pop(), previous, made, from);
      } else uproot(tries.pop()!);
    }
  }
}
