// Which evaluations give a token the same bits, whatever else is in the batch. A library has several kernels for a matrix
// product, and chooses by the type of the weights, the device and the number of tokens: with 16-bit weights a
// token alone gets different bits from the same token in a batch; with Q4_K every count that is not a
// multiple of 4 mixes two kernels.

/** Counts of tokens, ascending, that this many threads evaluate at once. */
export interface BatchSizes {
  readonly threads: number;
  readonly sizes: readonly number[];
}

/** Evaluations of one device and model that agree in the bits of every row, as measured. */
export interface BatchClass {
  /** Those that agree at any position. */
  readonly anywhere: readonly BatchSizes[];
  /** Others that agree as long as they end before a position; null if there are none. */
  readonly early: { readonly before: number; readonly counts: readonly BatchSizes[] } | null;
  /** Whether trees agree as well, with the kept path evaluated again. */
  readonly trees: boolean;
}

/** What a reproducible run evaluates. */
export interface Batches {
  /** The thread counts that may be used; null: any. */
  readonly threadChoices: readonly number[] | null;
  /** The least count, at least `tokens`, that may be evaluated after `keptTokens` tokens; Infinity if there is none. */
  sizeFor(tokens: number, threads: number, keptTokens: number): number;
  /** The same for a part of the prompt: at most `tokens` where more remain than the greatest count. */
  partFor(tokens: number, keptTokens: number): { readonly size: number; readonly threads: number };
}

/** Of a target whose rows never depend on the rest of the batch. */
export const ANY_BATCH: Batches = {
  threadChoices: null,
  sizeFor: (tokens) => tokens,
  partFor: () => {
    throw new Error("the prompt of such a target is split as any other");
  },
};

/** @param endTokens how many tokens and fillers fit into the context */
export function batchesOf({ anywhere, early }: BatchClass, endTokens: number): Batches {
  const threadChoices = anywhere.map(({ threads }) => threads);
  const fitting = (tokens: number, threads: number, keptTokens: number, end: number, counts = anywhere) => {
    const sizes = counts.find((one) => one.threads === threads)?.sizes ?? [];
    const size = sizes.find((one) => one >= tokens) ?? Infinity;
    return keptTokens + size <= end ? size : Infinity;
  };
  const sizeFor = (tokens: number, threads: number, keptTokens: number): number => {
    const size = fitting(tokens, threads, keptTokens, endTokens);
    if (early === null || size === tokens || keptTokens + tokens > early.before) return size;
    return Math.min(size, fitting(tokens, threads, keptTokens, early.before, early.counts));
  };
  return {
    threadChoices,
    sizeFor,
    partFor(tokens, keptTokens) {
      const widest = anywhere.reduce((best, one) => (one.sizes.at(-1)! >= best.sizes.at(-1)! ? one : best));
      const { threads, sizes } = widest;
      const padded = fitting(tokens, threads, keptTokens, endTokens);
      if (padded !== Infinity) return { size: padded, threads };
      // More than the greatest count, or no room for fillers.
      const size = sizes.findLast((one) => one <= tokens && keptTokens + one <= endTokens) ?? tokens;
      return { size, threads };
    },
  };
}

/** The fewest tokens that an evaluation of a class may have anywhere. */
export function leastSize({ anywhere }: BatchClass): number {
  return Math.min(...anywhere.map(({ sizes }) => sizes[0]!));
}
