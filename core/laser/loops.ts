// Finds where an answer repeats itself. Drafting copies loops for free, so the speed of a looping answer flatters every
// method: figures are reported before the loop as well, and a run can be set to end there.
import type { StopCheck } from "./offer.ts";
import type { TokenId } from "./target.ts";

/** The length of an n-gram whose repetition counts as a loop: prose rarely repeats one by chance. */
export const LOOP_TOKENS = 8;

/**
 * How many more tokens at the end of an answer must repeat than not, for the answer to be called looping. The keys of a
 * JSON list repeat as well, but between them there are values.
 */
export const MIN_LOOP_TOKENS = 16;

/** Which tokens of a growing answer complete an n-gram that already occurred in it. Occurrences may overlap. */
class RepeatedGrams {
  private readonly seen = new Set<string>();
  private last: readonly TokenId[] = [];

  /** @param before what was read so far, which must not grow meanwhile; null for nothing */
  constructor(
    private readonly n: number,
    private readonly before: RepeatedGrams | null = null,
  ) {
    if (before !== null) this.last = before.last;
  }

  /** Whether this token completes one. */
  push(token: TokenId): boolean {
    this.last = [...this.last.slice(Math.max(0, this.last.length - this.n + 1)), token];
    if (this.last.length < this.n) return false;
    const key = this.last.join(" ");
    if (this.seen.has(key) || this.before?.seen.has(key) === true) return true;
    this.seen.add(key);
    return false;
  }
}

/**
 * The number of tokens before the one that completes the first repeated n-gram; the answer's length if there is none.
 * Example for n = 2: in "a b c a b d" the pair (a, b) is complete again at index 4, so 4.
 */
export function tokensBeforeLoop(answer: ArrayLike<number>, n = LOOP_TOKENS): number {
  const grams = new RepeatedGrams(n);
  for (let at = 0; at < answer.length; at++) if (grams.push(answer[at]!)) return at;
  return answer.length;
}

/** True if an n-gram occurs in the answer twice. */
export function isLooping(answer: ArrayLike<number>, n = LOOP_TOKENS): boolean {
  return tokensBeforeLoop(answer, n) < answer.length;
}

/**
 * The loop at the end of a growing answer. Tokens that complete an n-gram for the second time count +1, others −1; the
 * loop is the end of the answer with the greatest sum, so that a repeated phrase before it is not part of it.
 */
export class LoopFinder {
  private readonly grams: RepeatedGrams;
  private tokens = 0;
  private from = 0;
  private sum = 0;

  /** @param before the answer so far, which must not grow meanwhile; null for an empty one */
  constructor(before: LoopFinder | null = null) {
    this.grams = new RepeatedGrams(LOOP_TOKENS, before?.grams ?? null);
    if (before === null) return;
    this.tokens = before.tokens;
    this.from = before.from;
    this.sum = before.sum;
  }

  push(token: TokenId): void {
    if (this.sum <= 0) {
      this.sum = 0;
      this.from = this.tokens;
    }
    this.sum += this.grams.push(token) ? 1 : -1;
    this.tokens++;
  }

  /** How many more tokens repeat than not at the end of the answer; at least 0. */
  get repeatedTokens(): number {
    return Math.max(0, this.sum);
  }

  /** The number of tokens before the loop in which the answer ends; null if it doesn't end in one. */
  get tokensBefore(): number | null {
    return this.sum >= MIN_LOOP_TOKENS ? this.from : null;
  }
}

/** Ends an answer as soon as `limit` more tokens repeat than not at its end. @param inherited its tokens so far */
export function loopStop(limit: number, inherited: ArrayLike<TokenId>): StopCheck {
  const finder = new LoopFinder();
  for (let at = 0; at < inherited.length; at++) finder.push(inherited[at]!);
  // Inherited tokens may loop already: only tokens that are written end the answer.
  return {
    indexIn(tokens) {
      const ahead = new LoopFinder(finder);
      for (let at = 0; at < tokens.length; at++) {
        ahead.push(tokens[at]!);
        if (ahead.repeatedTokens >= limit) return at;
      }
      return -1;
    },
    commit(tokens) {
      for (const token of tokens) finder.push(token);
      return finder.repeatedTokens >= limit;
    },
  };
}
