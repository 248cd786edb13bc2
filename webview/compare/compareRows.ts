// Two aligned answers split into rows that are level in both columns: lines that both have, and lines that
// differ. Pure.
import type { Segment, TokenRange } from "../../core/inspect/index.ts";

/** A part of a row in which the answers differ. */
export interface Change {
  /** Which difference of the pair it belongs to, from 0; a long one spans several rows. */
  readonly difference: number;
  readonly left: TokenRange;
  readonly right: TokenRange;
}

export interface Row {
  readonly left: TokenRange;
  readonly right: TokenRange;
  readonly changes: readonly Change[];
}

/** A difference with more tokens than these, or with its own lines, begins a row. */
const INLINE_TOKENS = 24;
/** A row ends after a sentence from WISHED_TOKENS tokens on, and in any case at MAX_TOKENS. */
const WISHED_TOKENS = 80;
const MAX_TOKENS = 160;
/** Rows are rendered in blocks of about this many tokens. */
const BLOCK_TOKENS = 240;

/** The smallest units: the shortest pieces that begin and end at the same offset of both texts. */
interface Piece {
  readonly left: TokenRange;
  readonly right: TokenRange;
  readonly difference: number | null;
  readonly ends: "line" | "sentence" | null;
  /** Begins its own row. */
  readonly begins: boolean;
}

/** The rows of a pair; together they contain every token of both sides once, in order. */
export function rowsOf(
  segments: readonly Segment[],
  leftTexts: readonly string[],
  rightTexts: readonly string[],
): Row[] {
  const rows: Row[] = [];
  let pieces: Piece[] = [];
  const close = (): void => {
    const [first, last] = [pieces[0], pieces.at(-1)];
    if (first === undefined || last === undefined) return;
    rows.push({
      left: [first.left[0], last.left[1]],
      right: [first.right[0], last.right[1]],
      changes: pieces.flatMap(({ difference, left, right }) =>
        difference === null ? [] : [{ difference, left, right }],
      ),
    });
    pieces = [];
  };
  for (const piece of piecesOf(segments, leftTexts, rightTexts)) {
    if (piece.begins) close();
    pieces.push(piece);
    const size = sizeOf({
      left: [pieces[0]!.left[0], piece.left[1]],
      right: [pieces[0]!.right[0], piece.right[1]],
    });
    if (piece.ends === "line" || (piece.ends !== null && size >= WISHED_TOKENS) || size >= MAX_TOKENS)
      close();
  }
  close();
  return rows;
}

function piecesOf(
  segments: readonly Segment[],
  leftTexts: readonly string[],
  rightTexts: readonly string[],
): Piece[] {
  let differences = 0;
  // After a long difference the rows are level again.
  let isAfterLong = false;
  return segments.flatMap((segment) => {
    if (segment.kind !== "same") {
      const lines = linesOfDifference(segment, differences++, leftTexts, rightTexts);
      isAfterLong = lines.some(({ begins }) => begins);
      return lines;
    }
    const same = piecesOfSame(segment, leftTexts, rightTexts);
    const [first, ...rest] = same;
    return first === undefined ? [] : [{ ...first, begins: isAfterLong }, ...rest];
  });
}

/** Splits wherever a token ends on both sides. */
function piecesOfSame(
  { left, right }: Segment,
  leftTexts: readonly string[],
  rightTexts: readonly string[],
): Piece[] {
  const pieces: Piece[] = [];
  let [leftFrom, rightFrom] = [left[0], right[0]];
  let [leftAt, rightAt] = [leftFrom, rightFrom];
  let [leftLength, rightLength] = [0, 0];
  while (leftAt < left[1] || rightAt < right[1]) {
    // The shorter side continues; tokens without text belong to what precedes them.
    if (leftAt < left[1] && (leftLength <= rightLength || rightAt >= right[1]))
      leftLength += leftTexts[leftAt++]!.length;
    else rightLength += rightTexts[rightAt++]!.length;
    const isEnd = leftAt >= left[1] && rightAt >= right[1];
    if (!isEnd && (leftLength !== rightLength || leftLength === 0)) continue;
    if (!isEnd && (leftTexts[leftAt] === "" || rightTexts[rightAt] === "")) continue;
    const text = leftTexts.slice(leftFrom, leftAt).join("");
    pieces.push({
      left: [leftFrom, leftAt],
      right: [rightFrom, rightAt],
      difference: null,
      ends: endOf(text),
      begins: false,
    });
    [leftFrom, rightFrom] = [leftAt, rightAt];
    [leftLength, rightLength] = [0, 0];
  }
  return pieces;
}

/** A short difference stays within its line; in a long one, line n of the left is beside line n of the right. */
function linesOfDifference(
  segment: Segment,
  difference: number,
  leftTexts: readonly string[],
  rightTexts: readonly string[],
): Piece[] {
  const left = linesOf(segment.left, leftTexts);
  const right = linesOf(segment.right, rightTexts);
  if (sizeOf(segment) <= INLINE_TOKENS && left.length <= 1 && right.length <= 1) {
    const { left: leftRange, right: rightRange } = segment;
    const ends = [
      endOf(leftTexts.slice(...leftRange).join("")),
      endOf(rightTexts.slice(...rightRange).join("")),
    ];
    const isLine = ends.includes("line");
    return [{ left: leftRange, right: rightRange, difference, ends: isLine ? "line" : null, begins: false }];
  }
  return Array.from({ length: Math.max(left.length, right.length) }, (_, i) => ({
    left: left[i] ?? [segment.left[1], segment.left[1]],
    right: right[i] ?? [segment.right[1], segment.right[1]],
    difference,
    ends: "line",
    begins: true,
  }));
}

function linesOf([from, to]: TokenRange, texts: readonly string[]): TokenRange[] {
  const lines: TokenRange[] = [];
  let begin = from;
  for (let at = from; at < to; at++) {
    const size = at + 1 - begin;
    const end = endOf(texts[at]!);
    const isEnd = end === "line" || (end !== null && size >= WISHED_TOKENS) || size >= MAX_TOKENS;
    if (!isEnd && at + 1 < to) continue;
    lines.push([begin, at + 1]);
    begin = at + 1;
  }
  return lines;
}

function endOf(text: string): Piece["ends"] {
  // As displayed: a token with a line break ends its line, whatever else it contains.
  if (text.includes("\n")) return "line";
  return /[.!?。！？]["”)\]]*\s*$/u.test(text) ? "sentence" : null;
}

function sizeOf({ left, right }: { readonly left: TokenRange; readonly right: TokenRange }): number {
  return Math.max(left[1] - left[0], right[1] - right[0]);
}

/** Groups rows into blocks that are rendered together: indices of the first row of each, and one more for the end. */
export function blockStarts(rows: readonly Row[]): number[] {
  const starts: number[] = [];
  let size = Infinity;
  rows.forEach((row, i) => {
    if (size >= BLOCK_TOKENS) {
      starts.push(i);
      size = 0;
    }
    size += sizeOf(row);
  });
  return [...starts, rows.length];
}

/** The first row of each difference. */
export function rowsOfDifferences(rows: readonly Row[]): number[] {
  const first: number[] = [];
  rows.forEach(({ changes }, row) => {
    for (const { difference } of changes) first[difference] ??= row;
  });
  return first;
}

/** The row that contains a token of one side; rows without tokens of that side are skipped. */
export function rowOfToken(rows: readonly Row[], side: "left" | "right", token: number): number {
  let [low, high] = [0, rows.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle]![side][1] <= token) low = middle + 1;
    else high = middle;
  }
  return low;
}
