// An answer as an editor holds it: "\r\n", "\r" and "\n" all end a line and are made alike, a byte order mark in front
// is not shown. Tells whether a document is the answer as far as it goes, and where a place of the one lies in the other.
// Pure; it must not know tokens.

/** Both from 0, in UTF-16 units, as an editor counts. */
export interface LinePlace {
  readonly line: number;
  readonly character: number;
}

export class EditorText {
  /** Where each line begins. */
  private readonly starts: number[];
  private readonly alike: string;

  constructor(answer: string) {
    const mark = answer.startsWith("\uFEFF") ? 1 : 0;
    this.starts = [mark];
    for (const end of answer.matchAll(/\r\n|\r|\n/g)) this.starts.push(end.index + end[0].length);
    this.alike = withLineFeeds(answer.slice(mark));
  }

  /** Whether a document holds the answer or its beginning; only then do places mean anything. */
  begins(document: string): boolean {
    return this.alike.startsWith(withLineFeeds(document));
  }

  /** The places of offsets that never fall. */
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
