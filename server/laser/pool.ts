// The index over earlier answers: one sorted suffix array over all entries of a pool, built once, then read only.
// Work a lookup is bounded: binary searches, then at most MAX_VOTES places a drafted token. It must not know files.
import { SOURCE_POOL, type Chain } from "./chain.ts";
import { ENTRIES_PER_TOKEN } from "./draft.ts";
import { MAX_MATCH_TOKENS, noteAlternatives } from "./overlay.ts";
import type { TokenId } from "./target.ts";
import { MAX_VOTES, Votes } from "./votes.ts";

/** Suffixes are sorted to this depth: a match of 16 tokens and a draft of 16 behind it. */
const SORT_DEPTH = 32;
/** Ends each entry; sorts before every token, equals none. */
const END = -1;

export interface PoolIndex {
  readonly entries: number;
  /** Tokens of all entries together. */
  readonly tokens: number;
  /**
   * Fills `chain` with up to `limit` tokens that followed the longest match of the end of `context`
   * (its first `contextTokens` tokens count) in any entry.
   */
  fill(chain: Chain, context: Int32Array, contextTokens: number, limit: number): void;
  /** Problems found in the index's own invariants; empty when sound. For tests. */
  check(): string[];
}

/** Builds the index; O(n log n) comparisons of at most SORT_DEPTH tokens. Entry i of the result is answers[i]. */
export function buildPoolIndex(answers: readonly (readonly TokenId[] | Int32Array)[]): PoolIndex {
  const tokens = answers.reduce((sum, answer) => sum + answer.length, 0);
  const text = new Int32Array(tokens + answers.length).fill(END);
  const entryOf = new Int32Array(text.length);
  let length = 0;
  answers.forEach((answer, entry) => {
    text.set(answer, length);
    entryOf.fill(entry, length, length + answer.length + 1);
    length += answer.length + 1;
  });
  const suffixes = new Int32Array(text.length);
  for (let i = 0; i < suffixes.length; i++) suffixes[i] = i;
  suffixes.sort((a, b) => compareSuffixes(text, a, b));
  return new SuffixPool(answers.length, tokens, text, entryOf, suffixes);
}

/** Order by tokens up to the first difference, an entry's end or SORT_DEPTH; then by place. */
function compareSuffixes(text: Int32Array, a: number, b: number): number {
  for (let depth = 0; depth < SORT_DEPTH; depth++) {
    const left = text[a + depth] ?? END;
    const right = text[b + depth] ?? END;
    if (left !== right) return left - right;
    if (left === END) break;
  }
  return a - b;
}

class SuffixPool implements PoolIndex {
  private readonly votes = new Votes();
  private low = 0;
  private high = 0;

  constructor(
    readonly entries: number,
    readonly tokens: number,
    private readonly text: Int32Array,
    private readonly entryOf: Int32Array,
    private readonly suffixes: Int32Array,
  ) {}

  fill(chain: Chain, context: Int32Array, contextTokens: number, limit: number): void {
    chain.clear();
    const match = this.longestMatch(context, contextTokens);
    if (match === 0) return;
    const reach = Math.min(limit, SORT_DEPTH - match);
    for (let place = 0; place < reach; place++) {
      const depth = match + place;
      this.vote(depth);
      const best = this.votes.best();
      if (best < 0) return;
      const token = this.votes.tokens[best]!;
      chain.tokens[place] = token;
      chain.sources[place] = SOURCE_POOL;
      chain.matchTokens[place] = Math.min(MAX_MATCH_TOKENS, depth);
      chain.shares[place] = this.votes.counts[best]! / this.votes.total;
      noteAlternatives(chain, place, this.votes, best);
      this.narrow(depth, token);
      chain.counts[place] = this.high - this.low;
      this.nameEntries(chain, place);
      chain.length = place + 1;
    }
  }

  /** The longest suffix of the context (2 … MAX_MATCH_TOKENS tokens) found in the text; sets low and high. */
  private longestMatch(context: Int32Array, contextTokens: number): number {
    let found = 0;
    let least = 2;
    let most = Math.min(MAX_MATCH_TOKENS, contextTokens);
    // If the last L tokens occur, so do the last L − 1: the length is found by halving.
    while (least <= most) {
      const length = (least + most) >> 1;
      this.low = 0;
      this.high = this.suffixes.length;
      for (let depth = 0; depth < length && this.low < this.high; depth++)
        this.narrow(depth, context[contextTokens - length + depth]!);
      if (this.low < this.high && this.continues(length)) {
        found = length;
        least = length + 1;
      } else most = length - 1;
    }
    if (found === 0) return 0;
    this.low = 0;
    this.high = this.suffixes.length;
    for (let depth = 0; depth < found; depth++) this.narrow(depth, context[contextTokens - found + depth]!);
    return found;
  }

  /** True when some suffix of the range goes on behind `depth` tokens (entries' ends sort first). */
  private continues(depth: number): boolean {
    return this.tokenAt(this.high - 1, depth) !== END;
  }

  /** Narrows low … high to the suffixes whose token at `depth` is `token`. */
  private narrow(depth: number, token: number): void {
    const low = this.firstNotBelow(this.low, this.high, depth, token);
    this.high = this.firstNotBelow(low, this.high, depth, token + 1);
    this.low = low;
  }

  private firstNotBelow(from: number, to: number, depth: number, token: number): number {
    let low = from;
    let high = to;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.tokenAt(middle, depth) < token) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private tokenAt(rank: number, depth: number): number {
    return this.text[this.suffixes[rank]! + depth] ?? END;
  }

  /** Counts the tokens at `depth` over the range, or over MAX_VOTES places spread evenly through it. */
  private vote(depth: number): void {
    this.votes.clear();
    const first = this.firstNotBelow(this.low, this.high, depth, 0); // Behind the entries that end here.
    const count = Math.min(MAX_VOTES, this.high - first);
    const stride = (this.high - first) / MAX_VOTES;
    for (let i = 0; i < count; i++) {
      const rank = first + (count < MAX_VOTES ? i : Math.floor(i * stride));
      this.votes.add(this.tokenAt(rank, depth), this.suffixes[rank]!);
    }
  }

  /** Names up to ENTRIES_PER_TOKEN distinct entries of the range, the first found. */
  private nameEntries(chain: Chain, place: number): void {
    const base = place * ENTRIES_PER_TOKEN;
    chain.entries.fill(-1, base, base + ENTRIES_PER_TOKEN);
    let named = 0;
    const last = Math.min(this.high, this.low + MAX_VOTES);
    for (let rank = this.low; rank < last && named < ENTRIES_PER_TOKEN; rank++) {
      const entry = this.entryOf[this.suffixes[rank]!]!;
      let known = false;
      for (let i = 0; i < named; i++) known ||= chain.entries[base + i] === entry;
      if (!known) chain.entries[base + named++] = entry;
    }
  }

  check(): string[] {
    const problems: string[] = [];
    const seen = new Uint8Array(this.text.length);
    for (let rank = 0; rank < this.suffixes.length; rank++) {
      const place = this.suffixes[rank]!;
      if (seen[place]) problems.push(`place ${place} stands twice`);
      seen[place] = 1;
      if (rank > 0 && compareSuffixes(this.text, this.suffixes[rank - 1]!, place) >= 0)
        problems.push(`rank ${rank} is out of order`);
    }
    if (this.text.length !== this.tokens + this.entries) problems.push("an entry's end is missing");
    return problems;
  }
}
