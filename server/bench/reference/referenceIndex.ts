// The reference index: the published trie of answers and prompts, reproduced exactly as a baseline to measure against.
// One trie per root token; texts are inserted as windows.
import type { TokenId } from "../../../core/laser/target.ts";
import { Journal } from "./journal.ts";
import { Lookup, type LookupResult } from "./lookup.ts";
import { NodeStore, type CountSource } from "./nodes.ts";
import { PUBLISHED_PARAMETERS, SQUEEZE_AFTER_TREES, type ReferenceParameters } from "./parameters.ts";
import { Trie } from "./trie.ts";

/**
 * Example: with branches of 2 tokens the answer "a b c d e" is stored as the windows a→bcd, b→cde, c→de and d→e:
 * every token except the last is a root, followed by up to one token more than a branch may have.
 */
export class ReferenceIndex {
  readonly parameters: ReferenceParameters;
  readonly store = new NodeStore();
  private readonly tries = new Map<TokenId, Trie>();
  private readonly search: Lookup;
  /** Tries that any text, or a prompt, touched since they were last processed. */
  private readonly touchedTries = new Set<Trie>();
  private readonly promptTries = new Set<Trie>();
  private readonly stopTokens: ReadonlySet<TokenId>;
  private readonly endTokens: ReadonlySet<TokenId>;
  /** The end of the streamed answer, whose tokens are not yet stored as roots. */
  private pending: TokenId[] = [];
  private readonly journal = new Journal<Trie>();
  private inTrial = false;

  constructor(parameters: Partial<ReferenceParameters> = {}) {
    this.parameters = { ...PUBLISHED_PARAMETERS, ...parameters };
    this.stopTokens = new Set(this.parameters.stopTokens);
    this.endTokens = new Set(this.parameters.endTokens);
    this.search = new Lookup(this.store, this.tries, this.parameters);
  }

  /** Number of roots, including those without any nodes left. */
  get trees(): number {
    return this.tries.size;
  }

  /** Sum of the tries' node counters. */
  get nodes(): number {
    let sum = 0;
    for (const trie of this.tries.values()) sum += trie.nodes;
    return sum;
  }

  /** Stores an earlier answer, as warm-up does: never squeezes, and stop tokens become roots as well. */
  putOutput(answer: ArrayLike<TokenId>): void {
    this.put(answer, "output");
  }

  /** Stores a request's prompt. The published code omits its first token. */
  putPrompt(prompt: ArrayLike<TokenId>): void {
    this.put(prompt, "prompt");
  }

  /** Adds the next tokens of the running answer; a token becomes a root once its window is complete. */
  streamOutput(tokens: ArrayLike<TokenId>): void {
    this.stream(tokens);
    const window = this.parameters.branchTokens + 1;
    if (this.pending.length <= window) return;
    this.storePending(this.pending.length - window);
    this.pending = this.pending.slice(-window);
  }

  /** Ends the answer: stores its tail, resets the prompt's counts, and squeezes if enough tries were touched. */
  finishOutput(tokens: ArrayLike<TokenId> = []): void {
    this.stream(tokens);
    this.storePending(this.pending.length - 1);
    this.pending = [];
    for (const trie of this.promptTries) trie.resetPromptCounts();
    this.promptTries.clear();
    if (this.touchedTries.size < SQUEEZE_AFTER_TREES) return;
    const { maxNodes, maxOutputNodes } = this.parameters;
    for (const trie of this.touchedTries) trie.squeeze(maxNodes, maxOutputNodes);
    this.touchedTries.clear();
  }

  /** From here on, everything stored is temporary: `rewind` removes it. */
  beginTrial(): void {
    this.rewind();
    this.inTrial = true;
  }

  /** Removes everything stored since beginTrial, including the streamed answer. */
  rewind(): void {
    this.journal.rewind(this.store, (trie) => {
      this.tries.delete(trie.token);
      this.store.release(trie.root);
    });
    if (this.inTrial) this.pending = [];
    this.inTrial = false;
  }

  /**
   * The draft tree after the last tokens of a text (the published code passes two). Its arrays are reused.
   * @param query the last tokens
   * @param treeTokens, branchTokens no more than those of `parameters`
   */
  lookup(
    query: ArrayLike<TokenId>,
    treeTokens: number = this.parameters.treeTokens,
    branchTokens: number = this.parameters.branchTokens,
  ): LookupResult {
    return this.search.find(query, treeTokens, branchTokens);
  }

  private put(text: ArrayLike<TokenId>, source: CountSource): void {
    const length = this.lengthBeforeEnd(text);
    for (let at = 0; at < length - 1; at++) this.storeWindow(text, at, length, source);
  }

  private stream(tokens: ArrayLike<TokenId>): void {
    const length = this.lengthBeforeEnd(tokens);
    for (let i = 0; i < length; i++) this.pending.push(tokens[i]!);
  }

  private storePending(roots: number): void {
    for (let at = 0; at < roots; at++) {
      if (this.stopTokens.has(this.pending[at]!)) continue;
      this.storeWindow(this.pending, at, this.pending.length, "output");
    }
  }

  private storeWindow(text: ArrayLike<TokenId>, at: number, length: number, source: CountSource): void {
    const root = text[at]!;
    const journal = this.inTrial ? this.journal : null;
    let trie = this.tries.get(root);
    if (trie === undefined) {
      trie = new Trie(root, this.store);
      this.tries.set(root, trie);
      journal?.rootCreated(trie);
    }
    trie.insert(text, at + 1, Math.min(length, at + 2 + this.parameters.branchTokens), source, journal);
    if (this.inTrial) return;
    this.touchedTries.add(trie);
    if (source === "prompt") this.promptTries.add(trie);
  }

  private lengthBeforeEnd(text: ArrayLike<TokenId>): number {
    for (let i = 0; i < text.length; i++) if (this.endTokens.has(text[i]!)) return i;
    return text.length;
  }
}
