// Whether a view of a growing text follows its end. Pure.

/** Lines of the text that a view shows, counted from 0, and whether it follows the end. */
export interface TailView {
  readonly topLine: number;
  readonly follows: boolean;
}

/** An end this close below the last visible line counts as in view. */
const SLACK_LINES = 2;

/**
 * The view after it was scrolled. At first it follows: an answer may have grown before its editor was opened. It stops
 * following only when it moved up: while text grows, the editor reports earlier positions late, and these are further down than
 * before.
 * @param before null: it was not looked at yet
 */
export function tailAfterScroll(
  before: TailView | null,
  { topLine, endLine }: { readonly topLine: number; readonly endLine: number },
  lineCount: number,
): TailView {
  const isAtEnd = endLine + SLACK_LINES >= lineCount - 1;
  const stays = before === null || (before.follows && topLine >= before.topLine);
  return { topLine, follows: isAtEnd || stays };
}
