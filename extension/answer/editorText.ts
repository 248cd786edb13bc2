// An answer as an editor holds it: "\r\n", "\r" and "\n" all end a line, and a leading byte order mark is
// hidden. Checks whether a document holds the answer so far, and maps text offsets to editor positions.

/** Zero-based, in UTF-16 units, as in the editor. */
export interface LinePlace {
  readonly line: number;
  readonly character: number;
}

export class EditorText {
  /** The offset at which each line begins. */
  private readonly starts: number[];
  private readonly alike: string;

  constructor(answer: string) {
    const mark = answer.startsWith("\uFEFF") ? 1 : 0;
    this.starts = [mark];
    for (const end of answer.matchAll(/\r\n|\r|\n/g)) this.starts.push(end.index + end[0].length);
    this.alike = withLineFeeds(answer.slice(mark));
  }

  /** Whether a document holds the answer or a prefix of it; positions are only valid then. */
  begins(document: string): boolean {
    return this.alike.startsWith(withLineFeeds(document));
  }

  /** The positions of non-decreasing offsets. */
  placesOf(offsets: readonly number[]): LinePlace[] {
    let line = 0;
    return offsets.map((offset) => {
      while (line + 1 < this.starts.length && this.starts[line + 1]! <= offset) line++;
      return { line, character: Math.max(0, offset - this.starts[line]!) };
    });
  }

  offsetOf({ line, character }: LinePlace): number {
    return (this.starts[line] ?? Infinity) + character;
  }
}

function withLineFeeds(text: string): string {
  return text.replace(/\r\n?/g, "\n");
}
