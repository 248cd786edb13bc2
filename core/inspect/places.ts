// Acceptance by depth in the draft: how much of what was drafted there was judged and kept. Pure.
import { depthsOf, type TraceStep } from "../trace/index.ts";

/** The fate of the tokens drafted at one depth, over all steps whose drafts reach it. */
export interface PlaceCounts {
  /** Their depth: 0 = directly after the root. In a chain, their position. */
  readonly place: number;
  /** Steps whose drafts reach this depth; at least 1. In chains, as many as `drafted`. */
  readonly steps: number;
  /** Tokens that were sent at this depth; at least 1. */
  readonly drafted: number;
  /** Only those that follow kept tokens: drafted − unreached. */
  readonly judged: number;
  readonly accepted: number;
  readonly relaxed: number;
  /** accepted + relaxed. */
  readonly kept: number;
  /** kept ÷ drafted: the probability that a drafted token ends up in the answer. */
  readonly ofDrafted: number;
  /** kept ÷ judged: its acceptance probability, given that all before it were kept; null if none was judged. */
  readonly ofJudged: number | null;
  /** kept ÷ steps: the probability that a draft which reaches this depth is kept that far. */
  readonly ofSteps: number;
}

/** One entry per depth, from 0 to that of the longest branch. Their sums are the counts of the run. */
export function acceptanceByPlace(steps: readonly Pick<TraceStep, "draft" | "verdicts">[]): PlaceCounts[] {
  const places: { steps: number; drafted: number; unreached: number; accepted: number; relaxed: number }[] =
    [];
  for (const { draft, verdicts } of steps) {
    const depths = depthsOf(draft);
    verdicts.forEach(({ kind }, i) => {
      const counts = (places[depths[i]!] ??= { steps: 0, drafted: 0, unreached: 0, accepted: 0, relaxed: 0 });
      counts.drafted++;
      if (kind !== "rejected") counts[kind]++;
    });
    const deepest = depths.reduce((most, depth) => Math.max(most, depth), -1);
    for (let depth = 0; depth <= deepest; depth++) places[depth]!.steps++;
  }
  return places.map(({ unreached, ...counts }, place) => {
    const { steps: reaching, drafted, accepted, relaxed } = counts;
    const [judged, kept] = [drafted - unreached, accepted + relaxed];
    return {
      ...{ place, ...counts, judged, kept },
      ofDrafted: kept / drafted,
      ofJudged: judged === 0 ? null : kept / judged,
      ofSteps: kept / reaching,
    };
  });
}
