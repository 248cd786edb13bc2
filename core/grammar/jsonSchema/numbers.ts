// Numbers within bounds, as the texts that spell them: digit by digit, since a grammar can't count.
import { codePoints } from "../codePoints.ts";
import { characters, choice, optional, repeat, sequence, text, type Expression } from "../expression.ts";

/** Digits before and after the point: what a double distinguishes. */
const MAX_DIGITS = 16;
const ZERO = 0x30;

/** Bounds of a number; null: none. */
export interface NumberBounds {
  readonly min: number | null;
  readonly max: number | null;
  /** Whether the bound itself is excluded. */
  readonly minExcluded: boolean;
  readonly maxExcluded: boolean;
}

const digit = (low: number, high: number): Expression => characters(codePoints([[ZERO + low, ZERO + high]]));
const anyDigit = digit(0, 9);
const digits = (min: number, max: number): Expression => repeat(anyDigit, min, max);

/** Any JSON number that is finite. */
export function numberText(): Expression {
  return sequence(
    optional(text("-")),
    choice(text("0"), sequence(digit(1, 9), digits(0, MAX_DIGITS - 1))),
    optional(sequence(text("."), digits(1, MAX_DIGITS))),
    optional(sequence(choice(text("e"), text("E")), optional(choice(text("+"), text("-"))), digits(1, 2))),
  );
}

/** Whole numbers within the bounds, without a point. */
export function integerText({ min, max, minExcluded, maxExcluded }: NumberBounds): Expression {
  const end = 10n ** BigInt(MAX_DIGITS) - 1n;
  const low =
    min === null
      ? -end
      : max_(-end, BigInt(minExcluded ? Math.floor(clamped(min)) + 1 : Math.ceil(clamped(min))));
  const high =
    max === null
      ? end
      : min_(end, BigInt(maxExcluded ? Math.ceil(clamped(max)) - 1 : Math.floor(clamped(max))));
  return choice(
    ...magnitudes(max_(low, 0n), high).map(fixed),
    ...magnitudes(max_(-high, 1n), -low).map((one) => sequence(text("-"), fixed(one))),
  );
}

/**
 * Numbers within the bounds, without an exponent.
 * @returns null for bounds that have too many digits to be spelled
 */
export function boundedNumberText(bounds: NumberBounds): Expression | null {
  const { min, max, minExcluded, maxExcluded } = bounds;
  const [low, high] = [min === null ? null : decimal(min), max === null ? null : decimal(max)];
  if ((min !== null && low === null) || (max !== null && high === null)) return null;
  const places = Math.max(low?.places ?? 0, high?.places ?? 0);
  const end = 10n ** BigInt(MAX_DIGITS) - 1n;
  const scaled = (one: Decimal | null, otherwise: bigint): bigint =>
    one === null ? otherwise : one.digits * 10n ** BigInt(places - one.places);
  const [from, to] = [scaled(low, -end), scaled(high, end)];
  // From the bound nearer to zero to the one further away; minus zero is not written.
  const positive =
    to < 0n ? [] : within(from < 0n ? 0n : from, to, from >= 0n && minExcluded, maxExcluded, places);
  const negative =
    from >= 0n ? [] : within(to > 0n ? 0n : -to, -from, to >= 0n || maxExcluded, minExcluded, places);
  return choice(...positive, ...negative.map((one) => sequence(text("-"), one)));
}

/** Texts of from/10^places … to/10^places, both at least 0. */
function within(
  from: bigint,
  to: bigint,
  fromExcluded: boolean,
  toExcluded: boolean,
  places: number,
): Expression[] {
  if (from > to || (from === to && (fromExcluded || toExcluded))) return [];
  const point = (range: DigitRange): Expression => withPoint(range, places);
  // Digits that may follow those of the bounds, after a point if the bounds have none.
  const more = (some: Expression): Expression => (places === 0 ? sequence(text("."), some) : some);
  const rest = MAX_DIGITS - places;
  const anyMore = rest < 1 ? text("") : optional(more(digits(1, rest)));
  // At an excluded bound, one of the digits that follow must not be 0.
  const someMore = more(
    choice(
      ...Array.from({ length: Math.max(0, rest) }, (_, zeros) =>
        sequence(repeat(text("0"), zeros, zeros), digit(1, 9), digits(0, rest - zeros - 1)),
      ),
    ),
  );
  if (from === to) return magnitudes(from, from, places + 1).map(point);
  const first = magnitudes(from, from, places + 1).map((one) =>
    sequence(point(one), fromExcluded ? someMore : anyMore),
  );
  const between = magnitudes(from + 1n, to - 1n, places + 1).map((one) => sequence(point(one), anyMore));
  const last = toExcluded ? [] : magnitudes(to, to, places + 1).map(point);
  return [...first, ...between, ...last, ...shorter(from, to, fromExcluded, toExcluded, places)];
}

/** The numbers between the bounds that are written with fewer places than these: 0.5 beside 0.25. */
function shorter(
  from: bigint,
  to: bigint,
  fromExcluded: boolean,
  toExcluded: boolean,
  places: number,
): Expression[] {
  const [least, most] = [fromExcluded ? from + 1n : from, toExcluded ? to - 1n : to];
  return Array.from({ length: places }, (_, fewer) => {
    const unit = 10n ** BigInt(places - fewer);
    return magnitudes((least + unit - 1n) / unit, most / unit, fewer + 1).map((one) => withPoint(one, fewer));
  }).flat();
}

interface Decimal {
  readonly digits: bigint;
  readonly places: number;
}

/** 1.25 is 125 with two places. null for more digits than are spelled, or an exponent. */
function decimal(value: number): Decimal | null {
  const found = /^(-?)(\d+)(?:\.(\d+))?$/.exec(String(value));
  if (found === null) return null;
  const [, sign = "", whole = "", fraction = ""] = found;
  if (whole.length + fraction.length > MAX_DIGITS - 1) return null;
  return { digits: BigInt(`${sign}${whole}${fraction}`), places: fraction.length };
}

/** Bounds of each digit: one text for each choice. */
type DigitRange = readonly (readonly [low: number, high: number])[];

/**
 * The whole numbers from … to as texts of digits; none if from > to.
 * @param width minimum number of digits, padded with zeros in front
 */
function magnitudes(from: bigint, to: bigint, width = 1): DigitRange[] {
  const ranges: DigitRange[] = [];
  for (let length = width; from <= to; length++) {
    const largest = 10n ** BigInt(length) - 1n;
    if (from > largest) continue;
    const end = min_(to, largest);
    ranges.push(...sameLength(String(from).padStart(length, "0"), String(end).padStart(length, "0")));
    from = end + 1n;
  }
  return ranges;
}

/** E.g. "135" … "299" is 13[5-9], 1[4-9][0-9], 2[0-9][0-9]. */
function sameLength(from: string, to: string): DigitRange[] {
  if (from === "") return [[]];
  const [low, high] = [Number(from[0]), Number(to[0])];
  const [lowRest, highRest] = [from.slice(1), to.slice(1)];
  const [zeros, nines] = ["0".repeat(lowRest.length), "9".repeat(lowRest.length)];
  const begin = (first: number, rest: DigitRange[]): DigitRange[] =>
    rest.map((one) => [[first, first], ...one]);
  if (low === high) return begin(low, sameLength(lowRest, highRest));
  const isLowWhole = lowRest === zeros;
  const isHighWhole = highRest === nines;
  const [first, last] = [isLowWhole ? low : low + 1, isHighWhole ? high : high - 1];
  return [
    ...(isLowWhole ? [] : begin(low, sameLength(lowRest, nines))),
    ...(first > last ? [] : [[[first, last] as const, ...Array.from(lowRest, () => [0, 9] as const)]]),
    ...(isHighWhole ? [] : begin(high, sameLength(zeros, highRest))),
  ];
}

const fixed = (range: DigitRange): Expression => sequence(...range.map(([low, high]) => digit(low, high)));

function withPoint(range: DigitRange, places: number): Expression {
  if (places === 0) return fixed(range);
  return sequence(fixed(range.slice(0, -places)), text("."), fixed(range.slice(-places)));
}

/** Numbers beyond this have more digits than are ever written. */
function clamped(value: number): number {
  return Math.max(-1e17, Math.min(1e17, value));
}

const max_ = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const min_ = (a: bigint, b: bigint): bigint => (a < b ? a : b);
