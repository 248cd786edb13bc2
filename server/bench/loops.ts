// Finds where an answer begins to repeat itself. Drafting copies loops for free, so figures of speed over
// looping answers flatter every method: they are told before the loop as well.

/** The n-gram by which a repetition counts as a loop: long enough that prose rarely repeats it by chance. */
export const LOOP_TOKENS = 8;

/**
 * Tokens before the one that completes the first n-gram which already stood in the answer; the answer's length when
 * none does. Both may overlap. Example for n = 2: in "a b c a b d" the pair (a, b) is complete again at place 4, so 4.
 */
export function tokensBeforeLoop(answer: ArrayLike<number>, n = LOOP_TOKENS): number {
  const tokens = Array.from(answer);
  const seen = new Set<string>();
  for (let end = n; end <= tokens.length; end++) {
    const key = tokens.slice(end - n, end).join(" ");
    if (seen.has(key)) return end - 1;
    seen.add(key);
  }
  return tokens.length;
}

/** True when an n-gram of the answer stands in it twice. */
export function isLooping(answer: ArrayLike<number>, n = LOOP_TOKENS): boolean {
  return tokensBeforeLoop(answer, n) < answer.length;
}
