// The index over this request's own text: prompt and output, appended token by token.
// Hash chains: for the last two tokens, the list of earlier places, newest first. It must not know of pools.
import { ALTERNATIVES_PER_PLACE, SOURCE_OUTPUT, SOURCE_PROMPT, type Chain } from "./chain.ts";
import { ENTRIES_PER_TOKEN } from "./draft.ts";
import { MAX_VOTES, Votes } from "./votes.ts";

/** A match is counted up to this many tokens; longer ones are all the same to us. */
export const MAX_MATCH_TOKENS = 16;

/**
 * Example: after "a b c a b" the last two tokens (a, b) were seen at place 1, followed by c: the chain starts with
 * c, then continues behind it. A match that runs into "now" reads its own draft, as LZ77 copies loops.
 */
export class Overlay {
  /** The text so far and, behind `length`, room for the draft that is being read. */
  private text: Int32Array;
  private length = 0;
  private promptTokens = 0;
  /** Newest place whose token and the one before it are this pair; older places follow `previous`. */
  private readonly heads = new Map<number, number>();
  private previous: Int32Array;
  private readonly places = new Int32Array(MAX_VOTES);
  private readonly votes = new Votes();

  constructor(private readonly vocabularySize: number) {
    this.text = new Int32Array(1024);
    this.previous = new Int32Array(1024);
  }

  begin(prompt: Int32Array): void {
    this.length = 0;
    this.heads.clear();
    this.promptTokens = prompt.length;
    for (const token of prompt) this.append(token);
  }

  append(token: number): void {
    if (this.length + 64 > this.text.length) this.grow();
    const place = this.length++;
    this.text[place] = token;
    if (place === 0) return;
    const pair = this.pair(place);
    this.previous[place] = this.heads.get(pair) ?? -1;
    this.heads.set(pair, place);
  }

  /** Fills `chain` with up to `limit` tokens behind the text so far; leaves it empty where nothing matches. */
  fill(chain: Chain, limit: number): void {
    chain.clear();
    let live = this.longestMatches();
    if (live.count === 0) return;
    for (let place = 0; place < limit; place++) {
      this.votes.clear();
      for (let i = 0; i < live.count; i++) {
        const at = this.places[i]! + 1 + place;
        this.votes.add(this.text[at]!, this.places[i]!);
      }
      const best = this.votes.best();
      const token = this.votes.tokens[best]!;
      chain.tokens[place] = token;
      chain.sources[place] =
        this.votes.latest[best]! + 1 + place < this.promptTokens ? SOURCE_PROMPT : SOURCE_OUTPUT;
      chain.matchTokens[place] = Math.min(MAX_MATCH_TOKENS, live.matchTokens + place);
      chain.counts[place] = this.votes.counts[best]!;
      chain.shares[place] = this.votes.counts[best]! / this.votes.total;
      chain.entries.fill(-1, place * ENTRIES_PER_TOKEN, (place + 1) * ENTRIES_PER_TOKEN);
      chain.length = place + 1;
      noteAlternatives(chain, place, this.votes, best);
      // The draft is written behind the text, so that a place close to "now" can read on into it.
      this.text[this.length + place] = token;
      live = { count: this.keepFollowers(live.count, place, token), matchTokens: live.matchTokens };
    }
  }

  /** Newest places (at most MAX_VOTES) that share the longest match with the end of the text. */
  private longestMatches(): { count: number; matchTokens: number } {
    const end = this.length - 1;
    if (end < 1) return { count: 0, matchTokens: 0 };
    let longest = 2;
    let count = 0;
    let visited = 0;
    let at = this.previous[end]!;
    for (; at >= 0 && visited < MAX_VOTES; at = this.previous[at]!, visited++) {
      let match = 2;
      while (match < MAX_MATCH_TOKENS && at - match >= 0 && this.text[at - match] === this.text[end - match])
        match++;
      if (match < longest) continue;
      if (match > longest) {
        longest = match;
        count = 0;
      }
      this.places[count++] = at;
    }
    return { count, matchTokens: longest };
  }

  /** Drops the places that continue otherwise than with `token`; returns how many remain. */
  private keepFollowers(count: number, place: number, token: number): number {
    let kept = 0;
    for (let i = 0; i < count; i++) {
      const at = this.places[i]!;
      if (this.text[at + 1 + place] === token) this.places[kept++] = at;
    }
    return kept;
  }

  private pair(place: number): number {
    return this.text[place - 1]! * this.vocabularySize + this.text[place]!;
  }

  private grow(): void {
    const text = new Int32Array(this.text.length * 2);
    text.set(this.text);
    this.text = text;
    const previous = new Int32Array(text.length);
    previous.set(this.previous);
    this.previous = previous;
  }
}

/** Notes the best of the other continuations at a place. */
export function noteAlternatives(chain: Chain, place: number, votes: Votes, best: number): void {
  let noted = 0;
  for (let i = 0; i < votes.size && noted < ALTERNATIVES_PER_PLACE; i++) {
    if (i === best) continue;
    chain.addAlternative(place, votes.tokens[i]!, votes.counts[i]!, votes.counts[i]! / votes.total);
    noted++;
  }
}
