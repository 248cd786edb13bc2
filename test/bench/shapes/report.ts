// T(n) of one model as a table of short texts and as an object.
import { quantile } from "../../../server/bench/index.ts";
import type { Times } from "./timing.ts";

export interface Spread {
  readonly median: number;
  readonly p10: number;
  readonly p90: number;
  readonly samples: number;
}

export function spreadOf(ms: readonly number[]): Spread | null {
  if (ms.length === 0) return null;
  const sorted = Float64Array.from(ms).sort();
  const at = (share: number) => quantile(sorted, share);
  return { median: at(0.5), p10: at(0.1), p90: at(0.9), samples: ms.length };
}

/** One engine's times, by n. */
export function figuresOf(times: readonly Times[]): readonly object[] {
  const one = times.find(({ tokens }) => tokens === 1);
  const single = one === undefined ? Number.NaN : spreadOf(one.same)!.median;
  return times.map(({ tokens, same, afterOne, tree, keep }) => ({
    tokens,
    same: spreadOf(same),
    afterOne: spreadOf(afterOne),
    tree: spreadOf(tree),
    keep: spreadOf(keep),
    sameToOne: spreadOf(same)!.median / single,
  }));
}

/** Lines of a table, medians with the 10th and 90th percentile. */
export function tableOf(engine: string, times: readonly Times[]): readonly string[] {
  const one = times.find(({ tokens }) => tokens === 1);
  const single = one === undefined ? null : spreadOf(one.same)!.median;
  const hasTrees = times.some(({ tree }) => tree.length > 0);
  const columns = ["n", "same n, ms", "÷ T(1)", "after 1, ms", ...(hasTrees ? ["tree, ms", "keep, ms"] : [])];
  const rows = times.map(({ tokens, same, afterOne, tree, keep }) => [
    String(tokens),
    written(same),
    single === null ? "–" : (spreadOf(same)!.median / single).toFixed(2),
    written(afterOne),
    ...(hasTrees ? [written(tree), written(keep)] : []),
  ]);
  const lines = [columns, ...rows];
  const widths = columns.map((_, i) => Math.max(...lines.map((line) => line[i]!.length)));
  return [engine, ...lines.map((line) => line.map((cell, i) => cell.padStart(widths[i]!)).join("  "))];
}

function written(ms: readonly number[]): string {
  const spread = spreadOf(ms);
  if (spread === null) return "–";
  return `${spread.median.toFixed(2)} (${spread.p10.toFixed(2)}–${spread.p90.toFixed(2)})`;
}
