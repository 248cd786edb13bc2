// Compaction of a pool: which entries are evicted, and how offsets move when they are gone. Works in place, so it
// needs little memory besides the pool.
import type { SearchablePool } from "./collect.ts";
import type { EntryTable } from "./entries.ts";

/** Evicts least recently used entries, the oldest first among equals, until the budget is met; returns their slots. */
export function evictLeastUsed(table: EntryTable, liveTokens: number, budgetTokens: number): number[] {
  if (liveTokens <= budgetTokens) return [];
  const slots = new Uint32Array(table.slots);
  for (let slot = 0; slot < slots.length; slot++) slots[slot] = slot;
  slots.sort((a, b) => table.lastUse[a]! - table.lastUse[b]! || a - b);
  const gone: number[] = [];
  let left = liveTokens;
  for (let i = 0; i < slots.length && left > budgetTokens; i++) {
    const slot = slots[i]!;
    if (table.evicted[slot] === 1) continue;
    table.evict(slot);
    left -= table.tokensOf(slot);
    gone.push(slot);
  }
  return gone;
}

/**
 * Closes the gaps that evicted entries leave in the text, and drops and renumbers offsets accordingly. Entries keep
 * their order, so the offsets stay sorted. The table is not changed: the caller drops its evicted entries next.
 */
export function compactText(pool: SearchablePool): { settledSize: number; recentSize: number } {
  const { text, table } = pool;
  const shifts = new Int32Array(table.slots);
  let shift = 0;
  for (let slot = 0; slot < table.slots; slot++) {
    shifts[slot] = shift;
    if (table.evicted[slot] === 1) shift += table.tokensOf(slot) + 1;
  }
  const settledSize = renumber(table, shifts, pool.settled, pool.settled.length);
  const recentSize = renumber(table, shifts, pool.recent, pool.recentSize);
  for (let slot = 0; slot < table.slots; slot++) {
    const start = table.starts[slot]!;
    if (table.evicted[slot] === 0 && shifts[slot]! > 0)
      text.copyWithin(start - shifts[slot]!, start, table.starts[slot + 1]);
  }
  return { settledSize, recentSize };
}

function renumber(table: EntryTable, shifts: Int32Array, order: Int32Array, size: number): number {
  let kept = 0;
  for (let rank = 0; rank < size; rank++) {
    const offset = order[rank]!;
    const slot = table.slotOf(offset);
    if (table.evicted[slot] === 0) order[kept++] = offset - shifts[slot]!;
  }
  return kept;
}
