// Splits a stream of bytes into lines. A line may come in any number of pieces; only the line feed ends it, so U+2028
// inside a text does not. A line without end is not kept: it would fill the memory.

const LINE_FEED = 0x0a;
/** Longer than any prompt that a model can read. */
export const MAX_LINE_BYTES = 64 * 1024 * 1024;

/** How much of a line that is too long is kept to name it. */
const BEGINNING_BYTES = 80;

export class LineCutter {
  /** The pieces of the unfinished line. */
  private readonly pieces: Uint8Array[] = [];
  private bytes = 0;

  /** @param onTooLong called once for each line over the limit, with its beginning; the line is skipped */
  constructor(
    private readonly onTooLong: (begins: string) => void,
    private readonly mostBytes = MAX_LINE_BYTES,
  ) {}

  /** Adds bytes; returns the lines that they complete, without their line feeds. */
  push(bytes: Uint8Array): string[] {
    const lines: string[] = [];
    let begin = 0;
    for (;;) {
      const end = bytes.indexOf(LINE_FEED, begin);
      if (end < 0) break;
      this.add(bytes.subarray(begin, end));
      if (this.bytes <= this.mostBytes) lines.push(this.take());
      this.bytes = 0;
      begin = end + 1;
    }
    if (begin < bytes.length) this.add(bytes.subarray(begin));
    return lines;
  }

  private add(piece: Uint8Array): void {
    const fitted = this.bytes <= this.mostBytes;
    this.bytes += piece.length;
    if (fitted) this.pieces.push(piece);
    if (this.bytes <= this.mostBytes || !fitted) return;
    this.onTooLong(Buffer.from((this.pieces[0] ?? piece).subarray(0, BEGINNING_BYTES)).toString("utf8"));
    this.pieces.length = 0;
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
