// The text around the match that a drafted token was read behind: in the prompt, in the answer, or in an entry of the
// pool. Pure: it is looked up among the tokens and texts of the run. It must not know the DOM.
import { isKept } from "../server/laser/index.ts";
import {
  oneLineText,
  piecesOf,
  tokenText,
  type TraceDraftToken,
  type TraceStep,
} from "../server/trace/index.ts";
import type { RunModel } from "./model.ts";

/** A text cut in four: before the match, the match, the token that was drafted, and what follows it there. */
export interface Excerpt {
  /** E.g. "the prompt", or "pool entry book-3". */
  readonly where: string;
  /** It is not where the draft was read by most votes: the longest match is that of another source. */
  readonly isElsewhere: boolean;
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
  const text = new TextFromBehind(run, step, place);
  const context = text.newest(drafted.matchTokens);
  const own = drafted.source === "pool" ? null : ownExcerpt(run, text, context, drafted);
  return own ?? entryExcerpt(run, context, drafted);
}

/**
 * The tokens that stood when a drafted token was read, the newest first: those drafted before it, the answer, the prompt.
 * Read only as far as it is asked for: a match is mostly near, and a run has ten thousands of tokens.
 */
class TextFromBehind {
  /** Those read so far; the first of them are drafted. */
  readonly tokens: number[];
  /** The next step to read, going back. */
  private step: number;
  /** How many tokens stand behind the prompt; null: it is not read. */
  private behindPrompt: number | null = null;

  constructor(
    private readonly run: RunModel,
    step: TraceStep,
    /** How many of them are drafted. */
    readonly drafted: number,
  ) {
    this.tokens = step.draft
      .slice(0, drafted)
      .map(({ id }) => id)
      .reverse();
    this.step = Math.min(step.index, run.steps.length) - 1;
  }

  /** The newest tokens as they read; fewer where there are fewer. */
  newest(count: number): number[] {
    this.reach(count - 1);
    return this.tokens.slice(0, count).reverse();
  }

  /** Reads so far that there is a token at a place counted from the newest; false where the text is shorter. */
  reach(place: number): boolean {
    while (this.tokens.length <= place && this.behindPrompt === null) this.readOn();
    return this.tokens.length > place;
  }

  /** Whether the token at a place stands in the prompt itself, not in what an earlier run wrote. */
  isOfPrompt(place: number): boolean {
    const { inheritedTokens = 0 } = this.run.header?.request ?? {};
    return this.behindPrompt !== null && place >= this.behindPrompt + inheritedTokens;
  }

  private readOn(): void {
    const { tokens, run } = this;
    const view = run.steps[this.step--];
    if (view === undefined) {
      this.behindPrompt = tokens.length;
      const prompt = run.header?.request.promptTokens ?? [];
      for (let i = prompt.length - 1; i >= 0; i--) tokens.push(prompt[i]!);
      return;
    }
    // As committedOf has them, without a list for each step.
    const { draft, verdicts, next } = view.step;
    tokens.push(next.id);
    for (let i = draft.length - 1; i >= 0; i--) if (isKept(verdicts[i]?.kind)) tokens.push(draft[i]!.id);
  }
}

/**
 * The newest place in the run's own text. Where that lies in the draft itself, as where a loop is copied, there is no
 * text yet to show.
 */
function ownExcerpt(
  run: RunModel,
  text: TextFromBehind,
  context: readonly number[],
  { id, source }: TraceDraftToken,
): Excerpt | null {
  const next = newestPlaceOf([id, ...context.toReversed()], text);
  if (next === null || next < text.drafted) return null;
  const at = next + context.length;
  text.reach(at + EXCERPT_CHARACTERS + MOST_TOKENS_OF_CHARACTER);
  const isOfPrompt = text.isOfPrompt(next);
  const oldest = Math.min(text.tokens.length - 1, at + EXCERPT_CHARACTERS);
  const newest = Math.max(text.drafted, next - EXCERPT_CHARACTERS);
  const shown = readable(run, text.tokens, oldest, newest);
  const [before, match] = [oldest - at, oldest - next];
  return {
    where: isOfPrompt ? "the prompt" : "the answer",
    isElsewhere: isOfPrompt !== (source === "prompt"),
    before: Array.from(shown.slice(0, before).join("")).slice(-EXCERPT_CHARACTERS).join(""),
    match: shown.slice(before, match).join(""),
    drafted: shown[match]!,
    behind: Array.from(shown.slice(match + 1).join(""))
      .slice(0, EXCERPT_CHARACTERS)
      .join(""),
  };
}

/** Where a pattern, the newest token first, stands last in a text: the place of that token. Null where it does not. */
function newestPlaceOf(pattern: readonly number[], text: TextFromBehind): number | null {
  const { tokens } = text;
  const [last] = pattern;
  for (let at = 0; text.reach(at + pattern.length - 1); at++)
    if (tokens[at] === last && pattern.every((token, i) => tokens[at + i] === token)) return at;
  return null;
}

/** A character is at most so many tokens. */
const MOST_TOKENS_OF_CHARACTER = 4;

/** No token: what stands last takes the sign for a character that is left open. */
const NONE = -1;

/** Tokens from the oldest place to the newest as they read one after the other, control tokens by their names. */
function readable(run: RunModel, fromBehind: readonly number[], oldest: number, newest: number): string[] {
  const before = fromBehind.slice(oldest + 1, oldest + 1 + MOST_TOKENS_OF_CHARACTER).reverse();
  const tokens = fromBehind.slice(newest, oldest + 1).reverse();
  const pieces = piecesOf([...tokens, NONE], run.tokens, before).slice(0, -1);
  return pieces.map(({ id, text }) => {
    const entry = run.tokens[String(id)];
    return typeof entry === "object" && "control" in entry ? tokenText(run, id) : text;
  });
}

/** The first of its entries whose text holds them. */
function entryExcerpt(
  run: RunModel,
  context: readonly number[],
  { entries, id, source }: TraceDraftToken,
): Excerpt | null {
  const match = context.map((token) => tokenText(run, token)).join("");
  const drafted = tokenText(run, id);
  for (const entry of entries) {
    const named = run.entries[String(entry)];
    const at = named?.text?.indexOf(match + drafted) ?? -1;
    if (named?.text === undefined || at < 0 || match + drafted === "") continue;
    const end = at + match.length + drafted.length;
    return {
      where: `pool entry ${oneLineText(named.id)}`,
      isElsewhere: source !== "pool",
      before: named.text.slice(Math.max(0, at - EXCERPT_CHARACTERS), at),
      match,
      drafted,
      behind: named.text.slice(end, end + EXCERPT_CHARACTERS),
    };
  }
  return null;
}
