// Places of a pool behind which text goes on, for the token to be drafted next. Scratch that is reused at every step.
// It must not know how the places are found or weighed.

/**
 * The most candidates that are ever asked for. Twice as many bring +0.00 tokens a step in replay of greedy answers and
 * +0.004 of penalised ones, and make the slowest look-ups (p99) half as slow again.
 */
export const MAX_CANDIDATES = 32;

export class Candidates {
  size = 0;
  /** Place i is where the last matched token stands, longest match first, newest first among equals. */
  readonly positions = new Int32Array(MAX_CANDIDATES);
  /** Tokens of context (drafted ones included) that stand to the left of the next token, 1 … 16. */
  readonly matchTokens = new Uint8Array(MAX_CANDIDATES);
  /** The token that follows there. */
  readonly nextTokens = new Int32Array(MAX_CANDIDATES);
  /** The entry that the place belongs to: to count each entry once. */
  readonly entries = new Int32Array(MAX_CANDIDATES);
  /** True when the last range was larger than what was left to fill, so that these are a sample of it. */
  sampled = false;
  /** What was asked for; a refill asks for the same. */
  most = MAX_CANDIDATES;
  leastMatch = 2;

  /** True to ask for the longest match length alone. */
  longestOnly = false;

  /** @param refillBelow following a token asks the index again when fewer than this many remain; 0: never */
  constructor(public refillBelow = 1) {}

  clear(): void {
    this.size = 0;
    this.sampled = false;
  }

  /** Sorts the positions from `first` on, all of one match length: the newest place first. */
  newestFirst(first: number): void {
    const { positions } = this;
    for (let i = first + 1; i < this.size; i++) {
      const position = positions[i]!;
      let at = i;
      for (; at > first && positions[at - 1]! < position; at--) positions[at] = positions[at - 1]!;
      positions[at] = position;
    }
  }
}
