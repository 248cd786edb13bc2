// Verifies a pool's invariants from scratch, for tests: what the fast paths rely on. It must not change anything.
import type { Searched } from "./collect.ts";
import { comparePlaces, CONTEXT_DEPTH, END } from "./leftContext.ts";
import { goesOn } from "./sort.ts";

/** Problems as sentences; empty when sound. */
export function checkPool(pool: Searched, textLength: number, liveTokens: number): string[] {
  return [...entryProblems(pool, textLength, liveTokens), ...orderProblems(pool, textLength)];
}

function entryProblems({ text, table }: Searched, textLength: number, liveTokens: number): string[] {
  const problems: string[] = [];
  let live = 0;
  let evicted = 0;
  for (let place = 0; place < CONTEXT_DEPTH; place++)
    if (text[place] !== END) problems.push(`place ${place} before the text is ${text[place]}`);
  for (let slot = 0; slot < table.slots; slot++) {
    const start = table.starts[slot]!;
    const end = table.starts[slot + 1]! - 1;
    if (text[end] !== END) problems.push(`entry ${table.ids[slot]} has no end`);
    if (slot > 0 && table.ids[slot]! <= table.ids[slot - 1]!) problems.push(`ids fall at slot ${slot}`);
    for (let place = start; place < end; place++) {
      if (text[place]! < 0) problems.push(`entry ${table.ids[slot]} has an end inside, at ${place}`);
      if (table.slotOf(place) !== slot) problems.push(`place ${place} leads to a wrong entry`);
    }
    if (table.evicted[slot] === 1) evicted++;
    else live += end - start;
  }
  if (table.starts[table.slots] !== textLength) problems.push("the entries don't fill the text");
  if (live !== liveTokens) problems.push(`${live} tokens are live, ${liveTokens} were counted`);
  if (evicted !== table.evictedCount) problems.push("the evicted entries are miscounted");
  return problems;
}

function orderProblems(pool: Searched, textLength: number): string[] {
  const problems: string[] = [];
  const seen = new Uint8Array(textLength);
  const settledEnd = lastPlace(pool.settled, pool.settled.length);
  for (const [name, order, size] of [
    ["settled", pool.settled, pool.settled.length],
    ["recent", pool.recent, pool.recentSize],
  ] as const) {
    for (let rank = 0; rank < size; rank++) {
      const place = order[rank]!;
      if (seen[place] !== 0) problems.push(`place ${place} stands twice`);
      seen[place] = 1;
      if (rank > 0 && comparePlaces(pool.text, order[rank - 1]!, place) >= 0)
        problems.push(`${name} rank ${rank} is out of order`);
      if (name === "recent" && place <= settledEnd)
        problems.push(`recent place ${place} is older than the settled`);
    }
  }
  for (let place = 0; place < textLength; place++)
    if ((seen[place] === 1) !== goesOn(pool.text, place))
      problems.push(`place ${place} is missing or too much`);
  return problems;
}

function lastPlace(order: Int32Array, size: number): number {
  let last = -1;
  for (let rank = 0; rank < size; rank++) last = Math.max(last, order[rank]!);
  return last;
}
