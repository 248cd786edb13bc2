// What a live region says next. A region speaks when its text changes: the same words once more need a difference that is
// not heard. Pure; it must not know what is said.

const UNHEARD = "\u00a0";

/** @param last what the region holds now */
export function saidAfter(last: string, words: string): string {
  return words === last ? words + UNHEARD : words;
}
