// T(n, threads) as a run really paid it. A table is measured in a few seconds before the run; what a machine does in the
// minutes after may differ, and a clairvoyant planner must pay what the others paid. It must not know how answers came about.
import { CostModel, type CostTable } from "../laser/index.ts";

/** One evaluation of a run. */
export interface Evaluation {
  readonly tokens: number;
  readonly threads: number;
  readonly contextTokens: number;
  readonly ms: number;
}

/** With fewer evaluations, a mean says little. */
const LEAST_SEEN = 20;

/**
 * The table with each point scaled by Σ observed ÷ Σ expected ms of its evaluations. A point with fewer than 20 takes
 * the scale of the nearest count of the same threads that has as many, and where there is none stays as it was measured.
 */
export function observedCosts(table: CostTable, evaluations: readonly Evaluation[]): CostTable {
  const model = new CostModel(table, true);
  const counts = model.measuredTokens;
  const sums = new Map<string, { observed: number; expected: number; seen: number }>();
  for (const { tokens, threads, contextTokens, ms } of evaluations) {
    const key = keyOf(counts.find((count) => count >= tokens) ?? counts.at(-1)!, threads);
    const sum = sums.get(key) ?? { observed: 0, expected: 0, seen: 0 };
    sum.observed += ms;
    sum.expected += model.expectedMs(tokens, threads, contextTokens);
    sum.seen++;
    sums.set(key, sum);
  }
  const scaleOf = (tokens: number, threads: number): number => {
    const byDistance = [...counts].sort((a, b) => Math.abs(a - tokens) - Math.abs(b - tokens));
    for (const count of byDistance) {
      const sum = sums.get(keyOf(count, threads));
      if (sum !== undefined && sum.seen >= LEAST_SEEN) return sum.observed / sum.expected;
    }
    return 1;
  };
  return {
    points: table.points.map((point) => {
      const scale = scaleOf(point.tokens, point.threads);
      return {
        ...point,
        baseMs: point.baseMs * scale,
        msPerContextToken: point.msPerContextToken * scale,
      };
    }),
  };
}

function keyOf(tokens: number, threads: number): string {
  return `${tokens} ${threads}`;
}
