// Splits by time: which interactions belong to train, valid and test.
import type { Block } from "./interactionFile.ts";

const PARTS = ["train", "valid", "test"] as const;
export type Part = (typeof PARTS)[number];

export type Split =
  /** Of each user the last interaction is for test, the one before for valid. */
  | { readonly kind: "last" }
  /** All interactions up to a moment are for train, those up to a later one for valid. Shares are those of train and valid. */
  | { readonly kind: "time"; readonly train: number; readonly valid: number };

/** Assigns a part (an index of PARTS) to records that come by user, then time. */
export type Assign = (block: Block, at: number) => number;

/**
 * How interactions are assigned. With "last", a user with fewer than three keeps them all for train. With "time", those
 * of one moment are never divided, so that a share is met as nearly as that allows, from above.
 * `userCounts`: how many of each user are kept. `times` gives the times of what is kept, in any order, in blocks.
 */
export async function assigner(
  split: Split,
  userCounts: Uint32Array,
  times: () => AsyncIterable<Float64Array>,
): Promise<Assign> {
  switch (split.kind) {
    case "last": {
      let user = -1;
      let position = 0;
      return (block, at) => {
        position = block[at] === user ? position + 1 : 0;
        user = block[at]!;
        const count = userCounts[user]!;
        if (count < 3) return 0;
        return Math.max(0, 3 - (count - position));
      };
    }
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
