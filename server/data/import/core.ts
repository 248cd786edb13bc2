// The k-core: the largest set of interactions in which every user and every item has at least k of them.
import { FIELDS, type Block } from "./interactionFile.ts";

/** Who is kept. */
export interface Core {
  /** Interactions of each user that are kept; 0 for a user who is not. */
  readonly userCounts: Uint32Array;
  readonly itemCounts: Uint32Array;
  readonly interactions: number;
  /** Passes over the interactions until nothing changed. */
  readonly passes: number;
}

/**
 * Drops users and items with fewer than `k` interactions until none is left to drop. What is left doesn't depend on the
 * order: any set with this property is contained in it. k = 1 drops those
 * without any interaction; k = 0 keeps all.
 * `read` gives all interactions, each time from the start.
 */
export async function coreOf(
  read: () => AsyncIterable<Block>,
  users: number,
  items: number,
  k: number,
): Promise<Core> {
  const keepsUser = new Uint8Array(users).fill(1);
  const keepsItem = new Uint8Array(items).fill(1);
  const userCounts = new Uint32Array(users);
  const itemCounts = new Uint32Array(items);
  for (let passes = 1; ; passes++) {
    userCounts.fill(0);
    itemCounts.fill(0);
    let interactions = 0;
    for await (const block of read()) {
      for (let at = 0; at < block.length; at += FIELDS) {
        const [user, item] = [block[at]!, block[at + 1]!];
        if (keepsUser[user] === 0 || keepsItem[item] === 0) continue;
        userCounts[user]!++;
        itemCounts[item]!++;
        interactions++;
      }
    }
    const dropped = drop(keepsUser, userCounts, k) + drop(keepsItem, itemCounts, k);
    if (dropped === 0) return { userCounts, itemCounts, interactions, passes };
  }
}

/** How many of those dropped had interactions. */
function drop(keeps: Uint8Array, counts: Uint32Array, k: number): number {
  let dropped = 0;
  for (let index = 0; index < keeps.length; index++) {
    if (keeps[index] === 0 || counts[index]! >= k) continue;
    keeps[index] = 0;
    if (counts[index]! > 0) dropped++;
  }
  return dropped;
}
