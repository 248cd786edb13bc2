// Makes drafts from the reference index for one request: trees as published, or their best chain. It adds the prompt
// and the running answer to the index.
import { Chain } from "../../../core/laser/drafting/chain.ts";
import { EMPTY_DRAFT, type Draft } from "../../../core/laser/draft.ts";
import type { Drafter } from "../../../core/laser/drafting/drafter.ts";
import type { TokenId } from "../../../core/laser/target.ts";
import { BestChain } from "./bestChain.ts";
import type { LookupResult } from "./lookup.ts";
import type { ReferenceIndex } from "./referenceIndex.ts";

/** The published code looks up the last two tokens, regardless of its option. */
const QUERY_TOKENS = 2;

/** The published drafter, as trees or chains. */
export class ReferenceDrafter implements Drafter {
  private readonly chain = new Chain();
  private readonly bestChain: BestChain;
  /** The last QUERY_TOKENS tokens of prompt and answer. */
  private query: TokenId[] = [];
  private running = false;

  /**
   * @param options.online true: the request's texts stay in the index, which is squeezed when the request ends
   */
  constructor(
    private readonly index: ReferenceIndex,
    private readonly options: { readonly online: boolean },
  ) {
    this.bestChain = new BestChain(index.store, index.parameters.outputWeight);
  }

  begin(prompt: Int32Array): void {
    this.end();
    this.running = true;
    this.index.store.generation++;
    if (!this.options.online) this.index.beginTrial();
    this.index.putPrompt(prompt.subarray(1));
    this.query = [...prompt.subarray(-QUERY_TOKENS)];
  }

  /**
   * A tree that continues everything committed so far, with the last token in slot 0; valid until the next call.
   * @param treeTokens the most slots
   * @param branchTokens the most tokens of a branch
   */
  draftTree(treeTokens: number, branchTokens: number): LookupResult {
    const most = this.index.parameters;
    return this.index.lookup(
      this.query,
      Math.min(treeTokens, most.treeTokens),
      Math.min(branchTokens, most.branchTokens),
    );
  }

  draft(limit: number): Draft {
    if (limit <= 0) return EMPTY_DRAFT;
    this.bestChain.fill(this.chain, this.draftTree(this.index.parameters.treeTokens, limit));
    return this.chain.length === 0 ? EMPTY_DRAFT : this.chain.toDraft();
  }

  commit(tokens: readonly TokenId[]): void {
    this.index.streamOutput(tokens);
    this.query = [...this.query, ...tokens].slice(-QUERY_TOKENS);
  }

  /** Ends the request: stores its texts in full, or removes them. `begin` calls it too; a second call does nothing. */
  end(): void {
    if (!this.running) return;
    this.running = false;
    if (this.options.online) this.index.finishOutput();
    else this.index.rewind();
  }
}
