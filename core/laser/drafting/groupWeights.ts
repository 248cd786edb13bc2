// How much the votes of other groups' entries weigh against those of the request's own group, learned from the text that
// was committed: all groups share one pool of answers, and each group's requests trust the entries that proved right for it.
import { MAX_VOTERS, Mixture, type VoteWeights } from "./mixture.ts";
import { MAX_CANDIDATES, type Candidates } from "../pool/candidates.ts";
import { NO_GROUP } from "../pool/entries.ts";
import type { TokenId } from "../target.ts";

/** Groups are numbered below this. More are taken as entries and requests of no group. */
export const MAX_GROUPS = 64;
/** A place for each group, after one for NO_GROUP. */
const PLACES = MAX_GROUPS + 1;

/**
 * Bounds of the weight of another group's votes; those of the request's own group weigh 1. It is implausible
 * that others should weigh more, and allowing it changed nothing measurable in replay.
 */
export const MIN_GROUP_WEIGHT = 1 / 8;
export const MAX_GROUP_WEIGHT = 1;
/**
 * Below these weights of other groups, a lookup examines this many occurrences for each one it takes, to find one of the
 * own group. In replay this doubles the gain of the weights: another 0.01 to 0.02 tokens per step.
 */
const PROBES = [
  { below: 0.5, probes: 12 },
  { below: 0.7, probes: 4 },
] as const;

/**
 * Prior standard deviations of the log-weights: that of other groups together, which is wide, since weights act only once they
 * have proved themselves, and how far a single pair of groups departs from it.
 */
const SHARED_DEVIATION = 1;
const PAIR_DEVIATION = 0.1;
/**
 * Weights act while they have made the committed text this many times as probable as equally weighted votes did, every
 * token predicted by what was learned before it. If equal weights are right, the chance that this is ever
 * reached is at most 1 ÷ 20 (Ville's inequality), however long the run and however often one looks.
 */
const PROOF = 20;
const LOG_PROOF = Math.log(PROOF);
const MIN_LOG = Math.log(MIN_GROUP_WEIGHT);
const MAX_LOG = Math.log(MAX_GROUP_WEIGHT);
/** The most information that is kept: later observations count more than earlier ones, so a change is noticed. */
const MAX_INFORMATION = 400;

/**
 * The weight of a vote is exp(θ + δ(own group, entry's group)), 1 in the request's own group. θ and δ follow the gradient of the
 * committed token's log-probability, d ln P(x) / d ln w(g) = (s(g, x) − s(g) · s(x) / s) / P(x), s being shares of the
 * pool's votes: of group g for x, of g, for x, and of all; as if all matched equally long. Each does so by on-line Newton
 * steps from a normal prior around 0: without observations all votes weigh 1. They are learned from
 * the beginning, and votes have equal weights until the learned weights have proved to predict better. Shared between requests,
 * also between concurrent ones, so that each starts with what the others learned.
 */
export class GroupWeights {
  private shared = 0;
  private sharedInformation = 1 / SHARED_DEVIATION ** 2;
  /** ln of how many times as probable the learned weights made the text so far as equally weighted votes. */
  private evidence = 0;
  private readonly pairs = new Float64Array(PLACES * PLACES);
  private readonly pairInformation = new Float64Array(PLACES * PLACES).fill(1 / PAIR_DEVIATION ** 2);

  /** Whether the learned weights have proved to predict better than equal weights. */
  get act(): boolean {
    return this.evidence > LOG_PROOF;
  }

  /** The weight of a vote from one group's entry for a request of another; 1 if either has no group, or nothing is proved. */
  weightBetween(ownGroup: number, entryGroup: number): number {
    return this.act ? this.learnedAt(placeOf(ownGroup), placeOf(entryGroup)) : 1;
  }

  /** The learned weight by places, proved or not. */
  learnedAt(ownPlace: number, place: number): number {
    if (ownPlace === 0 || place === ownPlace) return 1;
    const weight = Math.exp(this.shared + this.pairs[ownPlace * PLACES + place]!);
    return Math.min(MAX_GROUP_WEIGHT, Math.max(MIN_GROUP_WEIGHT, weight));
  }

  /**
   * How many occurrences a lookup looks at for each one it takes, to the extent that the request's own group has proved
   * better.
   */
  get probes(): number {
    if (!this.act) return 1;
    const weight = Math.exp(this.shared);
    return PROBES.find(({ below }) => weight < below)?.probes ?? 1;
  }

  /**
   * Learns from one committed token.
   * @param gain ln of how many times as probable the learned weights made it as equally weighted votes
   * @param gradients of its log-probability, by the place of the entries' group
   */
  learn(ownPlace: number, gain: number, gradients: Float64Array): void {
    this.evidence += gain;
    let others = 0;
    for (const gradient of gradients) others += gradient;
    this.sharedInformation = Math.min(MAX_INFORMATION, this.sharedInformation + others * others);
    this.shared = Math.min(MAX_LOG, Math.max(MIN_LOG, this.shared + others / this.sharedInformation));
    for (let place = 0; place < PLACES; place++) {
      const gradient = gradients[place]!;
      if (gradient === 0) continue;
      const pair = ownPlace * PLACES + place;
      const information = Math.min(MAX_INFORMATION, this.pairInformation[pair]! + gradient * gradient);
      this.pairInformation[pair] = information;
      this.pairs[pair]! += gradient / information;
    }
  }
}

/** The weights of one drafter's votes, and what its request teaches. Allocates nothing after construction. */
export class RequestWeights implements VoteWeights {
  /** By place of an entry's group: its learned weight for the request's own group. */
  private readonly weights = new Float64Array(PLACES).fill(1);
  private ownPlace = 0;
  private act = false;
  /** Counts the same votes by the other weights: equal ones if the learned ones act, otherwise the learned ones. */
  private readonly other: Mixture;
  /** The votes after the committed text: what each token got by the learned weights, and by equal weights. */
  private votes = 0;
  private readonly voteTokens = new Int32Array(MAX_VOTERS);
  private readonly learnedShares = new Float64Array(MAX_VOTERS);
  private readonly alikeShares = new Float64Array(MAX_VOTERS);
  /** What each pool candidate gave by the learned weights. */
  private given = 0;
  private readonly givenTokens = new Int32Array(MAX_CANDIDATES);
  private readonly givenPlaces = new Int32Array(MAX_CANDIDATES);
  private readonly givenShares = new Float64Array(MAX_CANDIDATES);
  private readonly gradients = new Float64Array(PLACES);

  /** @param minSupport as that of the mixture whose votes are noted */
  constructor(
    private readonly learned: GroupWeights,
    minSupport = 1,
  ) {
    this.other = new Mixture(
      { weightOf: (group) => (this.act ? 1 : this.weights[placeOf(group)]!) },
      minSupport,
    );
  }

  /** Starts a request of this group, and sets up its lookups. */
  begin(group: number, candidates: Candidates): void {
    this.ownPlace = placeOf(group);
    this.votes = 0;
    this.weigh();
    candidates.groupProbes = this.ownPlace === 0 ? 1 : this.learned.probes;
    candidates.preferredGroup = candidates.groupProbes === 1 ? NO_GROUP : group;
  }

  /** The weight of a pool vote, by the group of its entry. */
  weightOf(group: number): number {
    return this.act ? this.weights[placeOf(group)]! : 1;
  }

  /** Notes the votes for the next token of the committed text, which a mixture has counted by these weights. */
  note(mixture: Mixture, overlay: Candidates, pool: Candidates): void {
    this.votes = 0;
    if (this.ownPlace === 0 || mixture.size === 0) return;
    // The same candidates: the same tokens in the same order.
    this.other.mix(overlay, pool);
    const [byLearned, alike] = this.act ? [mixture, this.other] : [this.other, mixture];
    this.votes = mixture.size;
    for (let i = 0; i < this.votes; i++) {
      this.voteTokens[i] = mixture.tokens[i]!;
      this.learnedShares[i] = byLearned.voteShares[i]!;
      this.alikeShares[i] = alike.voteShares[i]!;
    }
    this.given = 0;
    for (let i = 0; i < pool.size; i++) {
      const share = byLearned.shareOfCandidate(pool, i);
      if (share === 0) continue;
      this.givenTokens[this.given] = pool.nextTokens[i]!;
      this.givenPlaces[this.given] = placeOf(pool.groups[i]!);
      this.givenShares[this.given++] = share;
    }
  }

  /** Learns from the first token committed after the noted votes; later calls have none to learn from. */
  learn(token: TokenId): void {
    const { votes, given, givenTokens, givenPlaces, givenShares, gradients } = this;
    this.votes = 0;
    let at = 0;
    while (at < votes && this.voteTokens[at] !== token) at++;
    if (at === votes) return; // No vote was right, whatever they weigh.
    let [poolTotal, poolRight] = [0, 0];
    for (let i = 0; i < given; i++) {
      poolTotal += givenShares[i]!;
      if (givenTokens[i] === token) poolRight += givenShares[i]!;
    }
    const right = this.learnedShares[at]!;
    gradients.fill(0);
    for (let i = 0; i < given; i++) {
      if (givenPlaces[i] === this.ownPlace) continue;
      const excess = (givenTokens[i] === token ? 1 : 0) - poolRight / poolTotal;
      gradients[givenPlaces[i]!]! += (givenShares[i]! * excess) / right;
    }
    this.learned.learn(this.ownPlace, Math.log(right / this.alikeShares[at]!), gradients);
    this.weigh();
  }

  private weigh(): void {
    this.act = this.learned.act;
    for (let place = 0; place < PLACES; place++)
      this.weights[place] = this.learned.learnedAt(this.ownPlace, place);
  }
}

function placeOf(group: number): number {
  return group >= 0 && group < MAX_GROUPS ? group + 1 : 0;
}
