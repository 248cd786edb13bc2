// How token ids read: the dictionary of a trace, and its tokens as text. It must not know steps.
import type { TokenText, Trace, TraceRequest } from "./types.ts";
import { fromHex, toHex, Utf8Stream, validUtf8 } from "./utf8.ts";

/** What a recorder must know of a vocabulary. */
export interface Vocabulary {
  /** The bytes that a token adds to a text; may be a part of a character. */
  bytesOf(id: number): Uint8Array;
  isEndOfText(id: number): boolean;
  /** Whether it adds nothing to a text, as "<|im_start|>" does; its bytes are then its name. */
  isControl(id: number): boolean;
}

/** One committed token and the text that it completes. */
export interface Piece {
  readonly id: number;
  /** May be empty: a control token, or a character that a later token completes. */
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

/** A token on its own, for display: its text, `<E2><82>` for a part of a character, the name of a control token. */
export function tokenText(trace: Pick<Trace, "tokens">, id: number): string {
  const entry = lookUp(trace.tokens, id);
  if (entry === null) return `<${id}>`;
  if (typeof entry === "string") return entry;
  if ("control" in entry) return entry.control;
  return Array.from(fromHex(entry.bytes), (byte) => `<${toHex([byte]).toUpperCase()}>`).join("");
}

/** Whether the target ends its answer by this token. */
export function endsText(trace: Pick<Trace, "tokens">, id: number): boolean {
  const entry = lookUp(trace.tokens, id);
  return typeof entry === "object" && entry !== null && "control" in entry && entry.endsText;
}

/**
 * The committed tokens with the text that each completes: a character split over tokens stands with the last of
 * them, begun by an inherited one or not. Joined, they are `result.text`.
 */
export function pieces({ request, result, tokens }: Pick<Trace, "request" | "result" | "tokens">): Piece[] {
  return piecesOf(result.tokens, tokens, inheritedOf(request));
}

/** The same for any tokens. @param before tokens in front of them, which may leave a character open */
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

/** The answer tokens that a run found: those that earlier runs wrote. */
export function inheritedOf({
  promptTokens,
  inheritedTokens = 0,
}: Pick<TraceRequest, "promptTokens" | "inheritedTokens">): readonly number[] {
  return promptTokens.slice(promptTokens.length - inheritedTokens);
}

/** What they read. A character that they leave open is none of it: it stands with the token that completes it. */
export function inheritedText(
  request: Pick<TraceRequest, "promptTokens" | "inheritedTokens">,
  tokens: Trace["tokens"],
): string {
  const stream = new Utf8Stream();
  return inheritedOf(request)
    .map((id) => pushEntry(stream, lookUp(tokens, id)))
    .join("");
}

/** The answer as a reader has it before them: what was inherited, and what the run wrote. */
export function wholeAnswer({
  request,
  result,
  tokens,
}: Pick<Trace, "request" | "result" | "tokens">): string {
  return inheritedText(request, tokens) + result.text;
}

/** The dictionary's own entry; null where it has none. */
export function lookUp(tokens: Trace["tokens"], id: number): TokenText | null {
  const key = String(id);
  return Object.hasOwn(tokens, key) ? tokens[key]! : null;
}

function pushEntry(stream: Utf8Stream, entry: TokenText | null): string {
  if (entry === null) return "";
  if (typeof entry === "string") return stream.pushText(entry);
  return "control" in entry ? "" : stream.push(fromHex(entry.bytes));
}
