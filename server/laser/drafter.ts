// Makes drafts for one request: asks the overlay and the pool, takes the better chain, and learns from every chain
// it offered, sent or not, by comparing it with what was committed. It must not know the target, rules or costs.
import { AcceptanceModel } from "./acceptance.ts";
import { Chain, MAX_CHAIN_TOKENS } from "./chain.ts";
import { EMPTY_DRAFT, type Draft } from "./draft.ts";
import { Overlay } from "./overlay.ts";
import type { PoolIndex } from "./pool.ts";
import type { TokenId } from "./target.ts";

/** What makes drafts: begin with a prompt, then draft and commit in turn. */
export interface Drafter {
  begin(prompt: Int32Array): void;
  /** A chain of at most `limit` tokens behind everything committed so far; empty when nothing matches. */
  draft(limit: number): Draft;
  /** Appends committed tokens. */
  commit(tokens: readonly TokenId[]): void;
}

/** Chains that are still being compared with the committed text. */
const MAX_OPEN_CHAINS = 8;

export class RetrievalDrafter implements Drafter {
  private readonly overlay: Overlay;
  private readonly overlayChain = new Chain();
  private readonly poolChain = new Chain();
  private context = new Int32Array(1024);
  private contextTokens = 0;
  private readonly open: { draft: Draft; matched: number }[] = [];

  /** @param acceptance shared between requests, so that what one learned serves the next */
  constructor(
    vocabularySize: number,
    private readonly pool: PoolIndex | null,
    private readonly acceptance = new AcceptanceModel(),
  ) {
    this.overlay = new Overlay(vocabularySize);
  }

  begin(prompt: Int32Array): void {
    this.open.length = 0;
    this.overlay.begin(prompt);
    this.contextTokens = 0;
    for (const token of prompt) this.append(token);
  }

  draft(limit: number): Draft {
    const most = Math.min(limit, MAX_CHAIN_TOKENS);
    if (most <= 0) return EMPTY_DRAFT;
    this.overlay.fill(this.overlayChain, most);
    this.acceptance.rate(this.overlayChain);
    let best = this.overlayChain;
    if (this.pool !== null) {
      this.pool.fill(this.poolChain, this.context, this.contextTokens, most);
      this.acceptance.rate(this.poolChain);
      if (this.poolChain.expectedKept() > this.overlayChain.expectedKept()) best = this.poolChain;
    }
    if (best.length === 0) return EMPTY_DRAFT;
    const draft = best.toDraft();
    if (this.open.length < MAX_OPEN_CHAINS) this.open.push({ draft, matched: 0 });
    return draft;
  }

  commit(tokens: readonly TokenId[]): void {
    for (const token of tokens) {
      this.learn(token);
      this.overlay.append(token);
      this.append(token);
    }
  }

  /** Compares the next token of every open chain with the one that was committed. */
  private learn(token: TokenId): void {
    let stillOpen = 0;
    for (const chain of this.open) {
      const { draft, matched } = chain;
      const kept = draft.tokens[matched] === token;
      this.acceptance.observe(draft, matched, kept);
      chain.matched++;
      if (kept && chain.matched < draft.length) this.open[stillOpen++] = chain;
    }
    this.open.length = stillOpen;
  }

  private append(token: TokenId): void {
    if (this.contextTokens === this.context.length) {
      const larger = new Int32Array(this.context.length * 2);
      larger.set(this.context);
      this.context = larger;
    }
    this.context[this.contextTokens++] = token;
  }
}
