// Sets of characters as ranges of code points, and how UTF-8 spells them. Surrogates are not characters.

/** Inclusive ranges, ascending, neither overlapping nor touching. */
export type CodePoints = readonly (readonly [from: number, to: number])[];

const MAX_CODE_POINT = 0x10ffff;
const FIRST_SURROGATE = 0xd800;
const LAST_SURROGATE = 0xdfff;

export const ANY_CHARACTER: CodePoints = [
  [0, FIRST_SURROGATE - 1],
  [LAST_SURROGATE + 1, MAX_CODE_POINT],
];

/** The set of any ranges, without surrogates. */
export function codePoints(ranges: CodePoints): CodePoints {
  return intersection(merged(ranges), ANY_CHARACTER);
}

/** The characters of a text. */
export function charactersOf(text: string): CodePoints {
  return codePoints(Array.from(text, (one) => [one.codePointAt(0)!, one.codePointAt(0)!] as const));
}

export function union(a: CodePoints, b: CodePoints): CodePoints {
  return merged([...a, ...b]);
}

/** All characters that are not in the set. */
export function complement(set: CodePoints): CodePoints {
  const gaps: [number, number][] = [];
  let from = 0;
  for (const [first, last] of set) {
    if (first > from) gaps.push([from, first - 1]);
    from = last + 1;
  }
  if (from <= MAX_CODE_POINT) gaps.push([from, MAX_CODE_POINT]);
  return intersection(gaps, ANY_CHARACTER);
}

export function intersection(a: CodePoints, b: CodePoints): CodePoints {
  const both: [number, number][] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const from = Math.max(a[i]![0], b[j]![0]);
    const to = Math.min(a[i]![1], b[j]![1]);
    if (from <= to) both.push([from, to]);
    if (a[i]![1] < b[j]![1]) i++;
    else j++;
  }
  return both;
}

export function difference(a: CodePoints, b: CodePoints): CodePoints {
  return intersection(a, complement(b));
}

function merged(ranges: CodePoints): CodePoints {
  const result: [number, number][] = [];
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = result.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else result.push([from, to]);
  }
  return result;
}

/** A sequence of byte ranges: one text for each choice of a byte from each. */
export type ByteRanges = readonly (readonly [low: number, high: number])[];

/** How UTF-8 spells the set. Example: U+0000 … U+07FF is [00–7F], and [C2–DF] [80–BF]. */
export function utf8Ranges(set: CodePoints): readonly ByteRanges[] {
  return set.flatMap(([from, to]) => [...rangeToBytes(from, to)]);
}

/** The largest code point that each count of bytes can spell. */
const LENGTH_ENDS = [0x7f, 0x7ff, 0xffff, MAX_CODE_POINT];

function* rangeToBytes(from: number, to: number): Generator<ByteRanges> {
  for (const end of LENGTH_ENDS)
    if (from <= end && end < to) {
      yield* rangeToBytes(from, end);
      yield* rangeToBytes(end + 1, to);
      return;
    }
  // Ranges whose spellings are the product of their bytes' ranges: split where a later byte doesn't run through 80 … BF.
  for (let shift = 6; shift <= 18; shift += 6) {
    const mask = (1 << shift) - 1;
    if (from >> shift === to >> shift || to <= 0x7f) continue;
    if ((from & mask) !== 0) {
      yield* rangeToBytes(from, from | mask);
      yield* rangeToBytes((from | mask) + 1, to);
      return;
    }
    if ((to & mask) !== mask) {
      yield* rangeToBytes(from, (to & ~mask) - 1);
      yield* rangeToBytes(to & ~mask, to);
      return;
    }
  }
  const [low, high] = [utf8(from), utf8(to)];
  yield low.map((byte, at) => [byte, high[at]!] as const);
}

/** The bytes of a text. */
export function utf8Of(value: string): readonly number[] {
  return Array.from(value).flatMap((one) => utf8(one.codePointAt(0)!));
}

function utf8(codePoint: number): readonly number[] {
  const continuing = (shift: number): number => 0x80 | ((codePoint >> shift) & 0x3f);
  if (codePoint <= 0x7f) return [codePoint];
  if (codePoint <= 0x7ff) return [0xc0 | (codePoint >> 6), continuing(0)];
  if (codePoint <= 0xffff) return [0xe0 | (codePoint >> 12), continuing(6), continuing(0)];
  return [0xf0 | (codePoint >> 18), continuing(12), continuing(6), continuing(0)];
}
