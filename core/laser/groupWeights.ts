// How much the votes of other groups' entries weigh against those of the request's own group, learned from the text that
// was committed: one pool of all answers serves every group, and each group's requests trust what has proved right.
import { MAX_VOTERS, type Mixture, type VoteWeights } from "./mixture.ts";
import { MAX_CANDIDATES, type Candidates } from "./pool/candidates.ts";
import { NO_GROUP } from "./pool/entries.ts";
import type { TokenId } from "./target.ts";

/** Groups are numbered below this. More are taken as entries and requests of no group. */
export const MAX_GROUPS = 64;
/** A place for each group, after one for NO_GROUP. */
const PLACES = MAX_GROUPS + 1;

/**
 * Bounds of the weight of another group's votes; the own group's weigh 1. That others should weigh more is implausible,
 * and allowing it changed nothing measurable in replay.
 */
export const MIN_GROUP_WEIGHT = 1 / 8;
export const MAX_GROUP_WEIGHT = 1;
/**
 * Below these weights of other groups, a lookup examines this many occurrences for each one it takes, to find one of the
 * own group. In replay this gains as much again as the weights: 0.01 to 0.02 tokens per step.
 */
const PROBES = [
  { below: 0.5, probes: 12 },
  { below: 0.7, probes: 4 },
] as const;

/**
 * Standard deviations of the log-weights beforehand: that of other groups together, and how far a single pair of groups
 * departs from it. Larger ones learn sooner and lose up to 0.04 tokens per step where there is little to learn from.
 */
const SHARED_DEVIATION = 0.3;
const PAIR_DEVIATION = 0.1;
const MIN_LOG = Math.log(MIN_GROUP_WEIGHT);
const MAX_LOG = Math.log(MAX_GROUP_WEIGHT);
/** The most information that is kept: later observations count more than earlier ones, so a change is noticed. */
const MAX_INFORMATION = 400;

/**
 * The weight of a vote is exp(θ + δ(own group, entry's group)), 1 for the own group. θ and δ follow the gradient of the
 * committed token's log-probability, d ln P(x) / d ln w(g) = (g's share of the votes for x) − (g's share of all votes),
 * each by on-line Newton steps from a normal prior around 0: without observations all votes weigh 1. Shared between
 * requests, several at once too, so that what one taught serves the others.
 */
export class GroupWeights {
  private shared = 0;
  private sharedInformation = 1 / SHARED_DEVIATION ** 2;
  private readonly pairs = new Float64Array(PLACES * PLACES);
  private readonly pairInformation = new Float64Array(PLACES * PLACES).fill(1 / PAIR_DEVIATION ** 2);

  /** What a vote of one group's entry weighs for a request of another; 1 where either has none. */
  weightBetween(ownGroup: number, entryGroup: number): number {
    return this.weightAt(placeOf(ownGroup), placeOf(entryGroup));
  }

  /** The same by places. */
  weightAt(ownPlace: number, place: number): number {
    if (ownPlace === 0 || place === ownPlace) return 1;
    const weight = Math.exp(this.shared + this.pairs[ownPlace * PLACES + place]!);
    return Math.min(MAX_GROUP_WEIGHT, Math.max(MIN_GROUP_WEIGHT, weight));
  }

  /** How many occurrences a lookup looks at for each one it takes, to the extent that the own group has proved better. */
  get probes(): number {
    const weight = Math.exp(this.shared);
    return PROBES.find(({ below }) => weight < below)?.probes ?? 1;
  }

  /** Learns from the gradients of one committed token, by the place of the entries' group. */
  learn(ownPlace: number, gradients: Float64Array): void {
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
  /** By place of an entry's group: its weight for the request's own group. */
  private readonly weights = new Float64Array(PLACES).fill(1);
  private ownPlace = 0;
  /** The votes after the committed text: what each token got in all, and what each pool candidate gave. */
  private votes = 0;
  private voteTotal = 0;
  private readonly voteTokens = new Int32Array(MAX_VOTERS);
  private readonly voteShares = new Float64Array(MAX_VOTERS);
  private given = 0;
  private readonly givenTokens = new Int32Array(MAX_CANDIDATES);
  private readonly givenPlaces = new Int32Array(MAX_CANDIDATES);
  private readonly givenShares = new Float64Array(MAX_CANDIDATES);
  private readonly gradients = new Float64Array(PLACES);

  constructor(private readonly learned: GroupWeights) {}

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
    return this.weights[placeOf(group)]!;
  }

  /** Notes the votes for the next token of the committed text. */
  note(mixture: Mixture, pool: Candidates): void {
    this.votes = 0;
    if (this.ownPlace === 0) return;
    this.voteTotal = 0;
    for (let i = 0; i < mixture.size; i++) {
      this.voteTokens[i] = mixture.tokens[i]!;
      this.voteShares[i] = mixture.voteShares[i]!;
      this.voteTotal += mixture.voteShares[i]!;
    }
    this.votes = mixture.size;
    this.given = 0;
    for (let i = 0; i < pool.size; i++) {
      const share = mixture.shareOfCandidate(pool, i);
      const place = placeOf(pool.groups[i]!);
      if (share === 0 || place === this.ownPlace) continue;
      this.givenTokens[this.given] = pool.nextTokens[i]!;
      this.givenPlaces[this.given] = place;
      this.givenShares[this.given++] = share;
    }
  }

  /** Learns from the first token committed after the noted votes; later calls have none to learn from. */
  learn(token: TokenId): void {
    const { votes, given, gradients } = this;
    this.votes = 0;
    let right = 0;
    for (let i = 0; i < votes; i++) if (this.voteTokens[i] === token) right = this.voteShares[i]!;
    if (right === 0) return; // No vote was right, whatever they weigh.
    gradients.fill(0);
    for (let i = 0; i < given; i++) {
      const share = this.givenShares[i]!;
      const ofRight = this.givenTokens[i] === token ? share / right : 0;
      gradients[this.givenPlaces[i]!]! += ofRight - share / this.voteTotal;
    }
    this.learned.learn(this.ownPlace, gradients);
    this.weigh();
  }

  private weigh(): void {
    for (let place = 0; place < PLACES; place++)
      this.weights[place] = this.learned.weightAt(this.ownPlace, place);
  }
}

function placeOf(group: number): number {
  return group >= 0 && group < MAX_GROUPS ? group + 1 : 0;
}
