// Votes on the token to be drafted next, from candidates of every match length: interpolated back-off smoothing.
// Reused scratch arrays, no allocation.
import { MAX_MATCH_TOKENS } from "./overlay.ts";
import { MAX_CANDIDATES, type Candidates } from "../pool/candidates.ts";

/**
 * An occurrence in this request's own text counts as much as this many pool entries: an answer tends to repeat itself.
 * Cross-validated on replays: 1 and 2 are worse, 4 … 6 gain only where answers loop.
 */
export const OVERLAY_WEIGHT = 3;
/**
 * The newest occurrence in it counts this many times as much as another: an answer that varies what it repeats
 * continues from its last version. In replay this gains 0.03 tokens per step where answers loop (95 %: 0.02 … 0.04) and
 * makes no measurable difference elsewhere; 4 costs more than it gains where answers do not loop.
 */
export const NEWEST_FACTOR = 1.5;
/** κ: the pseudo-count of all shorter matches, in occurrences. 16 does as well, 4 and 32 do worse. */
export const BACK_OFF_WEIGHT = 8;
/** One matching token is enough for a vote: in replay it gains 9 % more tokens per step than two. */
export const MIN_MATCH_TOKENS = 1;

/** How pool votes are weighted against each other. */
export interface VoteWeights {
  /** By the group of the entry. */
  weightOf(group: number): number;
}

/** The most distinct tokens that can be voted for. */
export const MAX_VOTERS = 2 * MAX_CANDIDATES;
/** Slots of the hash tables of tokens and of votes: a power of two, never more than half full. */
const SLOTS = 2 * MAX_VOTERS;

/**
 * P(v) = Σ over L of λ(L)·c(L, v) / (n(L) + κ) with λ(L) = Π over longer lengths M of κ / (n(M) + κ): c counts the
 * occurrences that match at least L tokens and continue with v, n all that match. It starts at the longest match; the
 * fewer occurrences a length has, the more weight is left to the shorter ones. A pool entry votes once for each token,
 * with its longest match: one looping answer can't outvote many.
 *
 * Where votes of the pool weigh differently, they share out what the pool's votes have together at each length; λ(L),
 * n(L) + κ and the votes of the request's own text don't change. Weights rank the pool's entries; they don't say that a
 * long match is worth less than a short one, or the pool less than the request's own text.
 */
export class Mixture {
  /** Distinct tokens voted for. */
  size = 0;
  readonly tokens = new Int32Array(MAX_VOTERS);
  /** P of each. Their sum is at most 1; the rest is the probability of a token never seen here. */
  readonly voteShares = new Float64Array(MAX_VOTERS);
  /** Occurrences in the request's own text, and pool entries, that voted for it. */
  readonly counts = new Int32Array(MAX_VOTERS);
  readonly longestMatch = new Uint8Array(MAX_VOTERS);
  /** The part of its vote share that came from this request's own text. */
  readonly overlayShares = new Float64Array(MAX_VOTERS);
  /** Offset of its newest candidate in this request's own text; −1 if only the pool votes for it. */
  readonly newestOffsets = new Int32Array(MAX_VOTERS);

  /** By match length: all occurrences, those in the pool, and these weighted. */
  private readonly occurrences = new Float64Array(MAX_MATCH_TOKENS + 1);
  private readonly poolOccurrences = new Float64Array(MAX_MATCH_TOKENS + 1);
  private readonly poolWeight = new Float64Array(MAX_MATCH_TOKENS + 1);
  /**
   * What an occurrence of weight 1 adds to its token's vote share, by match length ℓ: Σ of λ(L) / (n(L) + κ) for L ≤ ℓ; in
   * the pool, each times occurrences there ÷ their weight.
   */
  private readonly voteWeight = new Float64Array(MAX_MATCH_TOKENS + 1);
  private readonly poolVoteWeight = new Float64Array(MAX_MATCH_TOKENS + 1);
  /** 1 for pool candidates that are their entry's first vote for their token: only these count. */
  private readonly counted = new Uint8Array(MAX_CANDIDATES);
  private readonly candidateSlots = new Int32Array(SLOTS);
  private readonly candidateStamps = new Int32Array(SLOTS);
  private readonly tokenSlots = new Int32Array(SLOTS);
  private readonly tokenStamps = new Int32Array(SLOTS);
  /** A slot with another stamp is empty. */
  private stamp = 0;

  /**
   * @param weights of pool votes, by the group of their entry; null: all weigh 1
   * @param minSupport how many subjects' entries must have a token that the request's own text does not vote for, after
   *   the last committed token and all that was drafted since
   */
  constructor(
    private readonly weights: VoteWeights | null = null,
    private readonly minSupport = 1,
  ) {}

  /**
   * Counts all votes.
   * @param overlay, pool candidates for the next token, those of the pool longest match first
   * @param draftedTokens how many tokens were drafted before this one
   */
  mix(overlay: Candidates, pool: Candidates, draftedTokens = 0): void {
    this.size = 0;
    this.occurrences.fill(0);
    this.poolOccurrences.fill(0);
    this.poolWeight.fill(0);
    const newest = newestOffset(overlay);
    for (let i = 0; i < overlay.size; i++)
      this.occurrences[overlay.matchTokens[i]!]! += overlayWeight(overlay.offsets[i]!, newest);
    this.stamp = (this.stamp + 1) | 0;
    for (let i = 0; i < pool.size; i++) {
      const isFirst = this.isFirstVote(pool, i);
      this.counted[i] = isFirst ? 1 : 0;
      if (!isFirst) continue;
      this.occurrences[pool.matchTokens[i]!]!++;
      this.poolOccurrences[pool.matchTokens[i]!]!++;
      this.poolWeight[pool.matchTokens[i]!]! += this.groupWeight(pool.groups[i]!);
    }
    this.computeWeights();
    for (let i = 0; i < overlay.size; i++) {
      const share = overlayWeight(overlay.offsets[i]!, newest) * this.voteWeight[overlay.matchTokens[i]!]!;
      const at = this.addVote(overlay.nextTokens[i]!, overlay.matchTokens[i]!, share);
      this.overlayShares[at]! += share;
      this.newestOffsets[at] = Math.max(this.newestOffsets[at]!, overlay.offsets[i]!);
    }
    for (let i = 0; i < pool.size; i++) {
      if (this.counted[i] === 1)
        this.addVote(pool.nextTokens[i]!, pool.matchTokens[i]!, this.shareOfCandidate(pool, i));
    }
    if (this.minSupport > 1) this.dropUnsupported(pool, draftedTokens + 1);
  }

  /**
   * Drops tokens that neither the request's own text nor enough subjects vote for; the other vote shares are not changed.
   * @param pathTokens the committed token and the drafted ones that a subject's entry must have right before a token
   */
  private dropUnsupported(pool: Candidates, pathTokens: number): void {
    let kept = 0;
    for (let at = 0; at < this.size; at++) {
      const isOwn = this.newestOffsets[at]! >= 0;
      if (!isOwn && !hasSupport(pool, this.tokens[at]!, this.minSupport, pathTokens)) continue;
      this.tokens[kept] = this.tokens[at]!;
      this.voteShares[kept] = this.voteShares[at]!;
      this.counts[kept] = this.counts[at]!;
      this.longestMatch[kept] = this.longestMatch[at]!;
      this.overlayShares[kept] = this.overlayShares[at]!;
      this.newestOffsets[kept++] = this.newestOffsets[at]!;
    }
    this.size = kept;
  }

  /** Index of the token with the largest vote share, except `other`, the first voted for among equals; −1 for none. */
  best(other = -1): number {
    let best = -1;
    for (let i = 0; i < this.size; i++)
      if (i !== other && (best < 0 || this.voteShares[i]! > this.voteShares[best]!)) best = i;
    return best;
  }

  /** What a pool candidate of the last `mix` added to the vote share of its token; 0 for one that did not count. */
  shareOfCandidate(pool: Candidates, candidate: number): number {
    if (this.counted[candidate] === 0) return 0;
    return this.poolVoteWeight[pool.matchTokens[candidate]!]! * this.groupWeight(pool.groups[candidate]!);
  }

  private groupWeight(group: number): number {
    return this.weights === null ? 1 : this.weights.weightOf(group);
  }

  private computeWeights(): void {
    const { occurrences, poolOccurrences, poolWeight, voteWeight, poolVoteWeight } = this;
    let [found, inPool, weight] = [0, 0, 0];
    let lambda = 1;
    for (let length = MAX_MATCH_TOKENS; length >= 1; length--) {
      found += occurrences[length]!;
      inPool += poolOccurrences[length]!;
      weight += poolWeight[length]!;
      const alike = lambda / (found + BACK_OFF_WEIGHT);
      voteWeight[length] = alike;
      // Not if all weights are 1: the quotient would round.
      poolVoteWeight[length] = weight === inPool ? alike : alike * (inPool / weight);
      lambda *= BACK_OFF_WEIGHT / (found + BACK_OFF_WEIGHT);
    }
    for (let length = 2; length <= MAX_MATCH_TOKENS; length++) {
      voteWeight[length]! += voteWeight[length - 1]!;
      poolVoteWeight[length]! += poolVoteWeight[length - 1]!;
    }
  }

  private addVote(token: number, matchTokens: number, share: number): number {
    const at = this.indexOf(token);
    this.voteShares[at]! += share;
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
    this.voteShares[at] = 0;
    this.counts[at] = 0;
    this.longestMatch[at] = 0;
    this.overlayShares[at] = 0;
    this.newestOffsets[at] = -1;
    return at;
  }

  /** Whether no earlier candidate belongs to the same entry and continues with the same token. */
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

/**
 * Whether candidates of at least `least` distinct subjects match the whole path and continue with the token. A path longer
 * than the longest counted match has no support: no entry is known to contain all of it.
 */
function hasSupport(candidates: Candidates, token: number, least: number, pathTokens: number): boolean {
  const { subjects, size } = candidates;
  let found = 0;
  for (let i = 0; i < size && found < least; i++) {
    if (!supports(candidates, i, token, pathTokens)) continue;
    let isKnown = false;
    for (let j = 0; j < i && !isKnown; j++)
      isKnown = subjects[j] === subjects[i] && supports(candidates, j, token, pathTokens);
    if (!isKnown) found++;
  }
  return found >= least;
}

function supports(
  { nextTokens, matchTokens }: Candidates,
  candidate: number,
  token: number,
  pathTokens: number,
): boolean {
  return nextTokens[candidate] === token && matchTokens[candidate]! >= pathTokens;
}

function slotOf(value: number): number {
  const mixed = Math.imul(value, 0x9e3779b1);
  return (mixed ^ (mixed >>> 15)) & (SLOTS - 1);
}

function newestOffset({ size, offsets }: Candidates): number {
  let newest = -1;
  for (let i = 0; i < size; i++) newest = Math.max(newest, offsets[i]!);
  return newest;
}

function overlayWeight(offset: number, newest: number): number {
  return offset === newest ? OVERLAY_WEIGHT * NEWEST_FACTOR : OVERLAY_WEIGHT;
}
