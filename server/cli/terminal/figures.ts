// Figures of runs as short texts, each with its denominator.
import { shareWords, type TraceMetrics } from "../../../core/trace/index.ts";

export const NOT_MEASURED = "not measured";

export function decimals(value: number | null, digits: number): string {
  return value === null ? NOT_MEASURED : value.toFixed(digits);
}

/** "62 % (57/92)", as the editor writes it: a share is never shown without its denominator. */
export function shareOf(numerator: number, denominator: number): string {
  if (denominator === 0) return "none of 0";
  return `${shareWords(numerator / denominator)} (${numerator}/${denominator})`;
}

/** "kept 62 % (57/92) of the drafted tokens": accepted and relaxed ones. */
export function keptOf(kept: number, drafted: number): string {
  return drafted === 0 ? "nothing drafted" : `kept ${shareOf(kept, drafted)} of the drafted tokens`;
}

/** "3.40 (204/60)": committed tokens per step, draftless steps included, prefill excluded. */
export function edlOf({ edl, committed, steps }: TraceMetrics): string {
  return edl === null ? NOT_MEASURED : `${edl.toFixed(2)} (${committed}/${steps})`;
}

export function ratioOf(value: number | null, baseline: number | null): string {
  return value === null || baseline === null ? NOT_MEASURED : `${(value / baseline).toFixed(2)}×`;
}
