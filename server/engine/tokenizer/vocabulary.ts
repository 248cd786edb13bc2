// The bytes of each token id, from the vocabulary in a GGUF file: a character may be split over several tokens.
import { createHash } from "node:crypto";
import type { TokenId } from "../../../core/laser/index.ts";
import { looksLikeMark, roleOf, type LoadedToken, type TokenRole } from "./controlRule.ts";

/** The llama.cpp token types that matter here. */
const NORMAL = 1;
const CONTROL = 3;
const USER_DEFINED = 4;
const BYTE = 6;

/** Token texts as bytes. */
export interface Vocabulary {
  readonly size: number;
  /** Spellings that only a template may turn into their tokens: control tokens and marks of turns. */
  readonly controlTokens: readonly string[];
  readonly fingerprint: string;
  isControl(token: TokenId): boolean;
  /** The token of a spelling in `controlTokens`; null for any other text. */
  controlToken(spelling: string): TokenId | null;
  /** The text that is read as the token; null if the token may occur in a text. */
  forbiddenSpelling(token: TokenId): string | null;
  /** @throws RangeError for an id outside the vocabulary */
  bytesOf(token: TokenId): Uint8Array;
}

/** A vocabulary as the file has it. */
export interface FileVocabulary {
  /** `tokenizer.ggml.model`: "gpt2" spells bytes as visible characters, "llama" a space as ▁. */
  readonly model: string;
  readonly texts: readonly string[];
  /** If the file doesn't say, all are normal but bytes and the marks that the template writes. */
  readonly kinds?: readonly number[] | undefined;
  /** Empty if there is none. */
  readonly template: string;
}

/** @param loaded what llama.cpp made of a token on loading; by the file's own types if left out */
export function createVocabulary(
  { model, texts, template, kinds = guessedKinds(model, texts, template) }: FileVocabulary,
  loaded: (token: TokenId) => LoadedToken = (token) => ({
    control: kinds[token] === CONTROL,
    userDefined: kinds[token] === USER_DEFINED,
    endOfText: false,
  }),
): Vocabulary {
  const encoder = new TextEncoder();
  const spell = model === "gpt2" ? (text: string) => unspell(text) ?? encoder.encode(text) : spmBytes;
  const roles = new Map<TokenId, Exclude<TokenRole, "text">>();
  const control = new Map<string, TokenId>();
  const hash = createHash("sha256").update(model);
  texts.forEach((text, id) => {
    const role = mayControl(text, kinds[id])
      ? roleOf(text, kinds[id] === CONTROL, asGuessed(loaded(id), kinds[id]), template)
      : "text";
    if (role !== "text") {
      roles.set(id, role);
      control.set(text, id);
    }
    hash.update(`${kinds[id] ?? 0} ${text}\n`);
  });
  const isControl = (token: TokenId): boolean => roles.get(token) === "control";
  return {
    size: texts.length,
    controlTokens: [...control.keys()],
    fingerprint: hash.digest("hex").slice(0, 16),
    isControl,
    controlToken: (spelling) => control.get(spelling) ?? null,
    forbiddenSpelling(token) {
      if (!roles.has(token)) return null;
      const text = texts[token]!;
      // llama.cpp compares a text with the spelling of a special token as it is, and joins pieces to a normal one.
      return kinds[token] === NORMAL ? Buffer.from(spell(text)).toString("utf8") : text;
    },
    bytesOf(token) {
      const text = texts[token];
      if (text === undefined)
        throw new RangeError(`token ${token} is outside a vocabulary of ${texts.length}`);
      if (roles.has(token)) return encoder.encode(text);
      if (kinds[token] === BYTE) return Uint8Array.of(Number.parseInt(text.slice(3, 5), 16)); // "<0x0A>"
      return spell(text);
    },
  };
}

const BYTE_TOKEN = /^<0x[0-9A-F]{2}>$/;

/** Without types, a mark is what the template writes: "[i]" may be an ordinary word. */
function guessedKinds(model: string, texts: readonly string[], template: string): readonly number[] {
  return texts.map((text) => {
    if (model === "llama" && BYTE_TOKEN.test(text)) return BYTE;
    return looksLikeMark(text) && template.includes(text) ? USER_DEFINED : NORMAL;
  });
}

/** llama.cpp takes all tokens of a file without types for normal ones. */
const asGuessed = (loaded: LoadedToken, kind: number | undefined): LoadedToken =>
  kind === USER_DEFINED ? { ...loaded, userDefined: true } : loaded;

/**
 * Whether llama.cpp is asked about a token: it makes normal tokens control by spellings such as "<|im_end|>" and "[EOT]".
 * Asking about each of 256,000 takes a fifth of a second.
 */
function mayControl(text: string, kind: number | undefined): boolean {
  if (kind === BYTE) return false;
  return kind !== NORMAL || text.includes("<") || text.includes("[");
}

function spmBytes(text: string): Uint8Array {
  return new TextEncoder().encode(text.replaceAll("▁", " "));
}

/**
 * Byte-level BPE writes every byte as one visible character: the printable Latin-1 ones as themselves, the other 68
 * as U+0100 onwards in order (a space is Ġ). Null for a text that isn't spelled this way (user-defined tokens).
 */
function unspell(text: string): Uint8Array | null {
  const bytes: number[] = [];
  for (const character of text) {
    const byte = byteOfCharacter.get(character);
    if (byte === undefined) return null;
    bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}

const byteOfCharacter = new Map<string, number>();
let remapped = 0;
for (let byte = 0; byte < 256; byte++) {
  const printable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  byteOfCharacter.set(String.fromCodePoint(printable ? byte : 256 + remapped++), byte);
}
