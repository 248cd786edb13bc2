// The nodes of all tries of an index, in flat arrays: a node is a number. Children are linked in the order in which
// they were first seen, which breaks ties.
import type { TokenId } from "../../../core/laser/target.ts";
import { IntStack } from "./intStack.ts";

/** No node. */
export const NONE = -1;

/**
 * Which of a node's two counts a text increments: that of prompts, or that of answers (the pool's and the request's).
 */
export type CountSource = "prompt" | "output";

const FIRST_CAPACITY = 1024;
/** Nodes with more children than this get a map of them. */
const LISTED_CHILDREN = 16;

export class NodeStore {
  token = new Int32Array(FIRST_CAPACITY);
  firstChild = new Int32Array(FIRST_CAPACITY);
  lastChild = new Int32Array(FIRST_CAPACITY);
  nextSibling = new Int32Array(FIRST_CAPACITY);
  /** How often a prompt passed through; reset to 0 when its request ends, while the node stays. */
  promptCount = new Int32Array(FIRST_CAPACITY);
  /** How often an answer passed through; halved by squeezing, hence fractional. */
  poolCount = new Float64Array(FIRST_CAPACITY);
  /** The generation in which the node was created. */
  born = new Int32Array(FIRST_CAPACITY);
  /** The number of the current request; new nodes are stamped with it. */
  generation = 0;
  private used = 0;
  private readonly free = new IntStack();
  /** The children of nodes that have many, by token; built when first needed. */
  private readonly maps = new Map<number, Map<TokenId, number>>();

  /** Creates a node without parent or counts. */
  make(token: TokenId): number {
    const node = this.free.length > 0 ? this.free.pop() : this.used++;
    if (node >= this.token.length) this.grow();
    this.token[node] = token;
    this.firstChild[node] = NONE;
    this.lastChild[node] = NONE;
    this.nextSibling[node] = NONE;
    this.promptCount[node] = 0;
    this.poolCount[node] = 0;
    this.born[node] = this.generation;
    return node;
  }

  /** Appends `node` to the children of `parent`. */
  append(parent: number, node: number): void {
    const last = this.lastChild[parent]!;
    this.lastChild[parent] = node;
    if (last === NONE) {
      this.firstChild[parent] = node;
      return;
    }
    this.nextSibling[last] = node;
    this.maps.get(parent)?.set(this.token[node]!, node);
  }

  /** Removes and releases the last child of `parent`; the one before it is `previous`. */
  removeLast(parent: number, previous: number): void {
    const node = this.lastChild[parent]!;
    this.maps.get(parent)?.delete(this.token[node]!);
    this.lastChild[parent] = previous;
    if (previous === NONE) this.firstChild[parent] = NONE;
    else this.nextSibling[previous] = NONE;
    this.release(node);
  }

  /** Detaches all children of `parent` and returns the first; they stay linked to each other. */
  detachChildren(parent: number): number {
    const first = this.firstChild[parent]!;
    this.maps.delete(parent);
    this.firstChild[parent] = NONE;
    this.lastChild[parent] = NONE;
    return first;
  }

  /** The child with this token, or NONE. */
  child(parent: number, token: TokenId): number {
    let node = this.firstChild[parent]!;
    for (let seen = 0; node !== NONE && seen < LISTED_CHILDREN; seen++) {
      if (this.token[node] === token) return node;
      node = this.nextSibling[node]!;
    }
    return node === NONE ? NONE : (this.mapOf(parent).get(token) ?? NONE);
  }

  private mapOf(parent: number): Map<TokenId, number> {
    let map = this.maps.get(parent);
    if (map === undefined) {
      map = new Map();
      for (let node = this.firstChild[parent]!; node !== NONE; node = this.nextSibling[node]!)
        map.set(this.token[node]!, node);
      this.maps.set(parent, map);
    }
    return map;
  }

  count(node: number, source: CountSource, change: 1 | -1): void {
    if (source === "prompt") this.promptCount[node] = this.promptCount[node]! + change;
    else this.poolCount[node] = this.poolCount[node]! + change;
  }

  /** Whether both counts are 0: a leftover of an earlier request's prompt. */
  isStale(node: number): boolean {
    return this.promptCount[node] === 0 && this.poolCount[node] === 0;
  }

  /** Releases a node and its descendants for reuse; the caller updates its parent's links. */
  release(node: number): void {
    let child = this.detachChildren(node);
    while (child !== NONE) {
      const next = this.nextSibling[child]!;
      this.release(child);
      child = next;
    }
    this.free.push(node);
  }

  private grow(): void {
    const capacity = this.token.length * 2;
    const larger = (old: Int32Array<ArrayBuffer>) => {
      const array = new Int32Array(capacity);
      array.set(old);
      return array;
    };
    this.token = larger(this.token);
    this.firstChild = larger(this.firstChild);
    this.lastChild = larger(this.lastChild);
    this.nextSibling = larger(this.nextSibling);
    this.promptCount = larger(this.promptCount);
    this.born = larger(this.born);
    const poolCount = new Float64Array(capacity);
    poolCount.set(this.poolCount);
    this.poolCount = poolCount;
  }
}
