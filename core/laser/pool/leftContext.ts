// The order of the pool index: offsets of a text by their left contexts, read backwards (token, the one before it, …)
// to a bounded depth. It is a suffix array of the reversed text, not sorted beyond that depth.

/** Left contexts are distinguished up to this many tokens; longer matches are equal. */
export const CONTEXT_DEPTH = 16;
/** Precedes and follows each entry; sorts before every token, equals none. */
export const END = -1;

/** The end of a context, read backwards: key[0] is its last token; END if the context is shorter. */
export type ContextKey = Int32Array;

/** An empty key: CONTEXT_DEPTH times END. */
export function newContextKey(): ContextKey {
  return new Int32Array(CONTEXT_DEPTH).fill(END);
}

/** Writes the end of context[0…contextTokens) into `key`; returns how many tokens it holds, 0 … CONTEXT_DEPTH. */
export function readKey(key: ContextKey, context: Int32Array, contextTokens: number): number {
  const held = Math.min(CONTEXT_DEPTH, contextTokens);
  for (let back = 0; back < held; back++) key[back] = context[contextTokens - 1 - back]!;
  for (let back = held; back < CONTEXT_DEPTH; back++) key[back] = END;
  return held;
}

/** Negative if the key sorts before the left context of `offset`, 0 if their last `depth` tokens are equal. */
export function compareKey(key: ContextKey, text: Int32Array, offset: number, depth: number): number {
  for (let back = 0; back < depth; back++) {
    const wanted = key[back]!;
    const token = text[offset - back]!;
    if (wanted !== token) return wanted - token;
    if (token === END) return 0;
  }
  return 0;
}

/** How many tokens key and left context share, 0 … CONTEXT_DEPTH. */
export function sharedTokens(key: ContextKey, text: Int32Array, offset: number): number {
  let back = 0;
  while (back < CONTEXT_DEPTH && key[back] !== END && key[back] === text[offset - back]) back++;
  return back;
}

/** Whether key and left context share `least` tokens or more; compares the deepest first, where they tend to differ. */
export function sharesAtLeast(key: ContextKey, text: Int32Array, offset: number, least: number): boolean {
  for (let back = least - 1; back >= 0; back--) if (key[back] !== text[offset - back]) return false;
  return true;
}

/** Order of two offsets by their left contexts, from `depth` tokens back, then by offset. */
export function compareOffsets(text: Int32Array, a: number, b: number, depth = 0): number {
  for (let back = depth; back < CONTEXT_DEPTH; back++) {
    const left = text[a - back]!;
    const right = text[b - back]!;
    if (left !== right) return left - right;
    if (left === END) break;
  }
  return a - b;
}
