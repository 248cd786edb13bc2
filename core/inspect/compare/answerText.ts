// An answer as one line of characters in which every token has a position, and its words. Two answers are
// aligned by these, however each was split into tokens.
import { endsText, inheritedOf, pieces, piecesOf, type Piece, type Trace } from "../../trace/index.ts";

/** The parts of a trace that its answer's text depends on. */
export type Answered = Pick<Trace, "tokens" | "result" | "request">;

/** The tokens of the whole answer: the inherited ones, then those that the run wrote. */
export function answerPieces(trace: Answered): Piece[] {
  const { tokens, result, request } = trace;
  // Matching stops begins with the run's own tokens.
  if (request.stop !== undefined) return [...piecesOf(inheritedOf(request), tokens), ...pieces(trace)];
  return piecesOf([...inheritedOf(request), ...result.tokens], tokens);
}

// They represent in `line` a token that ends the answer, and any other control token: characters that no text contains.
const END = "\ufdd0";
const CONTROL = "\ufdd1";

export interface AnswerText {
  /** The answer's text, with a placeholder for each control token. */
  readonly line: string;
  /** starts[i] is where token i begins in `line`; one more entry for the end. Never decreases. */
  readonly starts: readonly number[];
}

export function answerText(trace: Answered): AnswerText {
  const starts: number[] = [];
  let line = "";
  for (const { id, text } of answerPieces(trace)) {
    starts.push(line.length);
    line += text + signOf(trace, id);
  }
  return { line, starts: [...starts, line.length] };
}

function signOf(trace: Answered, id: number): string {
  if (endsText(trace, id)) return END;
  const entry = Object.hasOwn(trace.tokens, String(id)) ? trace.tokens[String(id)] : undefined;
  return typeof entry === "object" && "control" in entry ? CONTROL : "";
}

// A word with the space before it, as tokenizers split; scripts without spaces by character; everything else by itself.
const WORDS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]\p{M}*| ?(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}])[\p{L}\p{M}\p{N}_])+|\n+|[^\S\n]+|./gsu;

/** The words of a text, in order; joined, they are the text. */
export function wordsOf(text: string): string[] {
  return text.match(WORDS) ?? [];
}

/** How many tokens begin before `at`: the index of the first one at or after it. */
export function tokenAt({ starts }: AnswerText, at: number): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle]! < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
