// Making room in a pool: which entries go, and how places move when they are gone. Works in place, so that compacting
// needs little memory beside the pool. It must not know candidates.
import type { Searched } from "./collect.ts";
import type { EntryTable } from "./entries.ts";

/** Evicts the entries used least recently, the oldest first among equals, until the budget is kept; returns their slots. */
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
 * Moves the text of entries that stay together and drops and renumbers places accordingly. Entries keep their order,
 * so the places stay sorted. The table is left as it was: the caller drops its evicted entries next.
 */
export function moveTogether(pool: Searched): { settledSize: number; recentSize: number } {
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
    const place = order[rank]!;
    const slot = table.slotOf(place);
    if (table.evicted[slot] === 0) order[kept++] = place - shifts[slot]!;
  }
  return kept;
}
