// Verifies from scratch the invariants that a pool's fast paths rely on, for tests. Changes nothing.
import type { SearchablePool } from "./collect.ts";
import { compareOffsets, CONTEXT_DEPTH, END } from "./leftContext.ts";
import { hasNext } from "./sort.ts";

/** Problems as sentences; empty when sound. */
export function checkPool(pool: SearchablePool, textLength: number, liveTokens: number): string[] {
  return [...entryProblems(pool, textLength, liveTokens), ...orderProblems(pool, textLength)];
}

function entryProblems({ text, table }: SearchablePool, textLength: number, liveTokens: number): string[] {
  const problems: string[] = [];
  let live = 0;
  let evicted = 0;
  for (let offset = 0; offset < CONTEXT_DEPTH; offset++)
    if (text[offset] !== END) problems.push(`offset ${offset}, before the text, holds ${text[offset]}`);
  for (let slot = 0; slot < table.slots; slot++) {
    const start = table.starts[slot]!;
    const end = table.starts[slot + 1]! - 1;
    if (text[end] !== END) problems.push(`entry ${table.ids[slot]} has no end`);
    if (slot > 0 && table.ids[slot]! <= table.ids[slot - 1]!)
      problems.push(`ids are not ascending at slot ${slot}`);
    for (let offset = start; offset < end; offset++) {
      if (text[offset]! < 0) problems.push(`entry ${table.ids[slot]} has an end inside it, at ${offset}`);
      if (table.slotOf(offset) !== slot) problems.push(`offset ${offset} leads to the wrong entry`);
    }
    if (table.evicted[slot] === 1) evicted++;
    else live += end - start;
  }
  if (table.starts[table.slots] !== textLength) problems.push("the entries don't fill the text");
  if (live !== liveTokens) problems.push(`${live} tokens are live, ${liveTokens} were counted`);
  if (evicted !== table.evictedCount) problems.push("the evicted entries are miscounted");
  return problems;
}

function orderProblems(pool: SearchablePool, textLength: number): string[] {
  const problems: string[] = [];
  const seen = new Uint8Array(textLength);
  const settledEnd = lastOffset(pool.settled, pool.settled.length);
  for (const [name, order, size] of [
    ["settled", pool.settled, pool.settled.length],
    ["recent", pool.recent, pool.recentSize],
  ] as const) {
    for (let rank = 0; rank < size; rank++) {
      const offset = order[rank]!;
      if (seen[offset] !== 0) problems.push(`offset ${offset} appears twice`);
      seen[offset] = 1;
      if (rank > 0 && compareOffsets(pool.text, order[rank - 1]!, offset) >= 0)
        problems.push(`${name} rank ${rank} is out of order`);
      if (name === "recent" && offset <= settledEnd)
        problems.push(`recent offset ${offset} is older than the settled ones`);
    }
  }
  for (let offset = 0; offset < textLength; offset++)
    if ((seen[offset] === 1) !== hasNext(pool.text, offset))
      problems.push(`offset ${offset} is missing or superfluous`);
  return problems;
}

function lastOffset(order: Int32Array, size: number): number {
  let last = -1;
  for (let rank = 0; rank < size; rank++) last = Math.max(last, order[rank]!);
  return last;
}
