// Acceptance by draft position: how much of what was drafted there was judged and kept. Pure.
import type { TraceStep } from "../trace/index.ts";

/** The fate of the tokens drafted at one position, over all steps whose drafts reach it. */
export interface PlaceCounts {
  /** 0 = the first drafted token of a step. */
  readonly place: number;
  /** Steps that sent a token at this position; at least 1. */
  readonly drafted: number;
  /** Those in which no earlier token was rejected: drafted − unreached. */
  readonly judged: number;
  readonly accepted: number;
  readonly relaxed: number;
  /** accepted + relaxed. */
  readonly kept: number;
  /** kept ÷ drafted: the probability that a drafted token ends up in the answer. */
  readonly ofDrafted: number;
  /** kept ÷ judged: its acceptance probability, given that all before it were kept; null if none was judged. */
  readonly ofJudged: number | null;
}

/** One entry per position, from 0 to the end of the longest draft. Their sums are the counts of the run. */
export function acceptanceByPlace(steps: readonly Pick<TraceStep, "verdicts">[]): PlaceCounts[] {
  const places: { drafted: number; unreached: number; accepted: number; relaxed: number }[] = [];
  for (const { verdicts } of steps) {
    verdicts.forEach(({ kind }, place) => {
      const counts = (places[place] ??= { drafted: 0, unreached: 0, accepted: 0, relaxed: 0 });
      counts.drafted++;
      if (kind !== "rejected") counts[kind]++;
    });
  }
  return places.map(({ drafted, unreached, accepted, relaxed }, place) => {
    const [judged, kept] = [drafted - unreached, accepted + relaxed];
    return {
      place,
      drafted,
      judged,
      accepted,
      relaxed,
      kept,
      ofDrafted: kept / drafted,
      ofJudged: judged === 0 ? null : kept / judged,
    };
  });
}
