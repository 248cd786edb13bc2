// Token ids as text: the dictionary of a trace, and its tokens as text.
import type { TokenText, Trace, TraceRequest } from "./types.ts";
import { StopText } from "./stops.ts";
import { fromHex, toHex, Utf8Stream, validUtf8 } from "./utf8.ts";

/** The parts of a vocabulary that a recorder needs. */
export interface Vocabulary {
  /** The bytes that a token adds to a text; may be part of a character. */
  bytesOf(id: number): Uint8Array;
  isEndOfText(id: number): boolean;
  /** Whether it adds nothing to a text, like "<|im_start|>"; its bytes are then its name. */
  isControl(id: number): boolean;
}

/** One committed token and the text that it completes. */
export interface Piece {
  readonly id: number;
  /** May be empty: for a control token, or a character that a later token completes. */
  readonly text: string;
}

/** The dictionary entry of a token. */
export function describeToken(id: number, vocabulary: Vocabulary): TokenText {
  const endsText = vocabulary.isEndOfText(id);
  const bytes = vocabulary.bytesOf(id);
  const text = validUtf8(bytes);
  if (endsText || vocabulary.isControl(id)) return { control: text ?? toHex(bytes), endsText };
  return text ?? { bytes: toHex(bytes) };
}

/** A token on its own, for display: its text, `<E2><82>` for part of a character, or the name of a control token. */
export function tokenText(trace: Pick<Trace, "tokens">, id: number): string {
  const entry = lookUp(trace.tokens, id);
  if (entry === null) return `<${id}>`;
  if (typeof entry === "string") return entry;
  if ("control" in entry) return entry.control;
  return Array.from(fromHex(entry.bytes), (byte) => `<${toHex([byte]).toUpperCase()}>`).join("");
}

/** Whether this token ends the target's answer. */
export function endsText(trace: Pick<Trace, "tokens">, id: number): boolean {
  const entry = lookUp(trace.tokens, id);
  return typeof entry === "object" && entry !== null && "control" in entry && entry.endsText;
}

/**
 * The committed tokens with the text that each completes: a character split over tokens belongs to the last of them,
 * even if an inherited one began it. A stop sequence is not part of the text. Joined, they are `result.text`.
 */
export function pieces({ request, result, tokens }: Pick<Trace, "request" | "result" | "tokens">): Piece[] {
  return answerPiecesOf(request, result, tokens);
}

/** The same before the text is known. */
export function answerPiecesOf(
  request: TraceRequest,
  { tokens: ids, finish }: Pick<Trace["result"], "tokens" | "finish">,
  tokens: Trace["tokens"],
): Piece[] {
  const all = piecesOf(ids, tokens, inheritedOf(request));
  if (request.stop === undefined) return all;
  const answer = new StopText(request.stop);
  // If a run was interrupted, text that may begin a stop stays undecided: it was not shown during the run.
  const isDecided = finish !== "stopped" && finish !== "failed";
  return all.map(({ id, text }, place) => {
    const certain = answer.push(text);
    const isLast = isDecided && place === all.length - 1;
    return { id, text: isLast ? certain + answer.end(finish === "stop") : certain };
  });
}

/** The same for any tokens. @param before preceding tokens, which may end within a character */
export function piecesOf(
  ids: readonly number[],
  tokens: Trace["tokens"],
  before: readonly number[] = [],
): Piece[] {
  const stream = new Utf8Stream();
  for (const id of before) pushEntry(stream, lookUp(tokens, id));
  return ids.map((id, place) => {
    const text = pushEntry(stream, lookUp(tokens, id));
    return { id, text: place === ids.length - 1 ? text + stream.end() : text };
  });
}

/** The answer tokens that a run inherited from earlier runs. */
export function inheritedOf({
  promptTokens,
  inheritedTokens = 0,
}: Pick<TraceRequest, "promptTokens" | "inheritedTokens">): readonly number[] {
  return promptTokens.slice(promptTokens.length - inheritedTokens);
}

/** Their text, without a character that they leave incomplete: it belongs to the token that completes it. */
export function inheritedText(
  request: Pick<TraceRequest, "promptTokens" | "inheritedTokens">,
  tokens: Trace["tokens"],
): string {
  const stream = new Utf8Stream();
  return inheritedOf(request)
    .map((id) => pushEntry(stream, lookUp(tokens, id)))
    .join("");
}

/** The whole answer: what was inherited, and what the run wrote. */
export function wholeAnswer({
  request,
  result,
  tokens,
}: Pick<Trace, "request" | "result" | "tokens">): string {
  return inheritedText(request, tokens) + result.text;
}

/** The dictionary entry (own keys only), or null. */
export function lookUp(tokens: Trace["tokens"], id: number): TokenText | null {
  const key = String(id);
  return Object.hasOwn(tokens, key) ? tokens[key]! : null;
}

function pushEntry(stream: Utf8Stream, entry: TokenText | null): string {
  if (entry === null) return "";
  if (typeof entry === "string") return stream.pushText(entry);
  return "control" in entry ? "" : stream.push(fromHex(entry.bytes));
}
