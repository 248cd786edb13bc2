// Where a drafted token was found: the source of its votes, and the pool entries that continue with it.
import { SOURCE_OUTPUT, SOURCE_POOL, SOURCE_PROMPT } from "./chain.ts";
import { ENTRIES_PER_TOKEN } from "../draft.ts";
import type { Mixture } from "./mixture.ts";
import type { Candidates } from "../pool/candidates.ts";

/** The source of most of the token's votes; within the request's own text, that of its newest occurrence. */
export function sourceOf(mixture: Mixture, vote: number, promptTokens: number): number {
  if (mixture.overlayShares[vote]! * 2 < mixture.voteShares[vote]!) return SOURCE_POOL;
  return mixture.newestOffsets[vote]! + 1 < promptTokens ? SOURCE_PROMPT : SOURCE_OUTPUT;
}

/**
 * Writes up to ENTRIES_PER_TOKEN distinct entries that continue with the token, longest match first, as those of drafted
 * token `draftIndex`; −1 if there are fewer.
 */
export function writeEntries(
  entryIds: Int32Array,
  draftIndex: number,
  token: number,
  { nextTokens, entries, size }: Candidates,
): void {
  const base = draftIndex * ENTRIES_PER_TOKEN;
  entryIds.fill(-1, base, base + ENTRIES_PER_TOKEN);
  let count = 0;
  for (let i = 0; i < size && count < ENTRIES_PER_TOKEN; i++) {
    if (nextTokens[i] !== token) continue;
    let isKnown = false;
    for (let j = 0; j < count; j++) isKnown ||= entryIds[base + j] === entries[i];
    if (!isKnown) entryIds[base + count++] = entries[i]!;
  }
}
