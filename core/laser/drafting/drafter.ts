// Makes drafts for one request, token by token: overlay and pool propose continuations, their mixture chooses one, and
// the acceptance model estimates how likely it is to be kept. It learns from every draft it offered, sent or not, by
// comparing it with the committed tokens.
import { AcceptanceModel } from "./acceptance.ts";
import { ALTERNATIVES_PER_TOKEN, Chain, MAX_CHAIN_TOKENS } from "./chain.ts";
import { stateAfterDrafted, type ConstraintState, type TokenConstraint } from "../constraint.ts";
import { EMPTY_DRAFT, type Draft } from "../draft.ts";
import { MIN_MATCH_TOKENS, Mixture } from "./mixture.ts";
import { RequestWeights, type GroupWeights } from "./groupWeights.ts";
import { Overlay } from "./overlay.ts";
import { Candidates, MAX_CANDIDATES } from "../pool/candidates.ts";
import { NO_GROUP } from "../pool/entries.ts";
import type { PoolIndex } from "../pool/pool.ts";
import { sourceOf, writeEntries } from "./provenance.ts";
import type { TokenId } from "../target.ts";

/** Makes the drafts of one request at a time: `begin` with its prompt, then `draft` and `commit` alternate. */
export interface Drafter {
  /**
   * @param inheritedTokens how many of the last prompt tokens an earlier run wrote; as a draft source they are output
   * @param label what the request is about, in the pool's numbers
   */
  begin(prompt: Int32Array, inheritedTokens?: number, label?: RequestLabel): void;
  /**
   * Continues everything committed so far, at most `limit` tokens deep; empty if nothing matches.
   * @param constrained what restricts the tokens; a drafter that ignores it wastes those that are refused
   * @param maxNodes a drafter of trees stops at this many nodes; all that it may draft if omitted
   */
  draft(limit: number, constrained?: ConstraintState | null, maxNodes?: number): Draft;
  /** Appends committed tokens. @param feedback what they don't show of the last draft; null under the strict rule */
  commit(tokens: readonly TokenId[], feedback?: CommitFeedback | null): void;
}

/** What committed tokens don't show of a draft, because a relaxed rule may keep tokens that are not committed. */
export interface CommitFeedback {
  /** The first offered token that was not sent would have been kept, even if another one was committed. */
  readonly nextUnsentAccepted: boolean;
  /** What was decided about the tokens of the draft that was sent; only a drafter of trees needs it. */
  readonly judged?: JudgedDraft;
}

/** A sent draft, and whether the rule would keep each of its tokens after those before it; null: not judged. */
export interface JudgedDraft {
  readonly draft: Pick<Draft, "tokens" | "parents">;
  readonly isKept: readonly (boolean | null)[];
}

/** What a request is about, in the numbers that its pool's entries are labelled with. */
export interface RequestLabel {
  /** Its group; none if omitted. */
  readonly group?: number;
  /** Entries of this subject are not drafted from. */
  readonly excludedSubject?: number;
}

/** How a drafter uses what pool entries are labelled with. */
export interface RetrievalOptions {
  /** Learned weights of other groups' votes, shared between requests; without them all votes weigh 1. */
  readonly groupWeights?: GroupWeights | null;
  /**
   * A token that this request's own text does not propose is drafted only if entries of at least this many subjects
   * have it right after the last committed token and all that was drafted since; 1 if omitted.
   */
  readonly minSupport?: number;
}

/** Sets up a request's lookups for what it is about. */
export function labelLookups(
  candidates: Candidates,
  { group = NO_GROUP, excludedSubject }: RequestLabel,
  weights: RequestWeights | null,
): void {
  candidates.excludedSubject = excludedSubject ?? null;
  weights?.begin(group, candidates);
}

/** The most drafts that are compared with the committed tokens at a time. */
export const MAX_PENDING_DRAFTS = 8;

/** Drafts by retrieval, from the request's own text and a pool of earlier answers (null: only from its own text). */
export class RetrievalDrafter implements Drafter {
  private readonly overlay: Overlay;
  private readonly overlayCandidates = new Candidates();
  private readonly poolCandidates = new Candidates();
  private readonly weights: RequestWeights | null;
  private readonly mixture: Mixture;
  private readonly chain = new Chain();
  private readonly pending: { draft: Draft; matched: number }[] = [];

  /** @param acceptance shared between requests, so that the next one starts with what was learned */
  constructor(
    vocabularySize: number,
    private readonly pool: PoolIndex | null,
    private readonly acceptance = new AcceptanceModel(),
    { groupWeights = null, minSupport = 1 }: RetrievalOptions = {},
  ) {
    this.weights = groupWeights && new RequestWeights(groupWeights, minSupport);
    this.mixture = new Mixture(this.weights, minSupport);
    this.overlay = new Overlay(vocabularySize);
  }

  begin(prompt: Int32Array, inheritedTokens = 0, label: RequestLabel = {}): void {
    labelLookups(this.poolCandidates, label, this.weights);
    this.pending.length = 0;
    this.overlay.begin(prompt, inheritedTokens);
  }

  draft(limit: number, constrained: ConstraintState | null = null): Draft {
    this.fill(Math.min(limit, MAX_CHAIN_TOKENS), constrained);
    if (this.chain.length === 0) return EMPTY_DRAFT;
    const draft = this.chain.toDraft();
    if (this.pending.length < MAX_PENDING_DRAFTS) this.pending.push({ draft, matched: 0 });
    return draft;
  }

  commit(tokens: readonly TokenId[], feedback: CommitFeedback | null = null): void {
    if (tokens.length > 0) this.weights?.learn(tokens[0]!);
    tokens.forEach((token, i) => {
      this.learn(token, feedback?.nextUnsentAccepted === true && i === tokens.length - 1);
      this.overlay.append(token);
    });
    // Under a relaxed rule, the tokens that another draft would have kept need not be those committed.
    if (feedback !== null) this.pending.length = 0;
  }

  private fill(limit: number, constrained: ConstraintState | null): void {
    const { overlay, overlayCandidates, poolCandidates, pool, mixture, chain, acceptance } = this;
    chain.clear();
    if (limit <= 0) return;
    overlay.candidates(overlayCandidates);
    pool?.candidates(
      poolCandidates,
      overlay.context,
      overlay.contextTokens,
      MAX_CANDIDATES,
      MIN_MATCH_TOKENS,
    );
    let state = constrained?.state ?? 0;
    for (let draftIndex = 0; draftIndex < limit; draftIndex++) {
      mixture.mix(overlayCandidates, poolCandidates, draftIndex);
      if (draftIndex === 0) this.weights?.note(mixture, overlayCandidates, poolCandidates);
      const best = constrained === null ? mixture.best() : this.bestAllowed(constrained.constraint, state);
      if (best < 0) return;
      const token = mixture.tokens[best]!;
      if (constrained !== null) state = constrained.constraint.advance(state, token);
      chain.tokens[draftIndex] = token;
      chain.sources[draftIndex] = sourceOf(mixture, best, overlay.promptTokens);
      chain.matchTokens[draftIndex] = mixture.longestMatch[best]!;
      chain.counts[draftIndex] = mixture.counts[best]!;
      chain.voteShares[draftIndex] = mixture.voteShares[best]!;
      writeEntries(chain.entries, draftIndex, token, poolCandidates);
      this.addAlternatives(draftIndex, best);
      acceptance.estimate(chain, draftIndex);
      chain.length = draftIndex + 1;
      if (draftIndex + 1 === limit) return;
      overlay.follow(overlayCandidates, token);
      pool?.follow(poolCandidates, token, overlay.context, overlay.contextTokens);
    }
  }

  /** The vote with the largest share among those that may be drafted, the first of equal ones; −1 if there is none. */
  private bestAllowed(constraint: TokenConstraint, state: number): number {
    const { size, tokens, voteShares } = this.mixture;
    let best = -1;
    for (let i = 0; i < size; i++) {
      if (best >= 0 && voteShares[i]! <= voteShares[best]!) continue;
      if (stateAfterDrafted(constraint, state, tokens[i]!) >= 0) best = i;
    }
    return best;
  }

  /** Adds the tokens with the largest vote shares after the chosen one. */
  private addAlternatives(draftIndex: number, best: number): void {
    const { size, tokens, voteShares, counts } = this.mixture;
    let above = Infinity;
    let after = -1; // Equal shares keep the order of their first votes.
    for (let added = 0; added < ALTERNATIVES_PER_TOKEN; added++) {
      let next = -1;
      for (let i = 0; i < size; i++) {
        if (i === best || voteShares[i]! > above || (voteShares[i] === above && i <= after)) continue;
        if (next < 0 || voteShares[i]! > voteShares[next]!) next = i;
      }
      if (next < 0) return;
      this.chain.addAlternative(draftIndex, tokens[next]!, counts[next]!, voteShares[next]!);
      above = voteShares[next]!;
      after = next;
    }
  }

  /** Compares the next token of every pending draft with the committed one. */
  private learn(token: TokenId, isKeptAnyway: boolean): void {
    let stillPending = 0;
    for (const one of this.pending) {
      const { draft, matched } = one;
      const isSame = draft.tokens[matched] === token;
      this.acceptance.observe(draft, matched, isSame || isKeptAnyway);
      one.matched++;
      if (isSame && one.matched < draft.length) this.pending[stillPending++] = one;
    }
    this.pending.length = stillPending;
  }
}
