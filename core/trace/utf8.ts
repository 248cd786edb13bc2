// Streaming UTF-8 decoder: a character split over several tokens appears with the token that completes it.
// TextDecoder is not part of the language, and a trace is read wherever the language runs. Invalid bytes
// become U+FFFD as in TextDecoder; a byte order mark is kept.

const REPLACEMENT = "\uFFFD";

/** Decodes bytes that arrive in pieces. */
export class Utf8Stream {
  /** Whether every character so far was valid. */
  isValid = true;
  /** Continuation bytes still missing in the current character; 0 = none. */
  private missing = 0;
  private codePoint = 0;
  /** Bounds of the next continuation byte: they exclude overlong forms, surrogates and everything above U+10FFFF. */
  private low = 0x80;
  private high = 0xbf;

  /** The text that these bytes complete. */
  push(bytes: ArrayLike<number>): string {
    let text = "";
    for (let i = 0; i < bytes.length; i++) text += this.byte(bytes[i]!);
    return text;
  }

  /** The text of a piece that is valid on its own, after an incomplete character. */
  pushText(text: string): string {
    return text === "" ? "" : this.end() + text;
  }

  /** U+FFFD if a character is incomplete, otherwise nothing. */
  end(): string {
    if (this.missing === 0) return "";
    this.missing = 0;
    return this.invalid();
  }

  private byte(byte: number): string {
    if (this.missing === 0) return this.lead(byte);
    if (byte < this.low || byte > this.high) {
      this.missing = 0;
      return this.invalid() + this.lead(byte);
    }
    this.low = 0x80;
    this.high = 0xbf;
    this.codePoint = (this.codePoint << 6) | (byte & 0x3f);
    return --this.missing === 0 ? String.fromCodePoint(this.codePoint) : "";
  }

  private lead(byte: number): string {
    this.low = 0x80;
    this.high = 0xbf;
    if (byte < 0x80) return String.fromCharCode(byte);
    if (byte >= 0xc2 && byte <= 0xdf) return this.open(1, byte & 0x1f);
    if (byte >= 0xe0 && byte <= 0xef) {
      if (byte === 0xe0) this.low = 0xa0;
      if (byte === 0xed) this.high = 0x9f;
      return this.open(2, byte & 0x0f);
    }
    if (byte >= 0xf0 && byte <= 0xf4) {
      if (byte === 0xf0) this.low = 0x90;
      if (byte === 0xf4) this.high = 0x8f;
      return this.open(3, byte & 0x07);
    }
    return this.invalid();
  }

  private invalid(): string {
    this.isValid = false;
    return REPLACEMENT;
  }

  private open(missing: number, bits: number): string {
    this.missing = missing;
    this.codePoint = bits;
    return "";
  }
}

/** Decodes bytes that are valid UTF-8 on their own; null if they are not. */
export function validUtf8(bytes: ArrayLike<number>): string | null {
  const stream = new Utf8Stream();
  const text = stream.push(bytes) + stream.end();
  return stream.isValid ? text : null;
}

/** Lower-case hexadecimal, two digits per byte. */
export function toHex(bytes: ArrayLike<number>): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The inverse of toHex. */
export function fromHex(hex: string): Uint8Array {
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) => parseInt(hex.slice(2 * i, 2 * i + 2), 16));
}
