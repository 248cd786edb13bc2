// Memoizes the last result of a function that views call on every render.

/**
 * The same function, which returns its last result again while its key is the same.
 * @param keyOf what the result depends on; by default the arguments themselves
 */
export function lastOf<Args extends readonly unknown[], Answer>(
  work: (...args: Args) => Answer,
  keyOf: (...args: Args) => readonly unknown[] = (...args) => args,
): (...args: Args) => Answer {
  let last: { readonly key: readonly unknown[]; readonly answer: Answer } | null = null;
  return (...args) => {
    const key = keyOf(...args);
    const isSame = last?.key.every((part, i) => Object.is(part, key[i])) === true;
    if (last === null || !isSame) last = { key, answer: work(...args) };
    return last.answer;
  };
}
