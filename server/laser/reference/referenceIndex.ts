// The reference index: the published trie of answers and prompts, reproduced exactly, so that everything else can be
// measured against it. One trie a root token; texts go in as windows. It must not know models, requests or rules.
import type { TokenId } from "../target.ts";
import { Journal } from "./journal.ts";
import { Lookup, type Found } from "./lookup.ts";
import { NodeStore, type CountSource } from "./nodes.ts";
import { PUBLISHED_PARAMETERS, SQUEEZE_AFTER_TREES, type ReferenceParameters } from "./parameters.ts";
import { Trie } from "./trie.ts";

/**
 * Example: with branches of 2 tokens the answer "a b c d e" is stored as the windows a→bcd, b→cde, c→de and d→e:
 * every token but the last is a root, followed by one token more than a branch may have.
 */
export class ReferenceIndex {
  readonly parameters: ReferenceParameters;
  readonly store = new NodeStore();
  private readonly tries = new Map<TokenId, Trie>();
  private readonly search: Lookup;
  /** Roots that any text, or a prompt, touched since they were last looked through. */
  private readonly touched = new Set<Trie>();
  private readonly touchedByPrompt = new Set<Trie>();
  private readonly stopTokens: ReadonlySet<TokenId>;
  private readonly endTokens: ReadonlySet<TokenId>;
  /** The end of the streamed answer, not yet stored as roots. */
  private pending: TokenId[] = [];
  private readonly journal = new Journal();
  private trying = false;

  constructor(parameters: Partial<ReferenceParameters> = {}) {
    this.parameters = { ...PUBLISHED_PARAMETERS, ...parameters };
    this.stopTokens = new Set(this.parameters.stopTokens);
    this.endTokens = new Set(this.parameters.endTokens);
    this.search = new Lookup(this.store, this.tries, this.parameters);
  }

  /** Roots, those with nothing left behind them included. */
  get trees(): number {
    return this.tries.size;
  }

  /** The sum of the tries' own counters. */
  get nodes(): number {
    let sum = 0;
    for (const trie of this.tries.values()) sum += trie.nodes;
    return sum;
  }

  /** Stores an earlier answer, as warm-up does: never squeezes, and stop tokens are roots too. */
  putOutput(answer: ArrayLike<TokenId>): void {
    this.put(answer, "output");
  }

  /** Stores a request's prompt, of which the published code leaves the first token out. */
  putPrompt(prompt: ArrayLike<TokenId>): void {
    this.put(prompt, "prompt");
  }

  /** Takes the next tokens of the running answer; a token becomes a root once its whole window is there. */
  streamOutput(tokens: ArrayLike<TokenId>): void {
    this.stream(tokens);
    const window = this.parameters.branchTokens + 1;
    if (this.pending.length <= window) return;
    this.storePending(this.pending.length - window);
    this.pending = this.pending.slice(-window);
  }

  /** Ends the answer: stores its tail, forgets the prompt's counts, and squeezes where enough roots were touched. */
  finishOutput(tokens: ArrayLike<TokenId> = []): void {
    this.stream(tokens);
    this.storePending(this.pending.length - 1);
    this.pending = [];
    for (const trie of this.touchedByPrompt) trie.resetPromptCounts();
    this.touchedByPrompt.clear();
    if (this.touched.size < SQUEEZE_AFTER_TREES) return;
    const { maxNodes, maxOutputNodes } = this.parameters;
    for (const trie of this.touched) trie.squeeze(maxNodes, maxOutputNodes);
    this.touched.clear();
  }

  /** From here on everything put in is only tried: `rewind` takes it back. */
  beginTrial(): void {
    this.rewind();
    this.trying = true;
  }

  /** Takes back what was put in since beginTrial, and the streamed answer with it. */
  rewind(): void {
    this.journal.rewind(this.store, (trie) => {
      this.tries.delete(trie.token);
      this.store.release(trie.root);
    });
    if (this.trying) this.pending = [];
    this.trying = false;
  }

  /**
   * The draft tree behind the last tokens of a text (the published code asks with two). Its arrays are reused.
   * @param query the last tokens; @param treeTokens, branchTokens never more than the index was made for
   */
  lookup(
    query: ArrayLike<TokenId>,
    treeTokens: number = this.parameters.treeTokens,
    branchTokens: number = this.parameters.branchTokens,
  ): Found {
    return this.search.find(query, treeTokens, branchTokens);
  }

  private put(text: ArrayLike<TokenId>, source: CountSource): void {
    const length = this.lengthBeforeEnd(text);
    for (let place = 0; place < length - 1; place++) this.storeWindow(text, place, length, source);
  }

  private stream(tokens: ArrayLike<TokenId>): void {
    const length = this.lengthBeforeEnd(tokens);
    for (let i = 0; i < length; i++) this.pending.push(tokens[i]!);
  }

  private storePending(roots: number): void {
    for (let place = 0; place < roots; place++) {
      if (this.stopTokens.has(this.pending[place]!)) continue;
      this.storeWindow(this.pending, place, this.pending.length, "output");
    }
  }

  private storeWindow(text: ArrayLike<TokenId>, place: number, length: number, source: CountSource): void {
    const root = text[place]!;
    const journal = this.trying ? this.journal : null;
    let trie = this.tries.get(root);
    if (trie === undefined) {
      trie = new Trie(root, this.store);
      this.tries.set(root, trie);
      journal?.planted(trie);
    }
    trie.insert(text, place + 1, Math.min(length, place + 2 + this.parameters.branchTokens), source, journal);
    if (this.trying) return;
    this.touched.add(trie);
    if (source === "prompt") this.touchedByPrompt.add(trie);
  }

  private lengthBeforeEnd(text: ArrayLike<TokenId>): number {
    for (let i = 0; i < text.length; i++) if (this.endTokens.has(text[i]!)) return i;
    return text.length;
  }
}
