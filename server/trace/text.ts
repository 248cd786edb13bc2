// How token ids read: the dictionary of a trace, and its tokens as text. It must not know steps.
import type { TokenText, Trace } from "./types.ts";
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
 * them. Joined, they are `result.text`.
 */
export function pieces(trace: Pick<Trace, "tokens" | "result">): Piece[] {
  return piecesOf(trace.result.tokens, trace.tokens);
}

/** The same for any tokens. */
export function piecesOf(ids: readonly number[], tokens: Trace["tokens"]): Piece[] {
  const stream = new Utf8Stream();
  return ids.map((id, place) => {
    const text = pushEntry(stream, lookUp(tokens, id));
    return { id, text: place === ids.length - 1 ? text + stream.end() : text };
  });
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
