// Bytes of tokens as text: a character split over several tokens appears with the token that completes it. Invalid bytes
// become U+FFFD; a byte order mark is kept.

/** What Node and browsers share of it; the language itself has no decoder, and core compiles without a platform's types. */
declare class TextDecoder {
  constructor(label: "utf-8", options: { readonly ignoreBOM: true; readonly fatal?: boolean });
  decode(bytes?: Uint8Array, options?: { readonly stream: boolean }): string;
}

const strict = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });

/** Decodes bytes that arrive in pieces. */
export class Utf8Stream {
  private readonly decoder = new TextDecoder("utf-8", { ignoreBOM: true });

  /** The text that these bytes complete. */
  push(bytes: Uint8Array): string {
    return this.decoder.decode(bytes, { stream: true });
  }

  /** The text of a piece that is valid on its own, after an incomplete character. */
  pushText(text: string): string {
    return text === "" ? "" : this.end() + text;
  }

  /** U+FFFD if a character is incomplete, otherwise nothing. */
  end(): string {
    return this.decoder.decode();
  }
}

/** Decodes bytes that are valid UTF-8 on their own; null if they are not. */
export function validUtf8(bytes: Uint8Array): string | null {
  try {
    return strict.decode(bytes);
  } catch {
    return null;
  }
}

/** Lower-case hexadecimal, two digits per byte. */
export function toHex(bytes: ArrayLike<number>): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The inverse of toHex. */
export function fromHex(hex: string): Uint8Array {
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) => parseInt(hex.slice(2 * i, 2 * i + 2), 16));
}
