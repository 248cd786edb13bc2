// Splits a stream of bytes into lines. A line may have any length and come in any number of pieces; only the
// line feed ends it, so U+2028 inside a text does not.

const LINE_FEED = 0x0a;

export class LineCutter {
  /** The pieces of the unfinished line. */
  private readonly pieces: Uint8Array[] = [];

  /** Adds bytes; returns the lines that they complete, without their line feeds. */
  push(bytes: Uint8Array): string[] {
    const lines: string[] = [];
    let begin = 0;
    for (;;) {
      const end = bytes.indexOf(LINE_FEED, begin);
      if (end < 0) break;
      this.pieces.push(bytes.subarray(begin, end));
      lines.push(this.take());
      begin = end + 1;
    }
    if (begin < bytes.length) this.pieces.push(bytes.subarray(begin));
    return lines;
  }

  /** The bytes after the last line feed, as text; may be empty. */
  rest(): string {
    return this.take();
  }

  // Decoded as a whole because a character may be split between two pieces.
  private take(): string {
    const line = Buffer.concat(this.pieces).toString("utf8");
    this.pieces.length = 0;
    return line;
  }
}
