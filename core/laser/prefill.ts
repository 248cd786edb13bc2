// How the tokens before the first root are split for evaluation. Kernels give different bits for different batch sizes,
// and a run that continues an earlier one must get the same bits as that one.
import type { Batches } from "./batchClass.ts";

/** Tokens evaluated between two checks of the signal. */
const CHUNK_TOKENS = 128;
/** Answer tokens evaluated at once: as many as a step would. From 48 on, another kernel is used. */
const INHERITED_CHUNK_TOKENS = 16;

/** One evaluation. */
export interface PrefillChunk {
  readonly tokens: Int32Array;
  /** How many of them stay; the tokens after these, if any, are fillers. */
  readonly keptTokens: number;
  /** The target's own default if omitted. */
  readonly threads?: number;
}

/** The tokens of the earlier prompt as any run splits them. Example: 200 tokens give 128 and 72. */
function* promptChunks(tokens: Int32Array, threads: number | undefined): Generator<PrefillChunk> {
  for (let at = 0; at < tokens.length; at += CHUNK_TOKENS) {
    const chunk = tokens.subarray(at, at + CHUNK_TOKENS);
    yield { tokens: chunk, keptTokens: chunk.length, ...(threads !== undefined && { threads }) };
  }
}

/**
 * What an earlier run wrote, in evaluations of the class that its steps had. Example: with counts of 4, 8 and 12, 30 tokens
 * give 12, 12 and 8, of which 2 are fillers.
 */
function* classChunks(prompt: Int32Array, from: number, batches: Batches): Generator<PrefillChunk> {
  const end = prompt.length - 1;
  for (let at = from; at < end;) {
    const { size, threads } = batches.partFor(end - at, at);
    const tokens = new Int32Array(size).fill(prompt[end]!);
    tokens.set(prompt.subarray(at, at + size));
    const keptTokens = Math.min(size, end - at);
    yield { tokens, keptTokens, threads };
    at += keptTokens;
  }
}

/**
 * The tokens of the earlier prompt, which every run of it splits in the same way, then those that the earlier run wrote: in
 * evaluations of the class of a reproducible run, else in the sizes of steps and never alone. Example: 200 prompt tokens and
 * 20 inherited ones give 128, 71, 16 and 4.
 */
export function* prefillChunks(
  prompt: Int32Array,
  inheritedTokens: number,
  batches: Batches | null = null,
): Generator<PrefillChunk> {
  const end = prompt.length - 1;
  const ownEnd = end - inheritedTokens; // The last token of the earlier run's prompt was evaluated by its first step.
  const isClassed = batches !== null && batches.threadChoices !== null;
  yield* promptChunks(
    prompt.subarray(0, ownEnd),
    isClassed ? batches.partFor(CHUNK_TOKENS, 0).threads : undefined,
  );
  if (isClassed) {
    yield* classChunks(prompt, ownEnd, batches);
    return;
  }
  for (let at = ownEnd; at < end;) {
    const left = end - at;
    // Never leaves a single token over.
    const keptTokens = left <= INHERITED_CHUNK_TOKENS ? left : Math.min(INHERITED_CHUNK_TOKENS, left - 2);
    const tokens = prompt.subarray(at, at + Math.max(2, keptTokens)); // A single token takes the root as filler.
    yield { tokens, keptTokens };
    at += keptTokens;
  }
}
