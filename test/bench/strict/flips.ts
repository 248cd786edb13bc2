// How often the most probable token of a position depends on whether it was evaluated alone or among others.
import type { TargetModel, TokenId } from "../../../core/laser/index.ts";

export interface Flips {
  positions: number;
  /** Positions at which the arg-max differs. */
  flipped: number;
  /** Positions at which any of the COMPARED largest logits differs. */
  different: number;
  largestDifference: number;
}

const COMPARED = 8;
const BATCH_TOKENS = 16;

export const noFlips = (): Flips => ({ positions: 0, flipped: 0, different: 0, largestDifference: 0 });

/**
 * Walks along an answer: BATCH_TOKENS positions in one evaluation, then each of them alone by `threads` threads.
 * @param into by position: below `split`, and from it on
 */
export async function countFlips(
  target: TargetModel,
  prompt: Int32Array,
  answer: readonly TokenId[],
  threads: number,
  split: number,
  into: readonly [Flips, Flips],
): Promise<void> {
  const signal = { aborted: false };
  const sequence = Int32Array.from([...prompt, ...answer]);
  const rows = { rows: "all", topK: COMPARED, threads, signal } as const;
  const first = prompt.length - 1;
  await target.rollback(0);
  await target.evaluate(sequence.subarray(0, first), { rows: "none", topK: 0, signal });
  for (let from = first; from + BATCH_TOKENS <= sequence.length; from += BATCH_TOKENS) {
    const together = await target.evaluate(sequence.slice(from, from + BATCH_TOKENS), rows);
    await target.rollback(from);
    for (let i = 0; i < BATCH_TOKENS; i++) {
      const alone = await target.evaluate(sequence.slice(from + i, from + i + 1), rows);
      const flips = into[from + i < split ? 0 : 1];
      let difference = 0;
      for (let j = 0; j < COMPARED; j++)
        difference = Math.max(
          difference,
          Math.abs(alone.logits[j]! - together.logits[i * together.width + j]!),
        );
      flips.positions++;
      if (alone.ids[0] !== together.ids[i * together.width]) flips.flipped++;
      if (difference > 0) flips.different++;
      flips.largestDifference = Math.max(flips.largestDifference, difference);
    }
  }
}
