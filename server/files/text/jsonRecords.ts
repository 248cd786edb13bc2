// Records of JSON in a text file: one on each line (JSON Lines), or the elements of one array, in any layout. Read line
// by line, so that memory holds one record.
import { messageOf } from "../../../core/base/index.ts";
import { textBlocks, type TextOptions } from "./blocks.ts";

export interface JsonRecord {
  readonly value: unknown;
  /** The line on which it begins, counted from 1. */
  readonly line: number;
}

/** Throws the reader's own fault for a line that can't be read. */
export type RefuseLine = (line: number, reason: string, cause?: unknown) => never;

/** Called for a record that can't be read; if it returns, that record is left out. */
export type OnBadLine = (line: number, reason: string, cause?: unknown) => void;

/** The records of a file, in portions. @throws what `refuse` throws; like textBlocks */
export async function* jsonRecords(
  path: string,
  refuse: OnBadLine,
  options: TextOptions = {},
): AsyncGenerator<readonly JsonRecord[]> {
  const reader = new JsonRecordReader(refuse);
  for await (const { text, line } of textBlocks(path, options)) yield reader.read(text, line);
  reader.end();
}

/** The records of a text. @throws what `refuse` throws */
export function jsonRecordsOf(text: string, refuse: OnBadLine): readonly JsonRecord[] {
  const reader = new JsonRecordReader(refuse);
  const records = reader.read(text.replace(/^\ufeff/, ""), 1);
  reader.end();
  return records;
}

class JsonRecordReader {
  /** Null until the first line that is not blank. */
  private layout: "lines" | "array" | null = null;
  private readonly array: ArrayElements;

  constructor(private readonly refuse: OnBadLine) {
    this.array = new ArrayElements(refuse);
  }

  /** The records that end in this block of whole lines. */
  read(block: string, firstLine: number): JsonRecord[] {
    const records: JsonRecord[] = [];
    block.split(/\r?\n/).forEach((whole, index) => {
      const line = firstLine + index;
      // Files that were joined by cat keep their byte order marks.
      const text = whole.startsWith("\ufeff") ? whole.replace(/^\ufeff+/, "") : whole;
      if (text.trim() === "") return;
      const isFirst = this.layout === null;
      this.layout ??= text.trimStart().startsWith("[") ? "array" : "lines";
      if (this.layout === "array") records.push(...this.array.read(text, line));
      else this.takeLine(text, line, isFirst, records);
    });
    return records;
  }

  /** To be called after the last block. */
  end(): void {
    if (this.layout === "array") this.array.end();
  }

  private takeLine(text: string, line: number, isFirst: boolean, records: JsonRecord[]): void {
    try {
      records.push({ value: JSON.parse(text), line });
    } catch (error) {
      this.refuse(line, (isFirst ? layoutOf(text.trim()) : null) ?? messageOf(error), error);
    }
  }
}

/** What a file is whose first line is not JSON; null if it is unknown. */
function layoutOf(line: string): string | null {
  if (isSpread(line))
    return "a JSON object is spread over several lines; write each on one line (jq -c . FILE does so), or all as one array";
  if (line.startsWith("version https://git-lfs"))
    return "the file is a Git LFS pointer, which only names the data; git lfs pull fetches it";
  if (/^<(?:!doctype|html|head|body|\?xml)/i.test(line)) return "the file is a web page or XML";
  if (/^[\w"' .-]{1,100}(?:[,;\t][\w"' .-]{1,100}){1,100}$/.test(line))
    return "the file looks like a table (CSV); each line must be a JSON object";
  return null;
}

/** Whether a line that is not JSON begins an object that continues below, as pretty-printed JSON does. */
function isSpread(line: string): boolean {
  if (!line.startsWith("{")) return false;
  if (/[{[:]$/.test(line)) return true;
  return line.endsWith(",") && !isJson(line.slice(0, -1));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const MAX_ELEMENT_CHARACTERS = 2 ** 26;

/** Cuts the text of one array into its elements. */
class ArrayElements {
  /** Open brackets; 1 directly inside the array, 0 before and after it. */
  private depth = 0;
  private inText = false;
  private isEscaped = false;
  private isClosed = false;
  private parts: string[] = [];
  /** Of the parts. */
  private characters = 0;
  private beginsAt = 0;
  private lastLine = 0;

  constructor(private readonly refuse: OnBadLine) {}

  /** The elements that end on this line. */
  read(text: string, line: number): JsonRecord[] {
    const records: JsonRecord[] = [];
    let from = 0;
    this.lastLine = line;
    for (let at = 0; at < text.length; at++) {
      const sign = text[at]!;
      if (this.isClosed) {
        if (sign.trim() === "") continue;
        this.refuse(line, "something follows the end of the JSON array");
        return records;
      }
      if (this.inText) {
        if (this.isEscaped) this.isEscaped = false;
        else if (sign === "\\") this.isEscaped = true;
        else if (sign === '"') this.inText = false;
        continue;
      }
      if (sign === '"') this.inText = true;
      else if (sign === "[" || sign === "{") {
        if (this.depth++ === 0) from = at + 1;
      } else if (sign === "]" || sign === "}") {
        if (--this.depth > 0) continue;
        this.isClosed = true;
        this.take(text.slice(from, at), records, line, true);
        from = text.length;
      } else if (sign === "," && this.depth === 1) {
        this.take(text.slice(from, at), records, line, false);
        from = at + 1;
      }
    }
    if (!this.isClosed && from < text.length) this.keep(text.slice(from), line);
    if (this.characters > MAX_ELEMENT_CHARACTERS) this.giveUp();
    return records;
  }

  end(): void {
    if (!this.isClosed) this.refuse(this.lastLine, "the JSON array does not end");
  }

  /** A quotation mark that never ends would bring the rest of the file into memory. */
  private giveUp(): void {
    this.refuse(this.beginsAt, "an element of the JSON array is too long; nothing after it was read");
    this.parts = [];
    this.characters = 0;
    this.isClosed = true;
  }

  private keep(part: string, line: number): void {
    if (this.parts.length === 0) {
      if (part.trim() === "") return;
      this.beginsAt = line;
    }
    this.parts.push(part, "\n");
    this.characters += part.length + 1;
  }

  private take(part: string, records: JsonRecord[], line: number, isLast: boolean): void {
    this.keep(part, line);
    const { parts } = this;
    this.parts = [];
    this.characters = 0;
    if (parts.length === 0) {
      if (!isLast) this.refuse(line, "an element of the JSON array is missing");
      return;
    }
    try {
      records.push({ value: JSON.parse(parts.join("")), line: this.beginsAt });
    } catch (error) {
      this.refuse(this.beginsAt, messageOf(error), error);
    }
  }
}
