// The order of the pool index: places of a text by what stands to their left, read backwards (token, the one before
// it, …) to a bounded depth. It must not know entries, candidates or how the order is kept.

/** Left contexts are told apart to this many tokens; longer matches are all the same to us. */
export const CONTEXT_DEPTH = 16;
/** Stands before and behind each entry; sorts before every token, equals none. */
export const END = -1;

/** The end of a context read backwards: key[0] is its last token; END where the context has no more. */
export type ContextKey = Int32Array;

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

/** Below 0 when the key sorts before the left context of `place`, 0 when their last `depth` tokens are the same. */
export function compareKey(key: ContextKey, text: Int32Array, place: number, depth: number): number {
  for (let back = 0; back < depth; back++) {
    const wanted = key[back]!;
    const token = text[place - back]!;
    if (wanted !== token) return wanted - token;
    if (token === END) return 0;
  }
  return 0;
}

/** How many tokens key and left context share, 0 … CONTEXT_DEPTH. */
export function sharedTokens(key: ContextKey, text: Int32Array, place: number): number {
  let back = 0;
  while (back < CONTEXT_DEPTH && key[back] !== END && key[back] === text[place - back]) back++;
  return back;
}

/** True when key and left context share `least` tokens or more; looks at the deepest first, where they differ. */
export function sharesAtLeast(key: ContextKey, text: Int32Array, place: number, least: number): boolean {
  for (let back = least - 1; back >= 0; back--) if (key[back] !== text[place - back]) return false;
  return true;
}

/** Order of two places by their left contexts from `depth` tokens back on, then by place. */
export function comparePlaces(text: Int32Array, a: number, b: number, depth = 0): number {
  for (let back = depth; back < CONTEXT_DEPTH; back++) {
    const left = text[a - back]!;
    const right = text[b - back]!;
    if (left !== right) return left - right;
    if (left === END) break;
  }
  return a - b;
}
