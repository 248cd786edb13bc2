// Properties on values that fast-check makes up. The seed is fixed, so that every run tries the same values; a failure
// prints it with the smallest value found that fails. LASER_FUZZ_SEEDS=1-20000 makes every property try 20,000 values
// from seed 1 instead of its own number.
import fc from "fast-check";

const [FIRST = 1, LAST] = (process.env.LASER_FUZZ_SEEDS ?? "").split("-").filter(Boolean).map(Number);

/** How many values a property tries that asks for `runs` of them. */
export function runsOf(runs: number): number {
  return LAST === undefined ? runs : LAST - FIRST + 1;
}

/** @throws the first failure of `check`, with the smallest value that fails */
export function forAll<T>(values: fc.Arbitrary<T>, runs: number, check: (value: T) => void): void {
  fc.assert(fc.property(values, check), { seed: FIRST, numRuns: runsOf(runs) });
}

/** The same for a check that takes its time. */
export async function forAllAsync<T>(
  values: fc.Arbitrary<T>,
  runs: number,
  check: (value: T) => Promise<void>,
): Promise<void> {
  await fc.assert(fc.asyncProperty(values, check), { seed: FIRST, numRuns: runsOf(runs) });
}

/** A whole number in [0, limit), each as often as any other; smaller ones when a failure is made smaller. */
export function below(limit: number): fc.Arbitrary<number> {
  return fc.noBias(fc.nat({ max: limit - 1 }));
}

/** A list whose length is evenly spread between `least` and `most`. */
export function listOf<T>(item: fc.Arbitrary<T>, least: number, most: number): fc.Arbitrary<T[]> {
  return fc.noBias(fc.array(item, { minLength: least, maxLength: most, size: "max" }));
}

/** A text joined from up to `most` of these parts. */
export function textOf(parts: readonly string[], most: number, least = 0): fc.Arbitrary<string> {
  return listOf(fc.constantFrom(...parts), least, most).map((chosen) => chosen.join(""));
}
