// Times complete draft calls after shuffled places of texts that no pool holds.
import type { Drafter } from "../../../core/laser/index.ts";
import { seededRandom } from "../../support/random.ts";

export const DRAFT_TOKENS = 15;
/** Context tokens in front of a query, at least. */
const MIN_CONTEXT = 20;

export interface Latencies {
  /** Microseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly most: number;
  /** Mean tokens drafted per call. */
  readonly drafted: number;
}

/**
 * One pass: `queries` places in their own order, each with the text before it as this request's own. Only the
 * draft call is timed: overlay, pool, provenance, the copy that outlives the step, and what garbage collection falls in it.
 */
export function timeDrafts(
  drafter: Drafter,
  texts: readonly Int32Array[],
  queries: number,
  seed: number,
): Latencies {
  const random = seededRandom(seed);
  const times = new Float64Array(queries);
  let drafted = 0;
  for (let query = 0; query < queries; query++) {
    const text = random.pick(texts);
    drafter.begin(text.subarray(0, MIN_CONTEXT + random.below(text.length - MIN_CONTEXT)));
    const begun = performance.now();
    const draft = drafter.draft(DRAFT_TOKENS);
    times[query] = (performance.now() - begun) * 1000;
    drafted += draft.length;
  }
  times.sort();
  const at = (share: number): number => times[Math.min(queries - 1, Math.floor(queries * share))]!;
  return {
    p50: at(0.5),
    p99: at(0.99),
    p999: at(0.999),
    most: times[queries - 1]!,
    drafted: drafted / queries,
  };
}
