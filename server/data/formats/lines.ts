// Text files with one record per line, whose fields are split by a separator and never quoted.
import { textBlocks } from "../../files/text/index.ts";
import type { TableReading } from "./tableRow.ts";

export interface Line {
  /** Counted from 1. */
  readonly line: number;
  readonly text: string;
}

/** Longer than any review; a longer line is an error. */
const MAX_LINE_BYTES = 16 * 2 ** 20;
/** Of an unpacked file: none of it is kept, so only time limits it. */
export const MAX_TEXT_BYTES = 2 ** 40;
/** A block becomes records of several times its size, and a source of any size must fit into little memory. */
const READ_BYTES = 2 ** 18;
const NOT_UTF8 = "it is not UTF-8 text";

export interface LineOptions {
  readonly encoding?: "utf8" | "latin1";
}

/** How text files of a source are read: a wrong line is counted, and what was read is reported. */
export function textOptionsOf(path: string, reading: TableReading, { encoding = "utf8" }: LineOptions = {}) {
  return {
    signal: reading.signal,
    encoding,
    readBytes: READ_BYTES,
    mostBytes: MAX_TEXT_BYTES,
    mostLineBytes: MAX_LINE_BYTES,
    onBytes: reading.onBytes,
    onWrongLine: (line: number) => {
      reading.onBadRow(path, line, NOT_UTF8);
    },
  } as const;
}

/** The lines of a file that are not blank, in portions. @throws TextFileError; errors of reading a file */
export async function* linesOf(
  path: string,
  reading: TableReading,
  options: LineOptions = {},
): AsyncGenerator<readonly Line[]> {
  for await (const { text, line } of textBlocks(path, textOptionsOf(path, reading, options))) {
    const lines: Line[] = [];
    text.split("\n").forEach((one, index) => {
      const whole = one.endsWith("\r") ? one.slice(0, -1) : one;
      if (whole !== "") lines.push({ line: line + index, text: whole });
    });
    yield lines;
  }
}
