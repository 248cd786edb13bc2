// A grammar as the core's constraint on tokens: a token is allowed where the grammar reads its bytes.
import type { TokenConstraint, TokenId } from "../laser/index.ts";
import { REFUSED, type Matcher } from "./matcher.ts";

/** The bytes that each token adds to an answer; none for a token that may not be part of one. */
export interface TokenBytes {
  readonly bytes: Uint8Array;
  /** By token: where its bytes begin; the last entry is where all end. */
  readonly offsets: Int32Array;
}

/** @param bytesOf the bytes of a token; null for one that may not be part of an answer, such as a control token */
export function tokenBytes(
  vocabularySize: number,
  bytesOf: (token: TokenId) => Uint8Array | null,
): TokenBytes {
  const parts = Array.from({ length: vocabularySize }, (_, token) => bytesOf(token));
  const offsets = new Int32Array(vocabularySize + 1);
  parts.forEach((part, token) => {
    offsets[token + 1] = offsets[token]! + (part?.length ?? 0);
  });
  const bytes = new Uint8Array(offsets[vocabularySize]!);
  parts.forEach((part, token) => {
    if (part !== null) bytes.set(part, offsets[token]);
  });
  return { bytes, offsets };
}

/** Its states are those of the matcher. A token without bytes is refused: it could be repeated forever. */
export function grammarConstraint(matcher: Matcher, { bytes, offsets }: TokenBytes): TokenConstraint {
  return {
    start: matcher.start,
    advance(state, token) {
      const end = offsets[token + 1] ?? 0;
      let at = offsets[token]!;
      if (!(at < end)) return REFUSED;
      let reached = state;
      for (; at < end && reached !== REFUSED; at++) reached = matcher.after(reached, bytes[at]!);
      return reached;
    },
    mayEnd: (state) => matcher.mayEnd(state),
    isComplete: (state) => matcher.isComplete(state),
  };
}
