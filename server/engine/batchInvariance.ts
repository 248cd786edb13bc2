// Where evaluating a token alone gives the same bits as evaluating it in a batch; the same for both engines, which run
// the same kernels.

/**
 * With flash attention on CPU and several threads, a token evaluated alone goes through another attention kernel from
 * this position on (the cache is padded to 256 cells, and 512 or more are split between threads): logits then differ
 * by up to 0.6. With one thread, or before this position, they are the same bits for 1, 2, 4 … 16 tokens at contexts of
 * 40 … 600 (our measurement, SmolLM2-135M Q4_0, node-llama-cpp 3.22.1).
 */
const CPU_SPLIT_FROM_POSITION = 256;

/** For CPU alone: not measured on other devices, where the worst must be assumed. */
export function isBatchInvariantOnCpu(position: number, threads: number): boolean {
  return threads === 1 || position < CPU_SPLIT_FROM_POSITION;
}

/**
 * From one more token on, flash attention on CPU goes through another kernel, alone or in company: 2 … 48 tokens give
 * the bits of one at contexts of 100 and 300, 64 do not (our measurement, as above).
 */
export const MAX_INVARIANT_TOKENS_ON_CPU = 63;
