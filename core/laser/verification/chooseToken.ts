// The target's choice at one position: what plain decoding would commit there.
import { gumbel } from "../hash.ts";
import type { Sampling } from "../rules.ts";
import type { TokenId } from "../target.ts";
import { logSumExp, type ProcessedRow } from "./distribution.ts";

/**
 * The target's choice. At temperature 0 the first entry; above it a Gumbel-max draw, the largest l(v)/T + noise. The
 * noise depends only on seed, position and token: the draw is the same whatever was drafted, and swapping two
 * near-equal logits changes nothing else. Top-k, top-p and min-p truncate at temperature 1, before the draw.
 */
export function chooseToken(
  row: ProcessedRow,
  sampling: Sampling,
  position: number,
  isConstrained: boolean,
): TokenId {
  if (sampling.temperature === 0) return row.ids[0]!;
  // The allowed tokens form a distribution: top-p counts only their mass.
  const sum = isConstrained ? logSumExp(row.logits, row.size) : row.logSumExp;
  const size = truncatedSize(row, sampling, sum);
  let best = row.ids[0]!;
  let bestScore = -Infinity;
  for (let i = 0; i < size; i++) {
    const token = row.ids[i]!;
    const score = row.logits[i]! / sampling.temperature + gumbel(sampling.seed, position, token);
    if (score > bestScore || (score === bestScore && token < best)) {
      best = token;
      bestScore = score;
    }
  }
  return best;
}

/** How many entries remain after top-k, top-p and min-p; at least 1. */
function truncatedSize(row: ProcessedRow, sampling: Sampling, sum: number): number {
  let size = row.size;
  if (sampling.topK > 0) size = Math.min(size, sampling.topK);
  if (sampling.topP < 1) {
    const total = Math.exp(sum - row.logits[0]!);
    let mass = 0;
    let kept = 0;
    while (kept < size && mass < sampling.topP * total)
      mass += Math.exp(row.logits[kept++]! - row.logits[0]!);
    size = kept;
  }
  if (sampling.minP > 0) {
    const floor = row.logits[0]! + Math.log(sampling.minP);
    while (size > 1 && row.logits[size - 1]! < floor) size--;
  }
  return Math.max(1, size);
}
