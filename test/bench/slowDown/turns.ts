// Steps of a run during which a panel was alternately hidden and visible, made into comparisons.
import type { RatioPart } from "../../../server/bench/index.ts";

export interface Turn {
  /** From then on, in ms of the steps' clock, until the next turn. */
  readonly fromMs: number;
  readonly isVisible: boolean;
}

export interface TimedStep {
  readonly fromMs: number;
  readonly ms: number;
}

/**
 * One comparison per visible turn between two hidden ones: its mean ms per step over the mean of the neighbours'. Of
 * these only the nearer halves count, so that no step serves two comparisons, and as one half is before and one after,
 * effects that grow with the text cancel out. Steps within `settleMs` after the start of a turn are left out: there the
 * panel opens or
 * closes. Turns in which none is left give no comparison.
 */
export function comparisons(
  steps: readonly TimedStep[],
  turns: readonly Turn[],
  settleMs: number,
): readonly RatioPart[] {
  const spans = turns.slice(0, -1).map(({ fromMs, isVisible }, index) => ({
    from: fromMs + settleMs,
    to: turns[index + 1]!.fromMs,
    isVisible,
  }));
  return spans.flatMap((span, index) => {
    const [before, after] = [spans[index - 1], spans[index + 1]];
    if (!span.isVisible || before === undefined || after === undefined) return [];
    const visible = meanMs(steps, span.from, span.to);
    const hidden = [meanMs(steps, middle(before), before.to), meanMs(steps, after.from, middle(after))];
    const denominator = (hidden[0]! + hidden[1]!) / 2;
    return Number.isFinite(visible / denominator) ? [{ numerator: visible, denominator }] : [];
  });
}

function middle({ from, to }: { from: number; to: number }): number {
  return (from + to) / 2;
}

/** NaN if no step begins and ends in the span. */
function meanMs(steps: readonly TimedStep[], from: number, to: number): number {
  const within = steps.filter(({ fromMs, ms }) => fromMs >= from && fromMs + ms <= to);
  return within.reduce((sum, { ms }) => sum + ms, 0) / within.length;
}
