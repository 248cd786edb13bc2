// The text around the match that a drafted token was read from: in the prompt, in the answer, or in an entry
// of the pool. Looked up in the tokens and texts of the run. Pure.
import { t } from "../../../core/base/index.ts";
import {
  branchTo,
  oneLineText,
  piecesOf,
  tokenText,
  type TraceDraftToken,
  type TraceStep,
} from "../../../core/trace/index.ts";
import type { RunModel } from "../model/model.ts";

/** A text in four parts: before the match, the match, the drafted token, and the text after it. */
export interface Excerpt {
  /** E.g. "the prompt", or "pool entry book-3". */
  readonly where: string;
  /** The longest match is in a source other than the one with most votes. */
  readonly isElsewhere: boolean;
  readonly before: string;
  readonly match: string;
  readonly drafted: string;
  readonly after: string;
}

/** Characters shown on either side of a match. */
const EXCERPT_CHARACTERS = 60;

/** The text with the matched context and the drafted token; null if unknown. */
export function excerptOf(run: RunModel, step: TraceStep, place: number): Excerpt | null {
  const drafted = step.draft[place]!;
  const text = new BackwardText(run, step, place);
  const context = text.newest(drafted.matchTokens);
  const own = drafted.source === "pool" ? null : ownExcerpt(run, text, context, drafted);
  return own ?? entryExcerpt(run, context, drafted);
}

/**
 * The tokens before a drafted token when it was read, newest first: those drafted before it, the answer, the prompt.
 * Read lazily: a match is usually near, and a run can have tens of thousands of tokens.
 */
class BackwardText {
  /** The tokens read so far, drafted ones first. */
  readonly tokens: number[];
  /** How many of them are drafted. */
  readonly drafted: number;
  /** The next step to read, backwards. */
  private step: number;
  /** How many tokens come after the prompt; null while it has not been read. */
  private promptEnd: number | null = null;

  constructor(
    private readonly run: RunModel,
    step: TraceStep,
    place: number,
  ) {
    this.tokens = branchTo(step, place)
      .slice(0, -1)
      .map((at) => step.draft[at]!.id)
      .reverse();
    this.drafted = this.tokens.length;
    this.step = Math.min(step.index, run.steps.length) - 1;
  }

  /** The texts of the newest tokens; fewer if there are not enough. */
  newest(count: number): number[] {
    this.reach(count - 1);
    return this.tokens.slice(0, count).reverse();
  }

  /** Reads until there is a token at an index counted from the newest; false if the text is shorter. */
  reach(place: number): boolean {
    while (this.tokens.length <= place && this.promptEnd === null) this.readOn();
    return this.tokens.length > place;
  }

  /** Whether the token at an index belongs to the prompt itself, not to what an earlier run wrote. */
  isOfPrompt(place: number): boolean {
    const { inheritedTokens = 0 } = this.run.header?.request ?? {};
    return this.promptEnd !== null && place >= this.promptEnd + inheritedTokens;
  }

  private readOn(): void {
    const { tokens, run } = this;
    const view = run.steps[this.step--];
    if (view === undefined) {
      this.promptEnd = tokens.length;
      const prompt = run.header?.request.promptTokens ?? [];
      for (let i = prompt.length - 1; i >= 0; i--) tokens.push(prompt[i]!);
      return;
    }
    // Same order as committedOf, without allocating a list for each step.
    const { draft, path, next } = view.step;
    tokens.push(next.id);
    for (let i = path.length - 1; i >= 0; i--) tokens.push(draft[path[i]!]!.id);
  }
}

/**
 * The newest match in the run's own text. If it is in the draft itself, as when a loop is copied, there is no text to
 * show yet.
 */
function ownExcerpt(
  run: RunModel,
  text: BackwardText,
  context: readonly number[],
  { id, source }: TraceDraftToken,
): Excerpt | null {
  const next = newestPlaceOf([id, ...context.toReversed()], text);
  if (next === null || next < text.drafted) return null;
  const at = next + context.length;
  text.reach(at + EXCERPT_CHARACTERS + MAX_TOKENS_OF_CHARACTER);
  const isOfPrompt = text.isOfPrompt(next);
  const oldest = Math.min(text.tokens.length - 1, at + EXCERPT_CHARACTERS);
  const newest = Math.max(text.drafted, next - EXCERPT_CHARACTERS);
  const shown = readable(run, text.tokens, oldest, newest);
  const [before, match] = [oldest - at, oldest - next];
  return {
    where: isOfPrompt ? t("the prompt") : t("the answer"),
    isElsewhere: isOfPrompt !== (source === "prompt"),
    before: Array.from(shown.slice(0, before).join("")).slice(-EXCERPT_CHARACTERS).join(""),
    match: shown.slice(before, match).join(""),
    drafted: shown[match]!,
    after: Array.from(shown.slice(match + 1).join(""))
      .slice(0, EXCERPT_CHARACTERS)
      .join(""),
  };
}

/** The last occurrence of a pattern (newest token first) in a text, as the index of that token, or null. */
function newestPlaceOf(pattern: readonly number[], text: BackwardText): number | null {
  const { tokens } = text;
  const [last] = pattern;
  for (let at = 0; text.reach(at + pattern.length - 1); at++)
    if (tokens[at] === last && pattern.every((token, i) => tokens[at + i] === token)) return at;
  return null;
}

/** The most tokens per character. */
const MAX_TOKENS_OF_CHARACTER = 4;

/** Not a token: flushes an incomplete character at the end. */
const NONE = -1;

/** The text of tokens from the oldest index to the newest, control tokens by name. */
function readable(run: RunModel, backward: readonly number[], oldest: number, newest: number): string[] {
  const before = backward.slice(oldest + 1, oldest + 1 + MAX_TOKENS_OF_CHARACTER).reverse();
  const tokens = backward.slice(newest, oldest + 1).reverse();
  const pieces = piecesOf([...tokens, NONE], run.tokens, before).slice(0, -1);
  return pieces.map(({ id, text }) => {
    const entry = run.tokens[String(id)];
    return typeof entry === "object" && "control" in entry ? tokenText(run, id) : text;
  });
}

/** The first entry whose text contains them. */
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
      where: t("pool entry {0}", oneLineText(named.id)),
      isElsewhere: source !== "pool",
      before: named.text.slice(Math.max(0, at - EXCERPT_CHARACTERS), at),
      match,
      drafted,
      after: named.text.slice(end, end + EXCERPT_CHARACTERS),
    };
  }
  return null;
}
