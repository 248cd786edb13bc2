// What a step would keep under another rule, read from the verdicts that a what-if changes. Pure.
import type { Divergence, Flip } from "../../../core/inspect/index.ts";
import { isKept, type VerdictKind } from "../../../core/laser/index.ts";
import { childrenOf, committedPlaces, type Trace, type TraceStep } from "../../../core/trace/index.ts";
import type { Cursor } from "../model/cursor.ts";

/** The verdicts that a what-if changes in one step, by place. */
export type StepFlips = ReadonlyMap<number, VerdictKind>;

export function flipsOfStep(flips: readonly Flip[], step: number): StepFlips {
  return new Map(flips.flatMap((flip) => (flip.step === step ? [[flip.place, flip.to]] : [])));
}

/** The places of the drafted tokens that would be kept, from the root down. */
export function pathUnder({ verdicts }: Pick<TraceStep, "verdicts">, flips: StepFlips): number[] {
  // Every token comes after its parent, and only a path is kept.
  return verdicts.flatMap(({ kind }, place) => (isKept(flips.get(place) ?? kind) ? [place] : []));
}

/** The token that would be written first instead of another: the drafted one, or the written one if none was drafted. */
export function placeOfDivergence({ steps }: Pick<Trace, "steps">, divergence: Divergence): Cursor {
  const step = steps[divergence.step]!;
  const { draft, path } = step;
  const beside = childrenOf(draft, path[divergence.place - 1] ?? -1);
  const drafted = beside.find((place) => draft[place]!.id === divergence.becomes);
  return { step: divergence.step, place: drafted ?? committedPlaces(step)[divergence.place]! };
}
