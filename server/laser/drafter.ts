// Makes drafts for one request: at every place overlay and pool name what may follow, their mixture chooses, and what
// was learned says how likely it is kept. Learns from every chain it offered, sent or not, by comparing it with what
// was committed. It must not know the target, rules or costs.
import { AcceptanceModel } from "./acceptance.ts";
import {
  ALTERNATIVES_PER_PLACE,
  Chain,
  MAX_CHAIN_TOKENS,
  SOURCE_OUTPUT,
  SOURCE_POOL,
  SOURCE_PROMPT,
} from "./chain.ts";
import { EMPTY_DRAFT, ENTRIES_PER_TOKEN, type Draft } from "./draft.ts";
import { Mixture } from "./mixture.ts";
import { Overlay } from "./overlay.ts";
import { Candidates, MAX_CANDIDATES } from "./pool/candidates.ts";
import type { PoolIndex } from "./pool/pool.ts";
import type { TokenId } from "./target.ts";

/** What makes drafts: begin with a prompt, then draft and commit in turn. */
export interface Drafter {
  /** @param inheritedTokens how many of its last tokens an earlier run wrote: output, where sources are told apart */
  begin(prompt: Int32Array, inheritedTokens?: number): void;
  /** A chain of at most `limit` tokens behind everything committed so far; empty when nothing matches. */
  draft(limit: number): Draft;
  /** Appends committed tokens. @param relaxed what they can't show of the last offer; null under the strict rule */
  commit(tokens: readonly TokenId[], relaxed?: RelaxedFate | null): void;
}

/** Under a relaxed rule the committed text does not tell all of how an offer fared. */
export interface RelaxedFate {
  /** The first offered token that was not sent would have been kept, though another one may have been committed. */
  readonly wouldKeepNext: boolean;
}

/** Chains that are still being compared with the committed text. */
const MAX_OPEN_CHAINS = 8;
/** One token of match is enough to vote: in replay it brings 9 % more tokens a step than two. */
const LEAST_MATCH = 1;
export class RetrievalDrafter implements Drafter {
  private readonly overlay: Overlay;
  private readonly own = new Candidates();
  private readonly pooled = new Candidates();
  private readonly mixture = new Mixture();
  private readonly chain = new Chain();
  private readonly open: { draft: Draft; matched: number }[] = [];

  /** @param acceptance shared between requests, so that what one learned serves the next */
  constructor(
    vocabularySize: number,
    private readonly pool: PoolIndex | null,
    private readonly acceptance = new AcceptanceModel(),
  ) {
    this.overlay = new Overlay(vocabularySize);
  }

  begin(prompt: Int32Array, inheritedTokens = 0): void {
    this.open.length = 0;
    this.overlay.begin(prompt, inheritedTokens);
  }

  draft(limit: number): Draft {
    this.fill(Math.min(limit, MAX_CHAIN_TOKENS));
    if (this.chain.length === 0) return EMPTY_DRAFT;
    const draft = this.chain.toDraft();
    if (this.open.length < MAX_OPEN_CHAINS) this.open.push({ draft, matched: 0 });
    return draft;
  }

  commit(tokens: readonly TokenId[], relaxed: RelaxedFate | null = null): void {
    tokens.forEach((token, i) => {
      this.learn(token, relaxed?.wouldKeepNext === true && i === tokens.length - 1);
      this.overlay.append(token);
    });
    // A token that another offer would have had kept need not be the one that was committed.
    if (relaxed !== null) this.open.length = 0;
  }

  private fill(limit: number): void {
    const { overlay, own, pooled, pool, mixture, chain, acceptance } = this;
    chain.clear();
    if (limit <= 0) return;
    overlay.candidates(own);
    pool?.candidates(pooled, overlay.context, overlay.contextTokens, MAX_CANDIDATES, LEAST_MATCH);
    for (let place = 0; place < limit; place++) {
      mixture.mix(own, pooled);
      const best = mixture.best();
      if (best < 0) return;
      const token = mixture.tokens[best]!;
      chain.tokens[place] = token;
      chain.sources[place] = this.sourceOf(best);
      chain.matchTokens[place] = mixture.longestMatch[best]!;
      chain.counts[place] = mixture.counts[best]!;
      chain.shares[place] = mixture.shares[best]!;
      this.nameEntries(place, token);
      this.noteAlternatives(place, best);
      acceptance.rate(chain, place);
      chain.length = place + 1;
      if (place + 1 === limit) return;
      overlay.follow(own, token);
      pool?.follow(pooled, token, overlay.context, overlay.contextTokens);
    }
  }

  /** Where most of the token's share came from; of the own text, where its newest place stands. */
  private sourceOf(vote: number): number {
    const { mixture, overlay } = this;
    if (mixture.ownShares[vote]! * 2 < mixture.shares[vote]!) return SOURCE_POOL;
    return mixture.ownPlaces[vote]! + 1 < overlay.promptTokens ? SOURCE_PROMPT : SOURCE_OUTPUT;
  }

  /** Names up to ENTRIES_PER_TOKEN distinct entries of the pool that go on with the token, longest match first. */
  private nameEntries(place: number, token: number): void {
    const { nextTokens, entries, size } = this.pooled;
    const named = this.chain.entries;
    const base = place * ENTRIES_PER_TOKEN;
    named.fill(-1, base, base + ENTRIES_PER_TOKEN);
    let count = 0;
    for (let i = 0; i < size && count < ENTRIES_PER_TOKEN; i++) {
      if (nextTokens[i] !== token) continue;
      let isKnown = false;
      for (let j = 0; j < count; j++) isKnown ||= named[base + j] === entries[i];
      if (!isKnown) named[base + count++] = entries[i]!;
    }
  }

  /** Notes the tokens with the largest shares beside the chosen one. */
  private noteAlternatives(place: number, best: number): void {
    const { size, tokens, shares, counts } = this.mixture;
    let above = Infinity;
    let after = -1; // Among equal shares, those voted for later come later.
    for (let noted = 0; noted < ALTERNATIVES_PER_PLACE; noted++) {
      let next = -1;
      for (let i = 0; i < size; i++) {
        if (i === best || shares[i]! > above || (shares[i] === above && i <= after)) continue;
        if (next < 0 || shares[i]! > shares[next]!) next = i;
      }
      if (next < 0) return;
      this.chain.addAlternative(place, tokens[next]!, counts[next]!, shares[next]!);
      above = shares[next]!;
      after = next;
    }
  }

  /** Compares the next token of every open chain with the one that was committed. */
  private learn(token: TokenId, isKeptAnyway: boolean): void {
    let stillOpen = 0;
    for (const chain of this.open) {
      const { draft, matched } = chain;
      const isSame = draft.tokens[matched] === token;
      this.acceptance.observe(draft, matched, isSame || isKeptAnyway);
      chain.matched++;
      if (isSame && chain.matched < draft.length) this.open[stillOpen++] = chain;
    }
    this.open.length = stillOpen;
  }
}
