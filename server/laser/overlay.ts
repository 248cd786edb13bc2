// The index over this request's own text: prompt and output, appended token by token, and the draft being made behind
// them. Hash chains: for the last token, and for the last two, the list of earlier places, newest first.
// It must not know of pools, nor how candidates are weighed.
import { MAX_CANDIDATES, type Candidates } from "./pool/candidates.ts";

/** A match is counted up to this many tokens; longer ones are all the same to us. */
export const MAX_MATCH_TOKENS = 16;
/** An own place has no entry. */
const NO_ENTRY = -1;
const NONE = -1;

/**
 * Example: after "a b c a b" the last two tokens (a, b) were seen at place 1, followed by c: that place is a candidate
 * with a match of 2. A candidate that runs into "now" reads its own draft, as LZ77 copies loops.
 */
export class Overlay {
  /** The text so far and, behind `length`, the draft that is being made. */
  private text = new Int32Array(1024);
  private length = 0;
  private drafted = 0;
  promptTokens = 0;
  /** Newest place of each token; older places follow `olderSame`. */
  private readonly newest: Int32Array;
  private olderSame = new Int32Array(1024);
  /** Newest place whose token and the one before it are this pair; older places follow `olderPair`. */
  private readonly newestPair = new Map<number, number>();
  private olderPair = new Int32Array(1024);

  constructor(private readonly vocabularySize: number) {
    this.newest = new Int32Array(vocabularySize).fill(NONE);
  }

  /** @param inheritedTokens how many of its last tokens are output of an earlier run */
  begin(prompt: Int32Array, inheritedTokens = 0): void {
    for (let place = 0; place < this.length; place++) this.newest[this.text[place]!] = NONE;
    this.length = 0;
    this.drafted = 0;
    this.newestPair.clear();
    this.promptTokens = prompt.length - inheritedTokens;
    for (const token of prompt) this.append(token);
  }

  /** Appends a committed token; what was drafted is forgotten. */
  append(token: number): void {
    this.drafted = 0;
    if (this.length + 64 > this.text.length) this.grow();
    const place = this.length++;
    this.text[place] = token;
    this.olderSame[place] = this.newest[token]!;
    this.newest[token] = place;
    if (place === 0) return;
    const pair = this.pairAt(place);
    this.olderPair[place] = this.newestPair.get(pair) ?? NONE;
    this.newestPair.set(pair, place);
  }

  /** The text with the draft behind it; its first `contextTokens` places count. */
  get context(): Int32Array {
    return this.text;
  }

  get contextTokens(): number {
    return this.length + this.drafted;
  }

  /** Forgets the draft and fills `into` with places that match the end of the text, those of two tokens and more first. */
  candidates(into: Candidates): void {
    this.drafted = 0;
    this.find(into);
  }

  /** Notes `token` as drafted and keeps the candidates that go on with it; looks again where none does. */
  follow(candidates: Candidates, token: number): void {
    this.text[this.length + this.drafted++] = token;
    const { positions, matchTokens, nextTokens } = candidates;
    let kept = 0;
    for (let i = 0; i < candidates.size; i++) {
      if (nextTokens[i] !== token) continue;
      const position = positions[i]! + 1;
      positions[kept] = position;
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
    into.positions[at] = position;
    into.matchTokens[at] = matchTokens;
    into.nextTokens[at] = this.text[position + 1]!;
    into.entries[at] = NO_ENTRY;
  }

  /** How many tokens up to `at` are those up to `end`; two at least. */
  private matchAt(at: number, end: number): number {
    let match = 2;
    while (match < MAX_MATCH_TOKENS && at >= match && this.text[at - match] === this.text[end - match])
      match++;
    return match;
  }

  private pairAt(place: number): number {
    return this.text[place - 1]! * this.vocabularySize + this.text[place]!;
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
