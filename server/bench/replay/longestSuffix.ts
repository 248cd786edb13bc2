// A baseline for comparison: only the tokens that follow the longest match vote, in the request's own text
// or, if the match is longer there, in the pool.
import { Candidates, MAX_CANDIDATES, Overlay, type PoolIndex } from "../../../core/laser/index.ts";

const MIN_MATCH = 1;

export class LongestSuffixDrafter {
  private readonly overlay: Overlay;
  private readonly own = new Candidates();
  private readonly pooled = new Candidates();
  /** Tokens voted for in the current round, and how often. */
  private readonly votes = new Map<number, number>();

  constructor(
    vocabularySize: number,
    private readonly pool: PoolIndex,
  ) {
    this.overlay = new Overlay(vocabularySize);
    this.pooled.longestOnly = true;
  }

  begin(prompt: Int32Array): void {
    this.overlay.begin(prompt);
  }

  /** A chain of at most `limit` tokens; it ends when nothing matches. */
  draft(limit: number): number[] {
    const { overlay, own, pooled, pool } = this;
    const chain: number[] = [];
    if (limit <= 0) return chain;
    overlay.candidates(own);
    pool.candidates(pooled, overlay.context, overlay.contextTokens, MAX_CANDIDATES, MIN_MATCH);
    for (;;) {
      const token = this.next();
      if (token < 0) return chain;
      chain.push(token);
      if (chain.length === limit) return chain;
      overlay.follow(own, token);
      pool.follow(pooled, token, overlay.context, overlay.contextTokens);
    }
  }

  commit(tokens: readonly number[]): void {
    for (const token of tokens) this.overlay.append(token);
  }

  /** The most frequent token after the longest match, own text before pool; −1 if nothing matches. */
  private next(): number {
    const ownMatch = longestMatch(this.own);
    const poolMatch = longestMatch(this.pooled);
    const longest = Math.max(ownMatch, poolMatch);
    if (longest === 0) return -1;
    const { size, matchTokens, nextTokens } = ownMatch === longest ? this.own : this.pooled;
    this.votes.clear();
    let best = -1;
    for (let i = 0; i < size; i++) {
      if (matchTokens[i] !== longest) continue;
      const token = nextTokens[i]!;
      this.votes.set(token, (this.votes.get(token) ?? 0) + 1);
    }
    // The newest position comes first, so it wins ties.
    let most = 0;
    for (const [token, count] of this.votes) {
      if (count <= most) continue;
      best = token;
      most = count;
    }
    return best;
  }
}

function longestMatch({ size, matchTokens }: Candidates): number {
  let longest = 0;
  for (let i = 0; i < size; i++) longest = Math.max(longest, matchTokens[i]!);
  return longest;
}
