// Records of CSV, as RFC 4180 and spreadsheets write them: a quoted field may hold separators, line breaks and doubled
// quotation marks. A quotation mark that never ends costs one line, not the rest of the file.

export interface CsvRecord {
  /** The line on which it begins, counted from 1. */
  readonly line: number;
  readonly fields: readonly string[];
}

/** No field of a real table has as many line breaks: beyond this, its quotation mark was an accident. */
const MAX_RECORD_LINES = 500;
const MAX_RECORD_CHARACTERS = 1_000_000;

/** Takes the lines of a file in order. */
export class CsvReader {
  /** Lines of a record that continues. */
  private open: string[] = [];
  private openCharacters = 0;
  private openLine = 0;

  constructor(
    private readonly separator: string,
    private readonly onBadLine: (line: number) => void,
  ) {}

  /** The records that end in these lines. */
  read(lines: readonly string[], firstLine: number): CsvRecord[] {
    const records: CsvRecord[] = [];
    lines.forEach((line, index) => {
      this.take(line.endsWith("\r") ? line.slice(0, -1) : line, firstLine + index, records);
    });
    return records;
  }

  /** What the last lines give, once all have been read. */
  end(): CsvRecord[] {
    const records: CsvRecord[] = [];
    while (this.open.length > 0) this.giveUp(records);
    return records;
  }

  private take(text: string, line: number, records: CsvRecord[]): void {
    if (this.open.length === 0) {
      if (text === "") return;
      if (!text.includes('"')) {
        records.push({ line, fields: text.split(this.separator) });
        return;
      }
      this.openLine = line;
    }
    this.open.push(text);
    this.openCharacters += text.length + 1;
    // Only a quotation mark can end what one has begun.
    if (this.open.length === 1 || text.includes('"')) {
      const fields = fieldsOf(this.open.join("\n"), this.separator);
      if (fields !== null) {
        records.push({ line: this.openLine, fields });
        this.clear();
        return;
      }
    }
    if (this.open.length > MAX_RECORD_LINES || this.openCharacters > MAX_RECORD_CHARACTERS)
      this.giveUp(records);
  }

  /** Leaves out the first line of an open record, and reads the others again. */
  private giveUp(records: CsvRecord[]): void {
    const [, ...rest] = this.open;
    const first = this.openLine;
    this.onBadLine(first);
    this.clear();
    rest.forEach((text, index) => {
      this.take(text, first + 1 + index, records);
    });
  }

  private clear(): void {
    this.open = [];
    this.openCharacters = 0;
  }
}

/** The fields of one record; null if a quoted one doesn't end. What follows a closing mark belongs to the field. */
export function fieldsOf(text: string, separator: string): string[] | null {
  const fields: string[] = [];
  for (let at = 0; ;) {
    let field = "";
    if (text[at] === '"') {
      at++;
      for (;;) {
        const mark = text.indexOf('"', at);
        if (mark < 0) return null;
        field += text.slice(at, mark);
        at = mark + 1;
        if (text[at] !== '"') break;
        field += '"';
        at++;
      }
    }
    const end = text.indexOf(separator, at);
    fields.push(field + (end < 0 ? text.slice(at) : text.slice(at, end)));
    if (end < 0) return fields;
    at = end + separator.length;
  }
}

/** The separator that occurs most often in a first line: comma, semicolon, tab or bar. */
export function separatorOf(header: string): string {
  const counts = [",", ";", "\t", "|"].map((sign) => ({ sign, count: header.split(sign).length }));
  return counts.reduce((most, one) => (one.count > most.count ? one : most)).sign;
}
