// Divides the tokens of one evaluation among several requests by the expected gain of each draft: the next token always goes to
// the request whose next drafted token is most likely to be kept.

/** What one request offers. */
export interface Share {
  /** Tokens that are evaluated in any case: what the target repeats, and the root. */
  readonly before: number;
  /** By n: how many of the first n drafted tokens are expected to be kept. */
  readonly expected: ArrayLike<number>;
  /** The most of them to send. */
  readonly most: number;
}

export class Division {
  /** The request that gets the i-th drafted token. */
  private readonly order: Int32Array;
  private readonly given: Int32Array;
  /** By number of drafted tokens in all: how many are expected to be kept. */
  readonly expected: Float64Array;
  /** How many drafted tokens there are to divide. */
  length = 0;

  /** For at most this many drafted tokens and requests. */
  constructor(
    private readonly mostTokens: number,
    mostShares: number,
  ) {
    this.order = new Int32Array(mostTokens);
    this.expected = new Float64Array(mostTokens + 1);
    this.given = new Int32Array(mostShares);
  }

  /** Puts the drafted tokens of all requests in order; at most `room` of them. */
  divide(shares: readonly Share[], room: number): void {
    this.given.fill(0);
    const limit = Math.min(room, this.mostTokens);
    for (this.length = 0; this.length < limit; this.length++) {
      let best = -1;
      let most = 0;
      for (let i = 0; i < shares.length; i++) {
        const { expected, most: last } = shares[i]!;
        const next = this.given[i]! + 1;
        if (next > last) continue;
        const gain = expected[next]! - expected[next - 1]!;
        if (best >= 0 && gain <= most) continue;
        most = gain;
        best = i;
      }
      if (best < 0) return;
      this.order[this.length] = best;
      this.given[best]!++;
      this.expected[this.length + 1] = this.expected[this.length]! + most;
    }
  }

  /** How many of the first `tokens` drafted tokens each request gets. */
  counts(tokens: number, into: Int32Array): void {
    into.fill(0);
    for (let i = 0; i < tokens; i++) into[this.order[i]!]!++;
  }
}
