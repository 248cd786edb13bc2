// Where a slider stops. On a logarithmic scale, values that matter get as much of the track as large ones: p of 0.01 to
// 0.1 as much as 0.1 to 1. Each stop is one press of an arrow key. Pure.

export interface NumberRange {
  readonly minimum: number;
  readonly maximum: number;
  readonly step: number;
  /** The values at which a slider stops; by default at each step. */
  readonly stops?: readonly number[];
  /** Values with a mark below the slider, and what they are. */
  readonly marks?: readonly { readonly value: number; readonly words: string }[];
}

const SERIES = [1, 1.5, 2, 3, 4, 5, 7] as const;
/** All whole numbers up to this one are stops. */
const ALL_TO = 10;

/**
 * The values of a slider in ascending order, both ends included.
 * @param logFrom the smallest value above the minimum that matters
 */
export function logStops({ minimum, maximum, step }: NumberRange, logFrom: number): readonly number[] {
  const isWhole = step === 1;
  const stops = new Set([minimum, maximum]);
  for (let power = Math.floor(Math.log10(logFrom)); 10 ** power <= maximum; power++)
    for (const factor of SERIES) {
      const value = Number((factor * 10 ** power).toPrecision(2));
      if (value >= logFrom && value < maximum && (!isWhole || Number.isInteger(value))) stops.add(value);
    }
  if (isWhole)
    for (let value = Math.ceil(minimum); value <= Math.min(ALL_TO, maximum); value++) stops.add(value);
  return [...stops].sort((a, b) => a - b);
}

/** The stop nearest to a value. */
export function nearestStop(stops: readonly number[], value: number): number {
  let nearest = 0;
  stops.forEach((stop, at) => {
    if (Math.abs(stop - value) < Math.abs(stops[nearest]! - value)) nearest = at;
  });
  return nearest;
}
