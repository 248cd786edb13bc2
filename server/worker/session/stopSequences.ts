// Finds stop sequences in the bytes of the tokens that a run writes. A stop may begin in one token and end in another,
// and a character of it may be split over tokens: UTF-8 has no other place where its bytes match.
import type { StopCheck, TokenId } from "../../../core/laser/index.ts";

/** One stop, matched byte by byte (Knuth, Morris and Pratt). */
interface Pattern {
  readonly bytes: Uint8Array;
  /** fallback[n]: the length of the longest proper prefix of the first n bytes that they also end with. */
  readonly fallback: Int32Array;
}

/** @param bytesOf the bytes that a token adds to the text; none for a control token */
export function stopCheck(
  stops: readonly string[],
  bytesOf: (token: TokenId) => ArrayLike<number>,
): StopCheck | null {
  if (stops.length === 0) return null;
  const patterns = stops.map((stop) => patternOf(new TextEncoder().encode(stop)));
  let matched = new Int32Array(patterns.length);
  const read = (state: Int32Array, token: TokenId): boolean => {
    let isFound = false;
    for (const byte of Array.from(bytesOf(token)))
      for (const [at, pattern] of patterns.entries()) {
        state[at] = advance(pattern, state[at]!, byte);
        isFound ||= state[at] === pattern.bytes.length;
      }
    return isFound;
  };
  return {
    indexIn(tokens) {
      const state = matched.slice();
      return Array.from(tokens).findIndex((token) => read(state, token));
    },
    commit(tokens) {
      const state = matched.slice();
      const found = tokens.map((token) => read(state, token));
      matched = state;
      return found.includes(true);
    },
  };
}

function advance({ bytes, fallback }: Pattern, before: number, byte: number): number {
  let length = before;
  while (length > 0 && (length === bytes.length || bytes[length] !== byte)) length = fallback[length]!;
  return bytes[length] === byte ? length + 1 : 0;
}

function patternOf(bytes: Uint8Array): Pattern {
  const fallback = new Int32Array(bytes.length + 1);
  let length = 0;
  for (let at = 1; at < bytes.length; at++) {
    while (length > 0 && bytes[at] !== bytes[length]) length = fallback[length]!;
    if (bytes[at] === bytes[length]) length++;
    fallback[at + 1] = length;
  }
  return { bytes, fallback };
}
