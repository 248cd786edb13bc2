// One vote on the token to be drafted next, from candidates of every match length: an interpolated back-off.
// Reused scratch, no allocation. It must not know where candidates were found, nor what becomes of the vote.
import { MAX_MATCH_TOKENS } from "./overlay.ts";
import { MAX_CANDIDATES, type Candidates } from "./pool/candidates.ts";

/**
 * A place in this request's own text counts as much as this many entries of the pool: what the answer says once it
 * tends to say again. Cross-validated on replays: 1 and 2 are worse, 4 … 6 gain only where answers loop.
 */
export const OVERLAY_WEIGHT = 3;
/**
 * The newest own place counts this many times as much as another: an answer that varies what it repeats goes on from
 * its last version. In replay 0.03 tokens a step more where answers loop (95 %: 0.02 … 0.04), elsewhere no difference
 * that can be told; 4 costs more than it brings where answers do not loop.
 */
export const NEWEST_FACTOR = 1.5;
/** How many places the shorter matches together are worth beside those of a length: 16 does as well, 4 and 32 worse. */
export const BACK_OFF_WEIGHT = 8;

const MAX_VOTERS = 2 * MAX_CANDIDATES;
/** Slots of the tables that find a token, or an entry's earlier vote: a power of two, never more than half full. */
const SLOTS = 2 * MAX_VOTERS;

/**
 * P(v) = Σ over L of λ(L)·c(L, v) / (n(L) + κ) with λ(L) = Π over longer lengths M of κ / (n(M) + κ): c counts the
 * places that match at least L tokens and go on with v, n all of them. So it starts at the longest match, and what few
 * places say is filled up by what the shorter matches say. An entry of the pool votes once for each token, with its
 * longest match: one looping answer can't outvote many.
 */
export class Mixture {
  /** Distinct tokens voted for. */
  size = 0;
  readonly tokens = new Int32Array(MAX_VOTERS);
  /** P of each; all together at most 1, the rest being "something never seen here". */
  readonly shares = new Float64Array(MAX_VOTERS);
  /** Places and entries that voted for it. */
  readonly counts = new Int32Array(MAX_VOTERS);
  readonly longestMatch = new Uint8Array(MAX_VOTERS);
  /** The share that came from this request's own text. */
  readonly ownShares = new Float64Array(MAX_VOTERS);
  /** Its newest place in this request's own text; −1 where only the pool votes. */
  readonly ownPlaces = new Int32Array(MAX_VOTERS);

  private readonly weightOfMatch = new Float64Array(MAX_MATCH_TOKENS + 1);
  private readonly worth = new Float64Array(MAX_MATCH_TOKENS + 1);
  /** For each candidate of the pool, whether it is its entry's first vote for its token. */
  private readonly votes = new Uint8Array(MAX_CANDIDATES);
  private readonly candidateSlots = new Int32Array(SLOTS);
  private readonly candidateStamps = new Int32Array(SLOTS);
  private readonly tokenSlots = new Int32Array(SLOTS);
  private readonly tokenStamps = new Int32Array(SLOTS);
  /** A slot with another stamp is empty. */
  private stamp = 0;

  /** @param own places of the overlay; @param pool places of the pool, longest match first */
  mix(own: Candidates, pool: Candidates): void {
    this.size = 0;
    this.weightOfMatch.fill(0);
    const newest = newestPlace(own);
    for (let i = 0; i < own.size; i++)
      this.weightOfMatch[own.matchTokens[i]!]! += ownWeight(own.positions[i]!, newest);
    this.stamp = (this.stamp + 1) | 0;
    for (let i = 0; i < pool.size; i++) {
      const isFirst = this.isFirstVote(pool, i);
      this.votes[i] = isFirst ? 1 : 0;
      if (isFirst) this.weightOfMatch[pool.matchTokens[i]!]! += 1;
    }
    this.rateMatches();
    for (let i = 0; i < own.size; i++) {
      const share = ownWeight(own.positions[i]!, newest) * this.worth[own.matchTokens[i]!]!;
      const at = this.vote(own.nextTokens[i]!, own.matchTokens[i]!, share);
      this.ownShares[at]! += share;
      this.ownPlaces[at] = Math.max(this.ownPlaces[at]!, own.positions[i]!);
    }
    for (let i = 0; i < pool.size; i++) {
      if (this.votes[i] === 1)
        this.vote(pool.nextTokens[i]!, pool.matchTokens[i]!, this.worth[pool.matchTokens[i]!]!);
    }
  }

  /** Index of the largest share; the first voted for among equals; −1 when nobody voted. */
  best(): number {
    let best = -1;
    for (let i = 0; i < this.size; i++) if (best < 0 || this.shares[i]! > this.shares[best]!) best = i;
    return best;
  }

  /** worth[ℓ]: what a place of weight 1 and a match of ℓ tokens adds to its token's share: Σ of λ(L) / (n(L) + κ) up to ℓ. */
  private rateMatches(): void {
    const { weightOfMatch, worth } = this;
    let places = 0;
    let lambda = 1;
    for (let length = MAX_MATCH_TOKENS; length >= 1; length--) {
      places += weightOfMatch[length]!;
      worth[length] = lambda / (places + BACK_OFF_WEIGHT);
      lambda *= BACK_OFF_WEIGHT / (places + BACK_OFF_WEIGHT);
    }
    for (let length = 2; length <= MAX_MATCH_TOKENS; length++) worth[length]! += worth[length - 1]!;
  }

  private vote(token: number, matchTokens: number, share: number): number {
    const at = this.indexOf(token);
    this.shares[at]! += share;
    this.counts[at]!++;
    if (matchTokens > this.longestMatch[at]!) this.longestMatch[at] = matchTokens;
    return at;
  }

  private indexOf(token: number): number {
    let slot = slotOf(token);
    for (; this.tokenStamps[slot] === this.stamp; slot = (slot + 1) & (SLOTS - 1)) {
      const at = this.tokenSlots[slot]!;
      if (this.tokens[at] === token) return at;
    }
    const at = this.size++;
    this.tokenStamps[slot] = this.stamp;
    this.tokenSlots[slot] = at;
    this.tokens[at] = token;
    this.shares[at] = 0;
    this.counts[at] = 0;
    this.longestMatch[at] = 0;
    this.ownShares[at] = 0;
    this.ownPlaces[at] = -1;
    return at;
  }

  /** Whether no earlier candidate is of the same entry and goes on with the same token. */
  private isFirstVote(pool: Candidates, candidate: number): boolean {
    const entry = pool.entries[candidate]!;
    const token = pool.nextTokens[candidate]!;
    let slot = slotOf(Math.imul(entry, 0x85ebca6b) ^ token);
    for (; this.candidateStamps[slot] === this.stamp; slot = (slot + 1) & (SLOTS - 1)) {
      const earlier = this.candidateSlots[slot]!;
      if (pool.entries[earlier] === entry && pool.nextTokens[earlier] === token) return false;
    }
    this.candidateStamps[slot] = this.stamp;
    this.candidateSlots[slot] = candidate;
    return true;
  }
}

function slotOf(value: number): number {
  const mixed = Math.imul(value, 0x9e3779b1);
  return (mixed ^ (mixed >>> 15)) & (SLOTS - 1);
}

function newestPlace({ size, positions }: Candidates): number {
  let newest = -1;
  for (let i = 0; i < size; i++) newest = Math.max(newest, positions[i]!);
  return newest;
}

function ownWeight(position: number, newest: number): number {
  return position === newest ? OVERLAY_WEIGHT * NEWEST_FACTOR : OVERLAY_WEIGHT;
}
