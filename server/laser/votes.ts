// Counts which token follows a match, over at most a bounded number of places. Reused scratch, no allocation.
// It must not know where the places come from.

/** The most places one vote looks at; wider matches are sampled, so that work a step stays bounded. */
export const MAX_VOTES = 64;

/** Distinct tokens with their counts, in order of first appearance. */
export class Votes {
  size = 0;
  total = 0;
  readonly tokens = new Int32Array(MAX_VOTES);
  readonly counts = new Int32Array(MAX_VOTES);
  /** The place that was added last for each token. */
  readonly latest = new Int32Array(MAX_VOTES);

  clear(): void {
    this.size = 0;
    this.total = 0;
  }

  /** One occurrence of `token`, read at `place`. */
  add(token: number, place: number): void {
    this.total++;
    for (let i = 0; i < this.size; i++) {
      if (this.tokens[i] !== token) continue;
      this.counts[i]!++;
      this.latest[i] = Math.max(this.latest[i]!, place);
      return;
    }
    const at = this.size++;
    this.tokens[at] = token;
    this.counts[at] = 1;
    this.latest[at] = place;
  }

  /** Index of the winner: most occurrences, then the most recent place; −1 when nothing was added. */
  best(): number {
    let best = -1;
    for (let i = 0; i < this.size; i++) {
      if (
        best < 0 ||
        this.counts[i]! > this.counts[best]! ||
        (this.counts[i] === this.counts[best] && this.latest[i]! > this.latest[best]!)
      )
        best = i;
    }
    return best;
  }
}
