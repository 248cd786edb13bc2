// Positions in a prompt file, counted as editors count them.

/** Lines and characters count from 0; characters and offsets are UTF-16 units, as in the language server protocol. */
export interface Position {
  readonly line: number;
  readonly character: number;
  readonly offset: number;
}

/** From `start` up to, not including, `end`. */
export interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** A range of a text by offsets only, as scanners return it before lines are known. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where the line of an offset starts. `lastIndexOf` counts a negative place as 0, and would find a line feed there. */
export function lineStartBefore(text: string, offset: number): number {
  return offset <= 0 ? 0 : text.lastIndexOf("\n", offset - 1) + 1;
}

/** The offset at which each line starts; `\n`, `\r\n` and a lone `\r` end a line. */
function lineStartsOf(source: string): readonly number[] {
  const starts = [0];
  for (let at = 0; at < source.length; at++) {
    const unit = source.charCodeAt(at);
    if (unit === 10 || (unit === 13 && source.charCodeAt(at + 1) !== 10)) starts.push(at + 1);
  }
  return starts;
}

/** Turns offsets of `source` into positions, by binary search; offsets outside are clamped. */
export function positionsIn(source: string): (span: Span) => Range {
  const starts = lineStartsOf(source);
  const positionOf = (wanted: number): Position => {
    const offset = Math.min(Math.max(wanted, 0), source.length);
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low, character: offset - starts[low]!, offset };
  };
  return (span) => ({ start: positionOf(span.start), end: positionOf(Math.max(span.start, span.end)) });
}
