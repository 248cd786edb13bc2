// How the tokens before the first root are cut for evaluation. Kernels give other bits for other sizes, and what a run
// hands on must be the bits that a later run gets again. It must not know targets or steps.

/** Tokens evaluated between two looks at the signal. */
const CHUNK_TOKENS = 128;
/** Answer tokens evaluated at once: as many as a step would. From 48 on another kernel is at work. */
const INHERITED_CHUNK_TOKENS = 16;

export interface PrefillChunk {
  readonly tokens: Int32Array;
  /** How many of them stay; one behind them is a filler. */
  readonly keptTokens: number;
}

/**
 * The prompt's own tokens as any run cuts them, then those that an earlier run wrote, in the sizes of its steps and never
 * alone. Example: 200 prompt tokens and 20 inherited ones give 128, 71, 16 and 4.
 */
export function* prefillChunks(prompt: Int32Array, inheritedTokens: number): Generator<PrefillChunk> {
  const end = prompt.length - 1;
  const ownEnd = end - inheritedTokens; // The last token of the earlier run's prompt was evaluated by its first step.
  for (let at = 0; at < ownEnd; at += CHUNK_TOKENS) {
    const tokens = prompt.subarray(at, Math.min(ownEnd, at + CHUNK_TOKENS));
    yield { tokens, keptTokens: tokens.length };
  }
  for (let at = ownEnd; at < end;) {
    const left = end - at;
    // What is left over is never one token.
    const keptTokens = left <= INHERITED_CHUNK_TOKENS ? left : Math.min(INHERITED_CHUNK_TOKENS, left - 2);
    const tokens = prompt.subarray(at, at + Math.max(2, keptTokens)); // One alone has the root behind it as filler.
    yield { tokens, keptTokens };
    at += keptTokens;
  }
}
