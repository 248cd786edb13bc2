// The bytes of each token id, from the vocabulary in a GGUF file: a character may be split over several tokens.
import { createHash } from "node:crypto";
import type { TokenId } from "../../core/laser/index.ts";

/** The llama.cpp token types that matter here. */
const CONTROL = 3;
const BYTE = 6;

/** Token texts as bytes. */
export interface Vocabulary {
  readonly size: number;
  readonly controlTokens: readonly string[];
  readonly fingerprint: string;
  isControl(token: TokenId): boolean;
  /** @throws RangeError for an id outside the vocabulary */
  bytesOf(token: TokenId): Uint8Array;
}

/** @param model `tokenizer.ggml.model` of the GGUF: "gpt2" spells bytes as visible characters, "llama" a space as ▁ */
export function createVocabulary(
  model: string,
  texts: readonly string[],
  kinds: readonly number[],
): Vocabulary {
  const encoder = new TextEncoder();
  const spell = model === "gpt2" ? (text: string) => unspell(text) ?? encoder.encode(text) : spmBytes;
  const control: string[] = [];
  const hash = createHash("sha256").update(model);
  texts.forEach((text, id) => {
    if (kinds[id] === CONTROL) control.push(text);
    hash.update(`${kinds[id] ?? 0} ${text}\n`);
  });
  return {
    size: texts.length,
    controlTokens: control,
    fingerprint: hash.digest("hex").slice(0, 16),
    isControl: (token) => kinds[token] === CONTROL,
    bytesOf(token) {
      const text = texts[token];
      if (text === undefined)
        throw new RangeError(`token ${token} is outside a vocabulary of ${texts.length}`);
      if (kinds[token] === CONTROL) return encoder.encode(text);
      if (kinds[token] === BYTE) return Uint8Array.of(Number.parseInt(text.slice(3, 5), 16)); // "<0x0A>"
      return spell(text);
    },
  };
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
