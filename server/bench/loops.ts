// Finds where an answer begins to repeat itself. Drafting copies loops for free, so speed figures over
// looping answers flatter every method: they are reported before the loop as well.

/** The length of an n-gram whose repetition counts as a loop: prose rarely repeats it by chance. */
export const LOOP_TOKENS = 8;

/**
 * The number of tokens before the one that completes the first repeated n-gram; the answer's length if there is none.
 * Occurrences may overlap. Example for n = 2: in "a b c a b d" the pair (a, b) is complete again at index 4, so 4.
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

/** True if an n-gram occurs in the answer twice. */
export function isLooping(answer: ArrayLike<number>, n = LOOP_TOKENS): boolean {
  return tokensBeforeLoop(answer, n) < answer.length;
}
