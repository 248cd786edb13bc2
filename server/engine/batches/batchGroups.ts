// Groups batches by the bits of their first row, and says which group is worth staying in.
import type { CostModel } from "../../../core/laser/index.ts";

/** One way to evaluate. */
export interface Batch {
  readonly threads: number;
  readonly tokens: number;
}

/** @param rows the first row of each batch, as text that is equal where all bits are */
export function groupsOf(rows: ReadonlyMap<Batch, string>): readonly (readonly Batch[])[] {
  const groups = new Map<string, Batch[]>();
  for (const [batch, row] of rows) groups.set(row, [...(groups.get(row) ?? []), batch]);
  return [...groups.values()];
}

/** The assumed typical answer: every other step has a draft, of which this many tokens, root included, are kept. */
const KEPT_TOKENS = 8;

/** Groups by the rate at which tokens would be committed, greatest first. */
export function bestFirst(
  groups: readonly (readonly Batch[])[],
  costs: CostModel,
): readonly (readonly Batch[])[] {
  return groups
    .map((group) => ({ group, rate: rateOf(group, costs) }))
    .sort((a, b) => b.rate - a.rate)
    .map(({ group }) => group);
}

/** Tokens per ms. Example: counts of 2 … 16 commit 1 token by 2, or 8 by 8. */
function rateOf(group: readonly Batch[], costs: CostModel): number {
  const ms = ({ tokens, threads }: Batch): number => costs.expectedMs(tokens, threads, 0);
  const ascending = [...group].sort((a, b) => a.tokens - b.tokens);
  const least = ascending[0]!;
  const drafted = ascending.find(({ tokens }) => tokens >= KEPT_TOKENS) ?? ascending.at(-1)!;
  return (1 + Math.min(KEPT_TOKENS, drafted.tokens)) / (ms(least) + ms(drafted));
}
