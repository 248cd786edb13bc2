// T(n, threads) as observed in a run. A table is measured in a few seconds before the run; the machine may
// behave differently in the minutes after, and a clairvoyant planner must pay what the others paid.
import { CostModel, type CostPoint, type CostTable } from "../../core/laser/index.ts";

/** One evaluation of a run. */
export interface Evaluation {
  readonly tokens: number;
  readonly threads: number;
  readonly contextTokens: number;
  readonly ms: number;
}

/** With fewer evaluations, a mean is too noisy. */
const MIN_SEEN = 20;

/**
 * The table with each point scaled by Σ observed ÷ Σ expected ms of its evaluations. A point with fewer than 20 of
 * them uses the scale of the nearest token count with the same threads that has enough, or else stays as measured.
 */
export function observedCosts(table: CostTable, evaluations: readonly Evaluation[]): CostTable {
  const model = new CostModel(table, true);
  const sums = new Map(table.points.map((point) => [point, { observed: 0, expected: 0, seen: 0 }]));
  for (const { tokens, threads, contextTokens, ms } of evaluations) {
    const sum = sums.get(model.pointFor(tokens, threads))!;
    sum.observed += ms;
    sum.expected += model.expectedMs(tokens, threads, contextTokens);
    sum.seen++;
  }
  const scaleOf = ({ tokens, threads }: CostPoint): number => {
    const seen = table.points.filter(
      (point) => point.threads === threads && sums.get(point)!.seen >= MIN_SEEN,
    );
    const [nearest] = seen.sort((a, b) => Math.abs(a.tokens - tokens) - Math.abs(b.tokens - tokens));
    if (nearest === undefined) return 1;
    const { observed, expected } = sums.get(nearest)!;
    return observed / expected;
  };
  return {
    points: table.points.map((point) => {
      const scale = scaleOf(point);
      return {
        ...point,
        baseMs: point.baseMs * scale,
        msPerContextToken: point.msPerContextToken * scale,
      };
    }),
  };
}
