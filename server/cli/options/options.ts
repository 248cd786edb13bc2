// Options of the command line, parsed into valid values or an error that names the option.
import { CliError } from "../errors.ts";

interface Bounds {
  readonly min: number;
  readonly max: number;
  /** A word that the caller reads before the number, such as "all", for the error. */
  readonly orWord?: string;
}

/** A parser for a whole number within bounds. */
export function wholeNumber(option: string, bounds: Bounds): (value: string) => number {
  return (value) => {
    const number = /^-?\d+$/.test(value) ? Number(value) : Number.NaN;
    return within(option, value, number, bounds, "a whole number");
  };
}

/** A parser for any number within bounds. */
export function decimal(option: string, bounds: Bounds): (value: string) => number {
  return (value) =>
    within(option, value, value.trim() === "" ? Number.NaN : Number(value), bounds, "a number");
}

/** A parser for one of several words. */
export function oneOf<T extends string>(option: string, words: readonly T[]): (value: string) => T {
  return (value) => {
    const found = words.find((word) => word === value);
    if (found === undefined) invalid(option, value, `it must be one of ${words.join(", ")}`);
    return found;
  };
}

function within(
  option: string,
  value: string,
  number: number,
  { min, max, orWord }: Bounds,
  kind: string,
): number {
  if (Number.isFinite(number) && number >= min && number <= max) return number;
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  return invalid(option, value, `it must be ${kind} ${range}${orWord === undefined ? "" : `, or ${orWord}`}`);
}

function invalid(option: string, value: string, reason: string): never {
  throw new CliError({ tag: "optionInvalid", option, value, reason });
}
