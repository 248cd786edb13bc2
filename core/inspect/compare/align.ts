// Two answers aligned on their text: what both say, what only one says, and what one says instead of the
// other. Counted in tokens of each side, because the two may split the same text differently.
import { answerText, tokenAt, wordsOf, type Answered, type AnswerText } from "./answerText.ts";
import { commonRuns } from "./diff.ts";

/** Indices into the tokens of an answer, inherited ones first: from, and up to but not including. */
export type TokenRange = readonly [from: number, to: number];

export interface Segment {
  /**
   * same: equal text on both sides · replaced: different text · onlyLeft, onlyRight: the other side has nothing here.
   */
  readonly kind: "same" | "onlyLeft" | "onlyRight" | "replaced";
  readonly left: TokenRange;
  readonly right: TokenRange;
}

/** A range of equal characters on both sides. */
interface Common {
  readonly left: number;
  readonly right: number;
  readonly length: number;
}

/** The same in tokens, with the length of the text. */
interface CommonTokens {
  readonly left: TokenRange;
  readonly right: TokenRange;
  readonly length: number;
}

/**
 * The segments of two answers, in order; they cover both sides without gaps, and the text of a `same` one is equal.
 * If the answers have too little in common for a bounded search, everything between their common start and end is
 * `replaced`.
 */
export function alignAnswers(leftTrace: Answered, rightTrace: Answered): Segment[] {
  const [left, right] = [answerText(leftTrace), answerText(rightTrace)];
  const commons = commonTexts(left, right).flatMap((common) => inTokens(common, left, right) ?? []);
  return segmentsOf(withoutIslands(commons, left, right), left, right);
}

function commonTexts(left: AnswerText, right: AnswerText): Common[] {
  const [a, b] = [left.line, right.line];
  const shorter = Math.min(a.length, b.length);
  let prefix = 0;
  while (prefix < shorter && a[prefix] === b[prefix]) prefix++;
  // Move back to a token boundary, so that the insertion before " fox" is " big", not "big ".
  const begin = inTokens({ left: 0, right: 0, length: prefix }, left, right);
  prefix = begin?.length ?? 0;
  let suffix = 0;
  while (suffix < shorter - prefix && a.at(-1 - suffix) === b.at(-1 - suffix)) suffix++;
  const end = inTokens({ left: a.length - suffix, right: b.length - suffix, length: suffix }, left, right);
  suffix = end?.length ?? 0;
  const between = commonWords(a.slice(prefix, a.length - suffix), b.slice(prefix, b.length - suffix));
  const commons = [
    { left: 0, right: 0, length: prefix },
    ...between.map((common) => ({ ...common, left: common.left + prefix, right: common.right + prefix })),
    { left: a.length - suffix, right: b.length - suffix, length: suffix },
  ];
  return grown(commons, a, b);
}

function commonWords(left: string, right: string): Common[] {
  const [leftWords, rightWords] = [wordsOf(left), wordsOf(right)];
  const runs = commonRuns(leftWords, rightWords) ?? [];
  const [leftStarts, rightStarts] = [startsOf(leftWords), startsOf(rightWords)];
  return runs.map((run) => ({
    left: leftStarts[run.left]!,
    right: rightStarts[run.right]!,
    length: leftStarts[run.left + run.length]! - leftStarts[run.left]!,
  }));
}

function startsOf(words: readonly string[]): number[] {
  const starts = [0];
  for (const word of words) starts.push(starts.at(-1)! + word.length);
  return starts;
}

/** Joins runs that touch on both sides, and extends each by the equal characters around its words. */
function grown(commons: readonly Common[], left: string, right: string): Common[] {
  const joined: Common[] = [];
  let [leftEnd, rightEnd] = [0, 0];
  for (const common of commons) {
    let { left: leftAt, right: rightAt } = common;
    let grownBy = 0;
    while (leftEnd < leftAt && rightEnd < rightAt && left[leftEnd] === right[rightEnd]) {
      leftEnd++;
      rightEnd++;
      grownBy++;
    }
    while (leftAt > leftEnd && rightAt > rightEnd && left[leftAt - 1] === right[rightAt - 1]) {
      leftAt--;
      rightAt--;
    }
    const length = common.length + common.left - leftAt;
    const last = joined.pop() ?? { left: 0, right: 0, length: 0 };
    const before = { ...last, length: last.length + grownBy };
    if (leftAt === leftEnd && rightAt === rightEnd)
      joined.push({ ...before, length: before.length + length });
    else joined.push(before, { left: leftAt, right: rightAt, length });
    [leftEnd, rightEnd] = [leftAt + length, rightAt + length];
  }
  return joined;
}

/** The part of a common text that begins and ends at token boundaries on both sides; null if there is none. */
function inTokens(common: Common, left: AnswerText, right: AnswerText): CommonTokens | null {
  const shift = common.right - common.left;
  const isBetween = (at: number): boolean => right.starts[tokenAt(right, at + shift)] === at + shift;
  let from = tokenAt(left, common.left);
  let to = tokenAt(left, common.left + common.length + 1) - 1;
  if (common.left + common.length === left.line.length) to = tokenAt(left, left.line.length);
  while (from <= to && !isBetween(left.starts[from]!)) from++;
  while (to > from && !isBetween(left.starts[to]!)) to--;
  if (from >= to) return null;
  const [begin, end] = [left.starts[from]!, left.starts[to]!];
  if (begin >= end) return null;
  return {
    // Tokens without text belong to what follows them.
    left: [tokenAt(left, begin), tokenAt(left, end)],
    right: [tokenAt(right, begin + shift), tokenAt(right, end + shift)],
    length: end - begin,
  };
}

/** Drops chance matches: text no longer than the differences before and after it. */
function withoutIslands(
  commons: readonly CommonTokens[],
  left: AnswerText,
  right: AnswerText,
): readonly CommonTokens[] {
  const differing = (from: CommonTokens | undefined, to: CommonTokens | undefined): number => {
    const size = ({ line, starts }: AnswerText, side: "left" | "right"): number =>
      (to === undefined ? line.length : starts[to[side][0]]!) -
      (from === undefined ? 0 : starts[from[side][1]]!);
    return Math.max(size(left, "left"), size(right, "right"));
  };
  const kept: CommonTokens[] = [];
  for (const [i, common] of commons.entries()) {
    const around = Math.min(differing(kept.at(-1), common), differing(common, commons[i + 1]));
    if (around === 0 || common.length > around) kept.push(common);
  }
  // A dropped match makes the differences around its neighbours longer.
  return kept.length === commons.length ? kept : withoutIslands(kept, left, right);
}

function segmentsOf(commons: readonly CommonTokens[], left: AnswerText, right: AnswerText): Segment[] {
  const segments: Segment[] = [];
  const push = (kind: Segment["kind"], leftRange: TokenRange, rightRange: TokenRange): void => {
    const last = segments.at(-1);
    if (last?.kind !== kind) segments.push({ kind, left: leftRange, right: rightRange });
    else
      segments[segments.length - 1] = {
        kind,
        left: [last.left[0], leftRange[1]],
        right: [last.right[0], rightRange[1]],
      };
  };
  const differ = (leftRange: TokenRange, rightRange: TokenRange): void => {
    const leftText = textOf(left, leftRange);
    const rightText = textOf(right, rightRange);
    if (leftRange[0] === leftRange[1] && rightRange[0] === rightRange[1]) return;
    // Tokens without text are not a difference.
    if (leftText === rightText) push("same", leftRange, rightRange);
    else if (leftText === "" && leftRange[0] === leftRange[1]) push("onlyRight", leftRange, rightRange);
    else if (rightText === "" && rightRange[0] === rightRange[1]) push("onlyLeft", leftRange, rightRange);
    else push("replaced", leftRange, rightRange);
  };
  let [leftAt, rightAt] = [0, 0];
  for (const common of commons) {
    differ([leftAt, common.left[0]], [rightAt, common.right[0]]);
    push("same", common.left, common.right);
    [leftAt, rightAt] = [common.left[1], common.right[1]];
  }
  differ([leftAt, left.starts.length - 1], [rightAt, right.starts.length - 1]);
  return segments;
}

function textOf({ line, starts }: AnswerText, [from, to]: TokenRange): string {
  return line.slice(starts[from], starts[to]);
}
