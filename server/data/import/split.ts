// Splits by time: which interactions belong to train, valid and test.
import type { Block } from "./interactionFile.ts";

export const PARTS = ["train", "valid", "test"] as const;
export type Part = (typeof PARTS)[number];

export type Split =
  /** Of each user the last interaction is for test, the one before for valid. */
  | { readonly kind: "last" }
  /** All interactions up to a moment are for train, those up to a later one for valid. Shares are those of train and valid. */
  | { readonly kind: "time"; readonly train: number; readonly valid: number }
  /** Of each user the first interactions are for train, the next for valid; shares of that user's own. */
  | { readonly kind: "user"; readonly train: number; readonly valid: number };

/** Assigns a part (an index of PARTS) to records that come by user, then time. */
export type Assign = (block: Block, at: number) => number;

/**
 * How interactions are assigned. With "last", a user with fewer than three keeps them all for train. With "time", those
 * of one moment are never divided, so that a share is met as nearly as that allows, from above. With "user", the numbers for
 * train and for train and valid together are rounded down, but train has one at least.
 * `userCounts`: how many of each user are kept. `times` gives the times of what is kept, in any order, in blocks.
 */
export async function assigner(
  split: Split,
  userCounts: Uint32Array,
  times: () => AsyncIterable<Float64Array>,
): Promise<Assign> {
  switch (split.kind) {
    case "last":
      return byPlace((place, count) => (count < 3 ? 0 : Math.max(0, 3 - (count - place))), userCounts);
    case "user":
      return byPlace((place, count) => {
        const train = Math.max(1, Math.floor(split.train * count));
        return place < train ? 0 : place < Math.floor((split.train + split.valid) * count) ? 1 : 2;
      }, userCounts);
    case "time": {
      const lastOfTrain = await quantile(times, split.train);
      const lastOfValid = await quantile(times, split.train + split.valid);
      return (block, at) => {
        const time = block[at + 3]!;
        return time <= lastOfTrain ? 0 : time <= lastOfValid ? 1 : 2;
      };
    }
  }
}

/** @param partOf the part of a user's interaction by its place, from 0, and how many the user has */
function byPlace(partOf: (place: number, count: number) => number, userCounts: Uint32Array): Assign {
  let [user, place] = [-1, 0];
  return (block, at) => {
    place = block[at] === user ? place + 1 : 0;
    user = block[at]!;
    return partOf(place, userCounts[user]!);
  };
}

const CELLS = 65_536;

/** The least time up to which at least this share lies, found in a few passes: memory doesn't grow with the number. */
async function quantile(times: () => AsyncIterable<Float64Array>, share: number): Promise<number> {
  let [low, high, total] = [Infinity, -Infinity, 0];
  for await (const block of times()) {
    for (const time of block) {
      if (time < low) low = time;
      if (time > high) high = time;
    }
    total += block.length;
  }
  const wanted = Math.max(1, Math.ceil(share * total));
  let below = 0;
  // Whole milliseconds, so that the cells come down to single ones.
  while (low < high) {
    const width = Math.ceil((high - low + 1) / CELLS);
    const counts = new Uint32Array(CELLS);
    for await (const block of times())
      for (const time of block) if (time >= low && time <= high) counts[Math.floor((time - low) / width)]!++;
    let cell = 0;
    while (below + counts[cell]! < wanted) below += counts[cell++]!;
    low += cell * width;
    high = Math.min(high, low + width - 1);
  }
  return low;
}
