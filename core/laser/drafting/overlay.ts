// The index over this request's own text: prompt and output, appended token by token, followed by the draft that is
// being made. Hash chains as in LZ77: for each token, and for each pair of tokens, its earlier positions, newest first.
import { MAX_CANDIDATES, type Candidates } from "../pool/candidates.ts";

/** Matches are measured up to this many tokens; longer ones are not distinguished. */
export const MAX_MATCH_TOKENS = 16;
/** Candidates from the request's own text belong to no pool entry. */
const NO_ENTRY = -1;
const NONE = -1;

/**
 * Example: after "a b c a b" the last two tokens (a, b) occurred before at position 1, followed by c: a candidate with
 * a match of 2. A candidate that reaches the end of the text continues into the draft itself, as LZ77 copies loops.
 */
export class Overlay {
  /** The text so far and, from `length` on, the draft that is being made. */
  private text = new Int32Array(1024);
  private length = 0;
  private drafted = 0;
  promptTokens = 0;
  /** Newest position of each token; `olderSame` leads to the older ones. */
  private readonly newest: Int32Array;
  private olderSame = new Int32Array(1024);
  /** Newest position whose token and the one before it are this pair; `olderPair` leads to the older ones. */
  private readonly newestPair = new Map<number, number>();
  private olderPair = new Int32Array(1024);

  constructor(private readonly vocabularySize: number) {
    this.newest = new Int32Array(vocabularySize).fill(NONE);
  }

  /** Starts a new text. @param inheritedTokens how many of the last prompt tokens are output of an earlier run */
  begin(prompt: Int32Array, inheritedTokens = 0): void {
    for (let position = 0; position < this.length; position++) this.newest[this.text[position]!] = NONE;
    this.length = 0;
    this.drafted = 0;
    this.newestPair.clear();
    this.promptTokens = prompt.length - inheritedTokens;
    for (const token of prompt) this.append(token);
  }

  /** Appends a committed token and drops the draft. */
  append(token: number): void {
    this.drafted = 0;
    if (this.length + 64 > this.text.length) this.grow();
    const position = this.length++;
    this.text[position] = token;
    this.olderSame[position] = this.newest[token]!;
    this.newest[token] = position;
    if (position === 0) return;
    const pair = this.pairAt(position);
    this.olderPair[position] = this.newestPair.get(pair) ?? NONE;
    this.newestPair.set(pair, position);
  }

  /** The text followed by the draft; its first `contextTokens` tokens are valid. */
  get context(): Int32Array {
    return this.text;
  }

  get contextTokens(): number {
    return this.length + this.drafted;
  }

  /** Replaces a token of the draft, for another branch of a tree: `depth` 0 is directly after the text. */
  redraft(depth: number, token: number): void {
    this.text[this.length + depth] = token;
  }

  /** Ends the draft after its first `draftedTokens` tokens, which `follow` or `redraft` has written. */
  returnTo(draftedTokens: number): void {
    this.drafted = draftedTokens;
  }

  /** Drops the draft and finds positions that match the end of the text, matches of two or more tokens first. */
  candidates(into: Candidates): void {
    this.drafted = 0;
    this.find(into);
  }

  /** Appends `token` to the draft and keeps the candidates that continue with it; searches again if too few remain. */
  follow(candidates: Candidates, token: number): void {
    this.text[this.length + this.drafted++] = token;
    const { offsets, matchTokens, nextTokens } = candidates;
    let kept = 0;
    for (let i = 0; i < candidates.size; i++) {
      if (nextTokens[i] !== token) continue;
      const position = offsets[i]! + 1;
      offsets[kept] = position;
      matchTokens[kept] = Math.min(MAX_MATCH_TOKENS, matchTokens[i]! + 1);
      nextTokens[kept] = this.text[position + 1]!;
      candidates.entries[kept++] = NO_ENTRY;
    }
    candidates.size = kept;
    if (kept < candidates.refillBelow) this.find(candidates);
  }

  private find(into: Candidates): void {
    into.clear();
    const end = this.contextTokens - 1;
    if (end < 1) return;
    const isCommitted = this.drafted === 0;
    let at = isCommitted ? this.olderPair[end]! : (this.newestPair.get(this.pairAt(end)) ?? NONE);
    for (; at !== NONE && into.size < MAX_CANDIDATES; at = this.olderPair[at]!)
      this.add(into, at, this.matchAt(at, end));
    at = isCommitted ? this.olderSame[end]! : this.newest[this.text[end]!]!;
    for (let looked = 0; at !== NONE && looked < MAX_CANDIDATES; at = this.olderSame[at]!, looked++) {
      const isPair = at > 0 && this.text[at - 1] === this.text[end - 1];
      if (!isPair && into.size < MAX_CANDIDATES) this.add(into, at, 1);
    }
  }

  private add(into: Candidates, position: number, matchTokens: number): void {
    const at = into.size++;
    into.offsets[at] = position;
    into.matchTokens[at] = matchTokens;
    into.nextTokens[at] = this.text[position + 1]!;
    into.entries[at] = NO_ENTRY;
  }

  /** How many tokens up to `at` equal those up to `end`; at least two. */
  private matchAt(at: number, end: number): number {
    let match = 2;
    while (match < MAX_MATCH_TOKENS && at >= match && this.text[at - match] === this.text[end - match])
      match++;
    return match;
  }

  private pairAt(position: number): number {
    return this.text[position - 1]! * this.vocabularySize + this.text[position]!;
  }

  private grow(): void {
    this.text = doubled(this.text);
    this.olderSame = doubled(this.olderSame);
    this.olderPair = doubled(this.olderPair);
  }
}

function doubled(array: Int32Array): Int32Array<ArrayBuffer> {
  const copy = new Int32Array(array.length * 2);
  copy.set(array);
  return copy;
}
