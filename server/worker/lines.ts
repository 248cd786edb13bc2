// Cuts a stream of bytes into lines. A line may be of any length and come in any pieces; only the line feed
// ends it, so U+2028 inside a text does not.

const LINE_FEED = 0x0a;

export class LineCutter {
  /** The pieces of the line that has not ended yet. */
  private readonly pieces: Uint8Array[] = [];

  /** Takes the next bytes; returns the lines that they end, without their line feeds. */
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

  /** What came behind the last line feed; empty where nothing did. */
  rest(): string {
    return this.take();
  }

  // Decoded as a whole: a character may be split over two pieces.
  private take(): string {
    const line = Buffer.concat(this.pieces).toString("utf8");
    this.pieces.length = 0;
    return line;
  }
}
