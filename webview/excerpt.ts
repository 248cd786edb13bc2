// The text around the match that a drafted token was read behind: in the prompt, in the answer, or in an entry of the
// pool. Pure: it is looked up among the tokens and texts of the run. It must not know the DOM.
import {
  committedOf,
  oneLineText,
  piecesOf,
  tokenText,
  type TraceDraftToken,
  type TraceStep,
} from "../server/trace/index.ts";
import type { RunModel } from "./model.ts";

/** A text cut in four: before the match, the match, the token that was drafted, and what follows it there. */
export interface Excerpt {
  /** E.g. "the prompt", or the name of an entry. */
  readonly where: string;
  readonly before: string;
  readonly match: string;
  readonly drafted: string;
  readonly behind: string;
}

/** What stands on either side of a match, in characters. */
const EXCERPT_CHARACTERS = 60;

/** Where the matched context and the drafted token stand together; null where that is not known. */
export function excerptOf(run: RunModel, step: TraceStep, place: number): Excerpt | null {
  const drafted = step.draft[place]!;
  const written = writtenBefore(run, step);
  const text = [...written, ...step.draft.slice(0, place).map(({ id }) => id)];
  const context = drafted.matchTokens === 0 ? [] : text.slice(-drafted.matchTokens);
  const own = drafted.source === "pool" ? null : ownExcerpt(run, written, text, context, drafted.id);
  return own ?? entryExcerpt(run, context, drafted);
}

/** The tokens that stood when a step began: prompt and answer, the root the last of them. */
function writtenBefore(run: RunModel, step: TraceStep): number[] {
  const earlier = run.steps.slice(0, step.index);
  return [...(run.header?.request.promptTokens ?? []), ...earlier.flatMap((view) => committedOf(view.step))];
}

/**
 * The newest place in the run's own text. Where that lies in the draft itself, as where a loop is copied, there is no
 * text yet to show.
 */
function ownExcerpt(
  run: RunModel,
  written: readonly number[],
  text: readonly number[],
  context: readonly number[],
  drafted: number,
): Excerpt | null {
  const at = lastPlaceOf([...context, drafted], text);
  const next = at + context.length;
  if (at < 0 || next >= written.length) return null;
  const { promptTokens = [], inheritedTokens = 0 } = run.header?.request ?? {};
  const [from, end] = [Math.max(0, at - EXCERPT_CHARACTERS), next + 1 + EXCERPT_CHARACTERS];
  const shown = readable(run, written, from, end);
  return {
    where: next < promptTokens.length - inheritedTokens ? "the prompt" : "the answer",
    before: Array.from(shown.slice(0, at - from).join(""))
      .slice(-EXCERPT_CHARACTERS)
      .join(""),
    match: shown.slice(at - from, next - from).join(""),
    drafted: shown[next - from]!,
    behind: Array.from(shown.slice(next + 1 - from).join(""))
      .slice(0, EXCERPT_CHARACTERS)
      .join(""),
  };
}

/** Where a pattern stands last in a text; −1 where it does not. */
function lastPlaceOf(pattern: readonly number[], text: readonly number[]): number {
  for (let at = text.length - pattern.length; at >= 0; at--)
    if (pattern.every((token, i) => text[at + i] === token)) return at;
  return -1;
}

/** A character is at most so many tokens. */
const MOST_TOKENS_OF_CHARACTER = 4;

/** No token: what stands last takes the sign for a character that is left open. */
const NONE = -1;

/** Tokens `from` to `end` as they read one after the other, control tokens by their names. */
function readable(run: RunModel, all: readonly number[], from: number, end: number): string[] {
  const before = all.slice(Math.max(0, from - MOST_TOKENS_OF_CHARACTER), from);
  const pieces = piecesOf([...all.slice(from, end), NONE], run.tokens, before).slice(0, -1);
  return pieces.map(({ id, text }) => {
    const entry = run.tokens[String(id)];
    return typeof entry === "object" && "control" in entry ? tokenText(run, id) : text;
  });
}

/** The first of its entries whose text holds them. */
function entryExcerpt(
  run: RunModel,
  context: readonly number[],
  { entries, id }: TraceDraftToken,
): Excerpt | null {
  const match = context.map((token) => tokenText(run, token)).join("");
  const drafted = tokenText(run, id);
  for (const entry of entries) {
    const named = run.entries[String(entry)];
    const at = named?.text?.indexOf(match + drafted) ?? -1;
    if (named?.text === undefined || at < 0 || match + drafted === "") continue;
    const end = at + match.length + drafted.length;
    return {
      where: oneLineText(named.id),
      before: named.text.slice(Math.max(0, at - EXCERPT_CHARACTERS), at),
      match,
      drafted,
      behind: named.text.slice(end, end + EXCERPT_CHARACTERS),
    };
  }
  return null;
}
