// Removes entries of a pool with their texts: the least used ones beyond a budget, and those of a key that is to be
// forgotten.
import type { PoolEntry } from "./poolEntries.ts";
import type { StoredPool } from "./poolFile.ts";

/** Tokens of answers, without the openings before them. Infinity: no limit. */
export interface PoolBudget {
  /** For all entries together. */
  readonly totalTokens: number;
  /** For each group; entries without a group count as one. */
  readonly groupTokens: number;
  /** Which go first: those last used longest ago, which is meant if omitted, or those that the fewest answers used. */
  readonly order?: EvictionOrder;
}

export const EVICTION_ORDERS = ["last-used", "least-used"] as const;
export type EvictionOrder = (typeof EVICTION_ORDERS)[number];

/** How many answers are known to have used an entry. */
export function usesOf({ uses = 0 }: Pick<PoolEntry, "uses">): number {
  return uses;
}

/** Tokens of each answer, in the order of the entries, without the opening. Compacts the pool. */
export function answerTokens({ pool, opening }: StoredPool): Int32Array {
  return pool.arrays().entryTokens.map((tokens) => tokens - opening.length);
}

/**
 * Evicts entries in the budget's order, the oldest first among equals: in each group until it meets the group's
 * budget, then among all remaining ones until they meet the total. Changes the pool, which is compact afterwards.
 * @returns the pool with the remaining entries
 */
export function evictToBudget(
  stored: StoredPool,
  { totalTokens, groupTokens, order = "last-used" }: PoolBudget,
): StoredPool {
  const tokens = answerTokens(stored);
  const { lastUse } = stored.pool.arrays();
  const gone = new Set<number>();
  const fewerUses = (a: number, b: number): number =>
    order === "least-used" ? usesOf(stored.entries[a]!) - usesOf(stored.entries[b]!) : 0;
  const shrink = (slots: readonly number[], budgetTokens: number): void => {
    let left = slots.reduce((sum, slot) => sum + tokens[slot]!, 0);
    const leastFirst = slots.toSorted((a, b) => fewerUses(a, b) || lastUse[a]! - lastUse[b]! || a - b);
    for (const slot of leastFirst) {
      if (left <= budgetTokens) return;
      gone.add(slot);
      left -= tokens[slot]!;
    }
  };
  for (const slots of slotsByGroup(stored.entries).values()) shrink(slots, groupTokens);
  shrink(
    [...stored.entries.keys()].filter((slot) => !gone.has(slot)),
    totalTokens,
  );
  return without(stored, gone);
}

/** Removes the entries of exactly this key. Changes the pool, which is compact afterwards. */
export function forgetKey(stored: StoredPool, key: string): StoredPool {
  const slots = stored.entries.flatMap((entry, slot) => (entry.key === key ? [slot] : []));
  return without(stored, new Set(slots));
}

function slotsByGroup(entries: readonly PoolEntry[]): Map<string | null, number[]> {
  const groups = new Map<string | null, number[]>();
  entries.forEach(({ group }, slot) => {
    const slots = groups.get(group);
    if (slots === undefined) groups.set(group, [slot]);
    else slots.push(slot);
  });
  return groups;
}

/** Removes the entries in these slots. Changes the pool, which is compact afterwards. */
export function without(stored: StoredPool, gone: ReadonlySet<number>): StoredPool {
  const { pool } = stored;
  const { ids } = pool.arrays();
  // Numbers are read before any entry is evicted, because compacting renumbers them.
  for (const id of Array.from(gone, (slot) => ids[slot]!)) pool.evict(id);
  pool.compact();
  return { ...stored, entries: stored.entries.filter((_, slot) => !gone.has(slot)) };
}
