// Reads bytes along a network. All ways to read the text so far are followed at once; a set of them is a state, known by a
// number. States and the steps between them are found when they are first needed and kept, so that a text that is
// read again costs one look-up per byte, and any number of continuations can be tried from the same state.
import { checkBound } from "./errors.ts";
import { END, NODE_BYTES, NODE_CALL, NODE_SPLIT, type Network } from "./network.ts";

/** Of one state. A grammar can be ambiguous enough to double them with each byte. */
const MAX_READINGS = 10_000;
const MAX_STATES = 50_000;
/** Of all states together: what they cost in memory and, nearly, in time. */
const MAX_ALL_READINGS = 2_000_000;

/** The state after a byte that the grammar refuses. */
export const REFUSED = -1;
const UNKNOWN = -2;
/** The stack of the root rule: nothing to return to. */
const BOTTOM = 0;

export class Matcher {
  /** The state before any byte. */
  readonly start: number;
  /** By state: its readings as pairs of a node that reads a byte and a stack, ascending. */
  private readonly readings: Float64Array[] = [];
  private readonly ends: boolean[] = [];
  /** By state: the state after each byte; null until one is asked for. */
  private readonly steps: (Int32Array | null)[] = [];
  private readonly known = new Map<string, number>();
  /** By stack: the node to continue at when the rule ends, and the stack below. */
  private readonly returns: number[] = [END];
  private readonly below: number[] = [BOTTOM];
  private readonly stacks = new Map<number, number>();
  private allReadings = 0;

  constructor(private readonly network: Network) {
    this.start = this.stateOf([this.pair(network.entries[network.root]!, BOTTOM)]);
  }

  /**
   * The state after one more byte, or REFUSED. From every other state some text leads to an end.
   * @throws GrammarError grammarTooLarge
   */
  after(state: number, byte: number): number {
    const steps = (this.steps[state] ??= new Int32Array(256).fill(UNKNOWN));
    const known = steps[byte]!;
    return known === UNKNOWN ? (steps[byte] = this.step(state, byte)) : known;
  }

  /** How many states have been reached so far. */
  get states(): number {
    return this.readings.length;
  }

  /** Whether the text so far is complete. */
  mayEnd(state: number): boolean {
    return this.ends[state]!;
  }

  /** Whether the text so far is complete and can't be continued. */
  isComplete(state: number): boolean {
    return this.ends[state]! && this.readings[state]!.length === 0;
  }

  private step(state: number, byte: number): number {
    const { low, high, next } = this.network;
    const from: number[] = [];
    for (const reading of this.readings[state]!) {
      const node = this.nodeOf(reading);
      if (byte >= low[node]! && byte <= high[node]!) from.push(this.pair(next[node]!, this.stackOf(reading)));
    }
    return from.length === 0 ? REFUSED : this.stateOf(from);
  }

  /** The state of some places in the network, followed up to the next byte that each reads. */
  private stateOf(places: readonly number[]): number {
    const { kinds, low, next, lists, entries, isDead } = this.network;
    const seen = new Set<number>();
    const open = [...places];
    const readings: number[] = [];
    let mayEnd = false;
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      const node = this.nodeOf(at);
      if (isDead[node] === 1 || seen.has(at)) continue;
      seen.add(at);
      checkBound(seen.size, "readings", MAX_READINGS);
      const stack = this.stackOf(at);
      switch (kinds[node]) {
        case NODE_BYTES:
          readings.push(at);
          break;
        case NODE_SPLIT:
          for (const one of lists.get(node)!) open.push(this.pair(one, stack));
          break;
        case NODE_CALL:
          // A rule at the end of another returns to where that one does, so that lists need no deeper stack.
          open.push(
            this.pair(entries[low[node]!]!, next[node] === END ? stack : this.push(next[node]!, stack)),
          );
          break;
        case undefined:
        default:
          if (stack === BOTTOM) mayEnd = true;
          else open.push(this.pair(this.returns[stack]!, this.below[stack]!));
      }
    }
    if (readings.length === 0 && !mayEnd) return REFUSED;
    return this.intern(Float64Array.from(readings).sort(), mayEnd);
  }

  private intern(readings: Float64Array, mayEnd: boolean): number {
    const key = `${mayEnd ? 1 : 0} ${readings.join()}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    this.allReadings += readings.length;
    checkBound(this.readings.length + 1, "states", MAX_STATES);
    checkBound(this.allReadings, "readings", MAX_ALL_READINGS);
    this.known.set(key, this.readings.length);
    this.ends.push(mayEnd);
    this.steps.push(null);
    return this.readings.push(readings) - 1;
  }

  private push(returnsTo: number, below: number): number {
    const key = this.pair(returnsTo, below);
    const known = this.stacks.get(key);
    if (known !== undefined) return known;
    const stack = this.returns.push(returnsTo) - 1;
    this.below.push(below);
    this.stacks.set(key, stack);
    return stack;
  }

  private pair(node: number, stack: number): number {
    return stack * this.network.kinds.length + node;
  }

  private nodeOf(pair: number): number {
    return pair % this.network.kinds.length;
  }

  private stackOf(pair: number): number {
    return Math.floor(pair / this.network.kinds.length);
  }
}
